import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { createId, systemRandom } from '../../src/base/random.ts'
import { createSealingKeys } from '../../src/crypto/key-ring.ts'
import { hashOf } from '../../src/crypto/mac.ts'
import { open, seal, type SealPurpose } from '../../src/crypto/seal.ts'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import { NOW, begin, connect, connection, download, pending, runOf } from './records.ts'

const base = mkdtempSync(join(tmpdir(), 'throughline-secrets-'))
after(() => rmSync(base, { recursive: true }))

const ring = createSealingKeys([{ id: 'k1', bytes: systemRandom(32) }])

/** Tells in which files of the folder a text lies, in clear or in a usual encoding. */
function filesWith(folder: string, text: string): readonly string[] {
  const bytes = Buffer.from(text)
  // The last characters of an encoding depend on what follows.
  const base64 = bytes.toString('base64').replace(/=+$/, '').slice(0, -1)
  const base64url = bytes.toString('base64url').slice(0, -1)
  const forms = [text, base64, base64url, bytes.toString('hex'), encodeURIComponent(text)]
  return readdirSync(folder).filter((name) => {
    const content = readFileSync(join(folder, name))
    return forms.some((form) => content.includes(form))
  })
}

describe('what lies in the SQLite file', () => {
  test('CR-01 no file holds a plaintext of what was sealed, while open and once closed', async () => {
    const folder = join(base, 'canaries')
    const { sessions, users } = openSqliteStores(join(folder, 'db.sqlite'))
    const canaries: string[] = []
    const sealed = (purpose: SealPurpose) => {
      const canary = createId(systemRandom)
      canaries.push(canary)
      return seal(ring, purpose, ['a'], canary.repeat(200), systemRandom)
    }
    const planted = createId(systemRandom)
    const cookieHash = hashOf(createId(systemRandom))
    await sessions.createSession({ key: 'a', cookieHash, createdAt: NOW, seenAt: NOW })
    const started = await begin(sessions)
    await sessions.commitRun({
      ...{ ...runOf(started), ends: true, notice: planted, values: sealed('tab-values') },
      state: [{ name: 'n', sealed: sealed('session-state') }],
    })
    await connect(sessions, connection({ account: sealed('account') }), { cookieHash })
    await sessions.createPending(pending('p', { sealed: sealed('pending-authorization') }), 20)
    await sessions.createDownload(download('d', { sealed: sealed('form-values') }), 9)
    await sessions.endDownload('d', sealed('download'))
    await sessions.saveCached({ scope: 'a', key: 'k', sealed: sealed('cache'), expiresAt: NOW + 1 })
    const account = { provider: 'vimeo', subjectIndex: 'index', savedAt: NOW }
    const tokenSet = {
      ...account,
      clientId: 'client',
      scope: [],
      status: 'good',
      cause: null,
    } as const
    const tokens = sealed('token-set')
    await users.saveTokenSet({ ...tokenSet, generation: 1, sealed: tokens })
    const user = { ...account, version: 1, sealed: sealed('user-record'), createdAt: NOW }
    await users.saveUser(user)

    assert.equal(canaries.length, 9)
    assert.deepEqual(readdirSync(folder), ['db.sqlite', 'db.sqlite-shm', 'db.sqlite-wal'])
    assert.deepEqual(filesWith(folder, planted), ['db.sqlite-wal'])
    for (const canary of canaries) assert.deepEqual(filesWith(folder, canary), [])
    await Promise.all([sessions.close(), users.close()])
    assert.deepEqual(filesWith(folder, planted), ['db.sqlite'])
    for (const canary of canaries) assert.deepEqual(filesWith(folder, canary), [])
    assert.equal(open(ring, 'token-set', ['a'], tokens), canaries[7]?.repeat(200))
  })

  test('SE-01 what is stored of a cookie id cannot be shown as a cookie', async () => {
    const folder = join(base, 'cookies')
    const { sessions, users } = openSqliteStores(join(folder, 'db.sqlite'))
    const [cookieId, next] = [createId(systemRandom), createId(systemRandom)]
    const cookieHash = hashOf(cookieId)
    await sessions.createSession({ key: 'a', cookieHash, createdAt: NOW, seenAt: NOW })

    assert.equal((await sessions.loadSession(hashOf(cookieId)))?.key, 'a')
    assert.equal(await sessions.loadSession(hashOf(cookieHash)), undefined)
    assert.deepEqual(filesWith(folder, cookieHash), ['db.sqlite-wal'])
    const rotation = { from: cookieHash, to: hashOf(next), retiredUntil: NOW + 60_000 }
    await sessions.rotateSession('a', rotation)
    assert.deepEqual(filesWith(folder, cookieId), [])
    assert.deepEqual(filesWith(folder, next), [])
    await Promise.all([sessions.close(), users.close()])
  })

  test('CR-10 a forgotten token set leaves no ciphertext in the file', async () => {
    const path = join(base, 'forgotten', 'db.sqlite')
    const key = { provider: 'vimeo', clientId: 'client', subjectIndex: 'index' }
    // Longer than a page, so that it also lies on overflow pages.
    const tokens = seal(ring, 'token-set', [], 'x'.repeat(10_000), systemRandom)
    const parts = [tokens.slice(20, 60), tokens.slice(6_000, 6_040), tokens.slice(-40)]
    const found = () => parts.map((part) => readFileSync(path).includes(part))
    const first = openSqliteStores(path)
    const record = {
      ...key,
      generation: 1,
      scope: [],
      status: 'good',
      cause: null,
      savedAt: NOW,
    } as const
    await first.users.saveTokenSet({ ...record, sealed: tokens })
    await Promise.all([first.sessions.close(), first.users.close()])
    assert.deepEqual(found(), [true, true, true])

    const second = openSqliteStores(path)
    await second.users.forgetTokenSet(key, record.generation)
    await Promise.all([second.sessions.close(), second.users.close()])

    assert.deepEqual(found(), [false, false, false])
  })
})
