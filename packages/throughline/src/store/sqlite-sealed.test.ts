import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealingKeys } from '../crypto/key-ring.ts'
import { seal } from '../crypto/seal.ts'
import { keyIdOf, SEALED_COLUMNS } from './sqlite-sealed.ts'
import { createSqliteUserStore } from './sqlite-users.ts'
import { openDatabase } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'throughline-sealed-'))
after(() => rmSync(folder, { recursive: true }))

const keyOf = (id: string) => createSealingKeys([{ id, bytes: systemRandom(32) }])

/** Texts that are no secret: names, hashes, blind indexes, states, and sentences without one. */
const CLEAR = `
  announcements.origin announcements.session_key cached_results.account cached_results.key cached_results.scope
  connections.client_id connections.provider connections.scope connections.session_key connections.slot
  connections.subject_index counts.name downloads.id_hash downloads.session_key downloads.tab_id downloads.widget
  ended_cookies.cookie_hash ended_cookies.how leases.name leases.owner newcomers.client_id newcomers.provider
  newcomers.scope newcomers.session_key newcomers.slot newcomers.subject_index pending_authorizations.cookie_hash
  pending_authorizations.outcome pending_authorizations.provider pending_authorizations.session_key
  pending_authorizations.state_hash pending_authorizations.status presented_generations.client_id
  presented_generations.provider presented_generations.subject_index retired_keys.id revocations.client_id revocations.id
  revocations.issuer revocations.provider revocations.subject_index secrets.name session_state.name
  session_state.session_key sessions.cookie_hash sessions.key tabs.id tabs.owner tabs.session_key
  token_sets.cause token_sets.client_id token_sets.provider token_sets.scope token_sets.status
  token_sets.subject_index users.provider users.subject_index
`

describe('SEALED_COLUMNS', () => {
  test('CR-07 names every column that is sealed: each text column is there, or known to be clear', () => {
    const database = openDatabase(join(folder, 'columns.sqlite'), 'FULL')
    const columns = database
      .prepare<{ readonly name: string }>(
        `SELECT tables.name || '.' || columns.name AS name
        FROM pragma_table_list AS tables JOIN pragma_table_info(tables.name) AS columns
        WHERE tables.schema = 'main' AND tables.name NOT LIKE 'sqlite_%' AND columns.type NOT IN ('INTEGER')
        ORDER BY 1`,
      )
      .all()
      .map(({ name }) => name)
    database.close()

    const sealed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)
    assert.deepEqual(columns, [...sealed, ...CLEAR.trim().split(/\s+/)].toSorted())
  })
})

describe('keyIdOf()', () => {
  test('CR-07 finds the key of an envelope, whatever its id, and of nothing else', () => {
    const database = openDatabase(join(folder, 'ids.sqlite'), 'FULL')
    const read = database.prepare<{ readonly id: string }>(`SELECT ${keyIdOf('?1')} AS id`)
    for (const id of ['k', 'k1', 'a-key-of-16-chars', 'k1-2'].map((one) => one.slice(0, 16))) {
      for (const plain of ['', 'x'.repeat(10_000)]) {
        const envelope = seal(keyOf(id), 'cache', [], plain, systemRandom)

        assert.equal(read.get(envelope)?.id, id)
      }
    }
    for (const text of [
      '',
      'plain',
      'TL1.a256gcm.k1.AAAA',
      'tl1.a256gcm.',
      'tl2.a256gcm.k1.AAAA',
    ]) {
      assert.equal(read.get(text)?.id, '', text)
    }
    database.close()
  })
})

describe('a retired key', () => {
  test('CR-07 no connection writes a row that it has sealed, in whatever way, and those of other keys', async () => {
    const path = join(folder, 'retired.sqlite')
    const [database, late] = [openDatabase(path, 'FULL'), openDatabase(path, 'NORMAL')]
    const users = createSqliteUserStore(late)
    const account = { provider: 'vimeo', subjectIndex: 'index', savedAt: 1 }
    const row = { ...account, version: 1, createdAt: 1 }
    const sealed = (id: string) => seal(keyOf(id), 'user-record', [], 'text', systemRandom)
    const standing = { scope: [], status: 'good', cause: null } as const
    const tokenSet = { ...account, ...standing, clientId: 'client', generation: 1 }
    await users.saveUser({ ...row, sealed: sealed('k1') })
    await users.saveSecret('mac-key', sealed('k1'))

    database.prepare("INSERT INTO retired_keys (id) VALUES ('k1')").run()

    const refused = { code: 'store.retired-key', message: /a key that was dropped/ }
    await assert.rejects(users.saveUser({ ...row, version: 2, sealed: sealed('k1') }, 1), refused)
    await assert.rejects(users.saveSecret('other', sealed('k1')), refused)
    await assert.rejects(users.saveTokenSet({ ...tokenSet, sealed: sealed('k1') }), refused)
    assert.equal((await users.loadUser(row))?.version, 1, 'nothing was written')
    assert.equal(await users.saveUser({ ...row, version: 2, sealed: sealed('k11') }, 1), true)
    assert.equal(await users.saveTokenSet({ ...tokenSet, sealed: sealed('k2') }), true)
    assert.equal(await users.saveSecret('other', sealed('k')), true)
    for (const one of [database, late]) one.close()
  })
})
