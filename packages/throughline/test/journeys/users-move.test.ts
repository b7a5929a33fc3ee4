/** `throughline users move`: all users from a database to a sheet and back. */
import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { systemRandom } from '../../src/base/random.ts'
import { createSealingKeys, serializeKey } from '../../src/crypto/key-ring.ts'
import { mac } from '../../src/crypto/mac.ts'
import { open } from '../../src/crypto/seal.ts'
import { openKeyRing } from '../../src/keys/mac-key.ts'
import { runUsersCommand } from '../../src/server/users-command.ts'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import { userContextOf, type UserStore } from '../../src/store/user-store.ts'
import { AT_ONCE, startKeptUsers, tokensOf, userOf, type KeptUsers } from './kept-users.ts'

async function start(t: TestContext) {
  const kept = await startKeptUsers(t)
  const move = async (...args: readonly string[]) => {
    const lines: string[] = []
    const say = (line: string) => lines.push(line)
    const output = { write: () => assert.fail('nothing is written out'), say }
    await runUsersCommand(['move', ...args], kept.sheetEnv, output, AT_ONCE)
    return lines.join('\n')
  }
  const toSheet = ['--from', `sqlite:${kept.folder}`, '--to', `sheet:${kept.spreadsheetId}`]
  return { ...kept, move, toSheet }
}

/** So many people in a store, every second of them with tokens. */
async function fill(users: UserStore, { sealing }: KeptUsers, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await users.saveUser(userOf(sealing, `p${at}`, { name: `Person ${at}`, at }))
    if (at % 2 === 0) await users.saveTokenSet(tokensOf(sealing, `p${at}`))
  }
}

const everybody = (users: UserStore) => users.listAccounts(undefined, 10_000)

describe('throughline users move', () => {
  test('CR-06 moves everybody to a sheet and back, with the key that finds them, and leaves the source', async (t) => {
    const kept = await start(t)
    const { move, toSheet, env, sheetEnv, sealing, folder, spreadsheetId, person } = kept
    const { users } = await kept.open(env)
    await fill(users, kept, 5)
    const before = await everybody(users)
    const { macKey } = await openKeyRing(users, sealing, systemRandom)

    const said = await move(...toSheet)

    assert.match(
      said,
      /Of the database .*, 5 accounts are in the sheet .*, and can be opened there\./,
    )
    assert.match(said, new RegExp(`Set GOOGLE_SHEET_ID=${spreadsheetId} `))
    assert.match(said, /Nothing was changed in the database .* Keep it: sessions lie in it,/)
    assert.equal(person.rows('users').length, 6)
    const sheet = await kept.open(sheetEnv)
    assert.deepEqual(await everybody(sheet.users), before)
    assert.deepEqual((await openKeyRing(sheet.users, sealing, systemRandom)).macKey, macKey)
    assert.deepEqual(await everybody(users), before)

    const back = join(folder, 'back')
    assert.match(
      await move('--from', `sheet:${spreadsheetId}`, '--to', back),
      /Unset GOOGLE_SHEET_ID[^\n]*THROUGHLINE_DATA=\S*back /,
    )
    const second = openSqliteStores(join(back, 'throughline.sqlite'))
    t.after(() => Promise.all([second.users.close(), second.sessions.close()]))
    assert.deepEqual(await everybody(second.users), before)
    const ring = await openKeyRing(second.users, sealing, systemRandom)
    assert.equal(mac(ring, 'cookie', 'x'), mac({ macKey }, 'cookie', 'x'))
  })

  test('moves everybody from one sheet to another, where no database is', async (t) => {
    const kept = await start(t)
    const { sheetEnv, sealing, folder, google, email, spreadsheetId, open: openOne } = kept
    const { users } = await openOne(sheetEnv)
    await users.saveUser(userOf(sealing, 'ann', { name: 'Ann' }, { readable: { name: 'Ann' } }))
    const other = google.createSpreadsheet({ writers: [email] })
    const empty = join(folder, 'empty')
    const env = {
      ...{ ...sheetEnv, THROUGHLINE_DATA: empty },
      THROUGHLINE_KEYS: serializeKey(sealing.primary),
    }
    const output = { write: () => assert.fail('nothing is written out'), say: () => {} }

    const args = ['move', '--from', `sheet:${spreadsheetId}`, '--to', `sheet:${other}`]
    await runUsersCommand(args, env, output, AT_ONCE)

    const there = await openOne({ ...sheetEnv, GOOGLE_SHEET_ID: other })
    assert.deepEqual(await everybody(there.users), await everybody(users))
    assert.equal(google.person(other).cell('users', 'D2'), 'Ann')
    assert.equal(existsSync(empty), false)
  })

  test('moves 500 people in few requests, and nobody a second time', async (t) => {
    const kept = await start(t)
    const { move, toSheet, google } = kept
    const { users } = await kept.open(kept.env)
    await fill(users, kept, 500)

    await move(...toSheet)

    assert.ok(google.counts.writes <= 6, `${google.counts.writes} writes`)
    assert.ok(google.counts.reads <= 12, `${google.counts.reads} reads`)
    const { writes } = google.counts
    await move(...toSheet)
    assert.equal(google.counts.writes, writes, 'all is there already')
  })

  test('CR-06 goes on where it was cut short, and what is newer in the target stays', async (t) => {
    const kept = await start(t)
    const { move, toSheet, google, sheetEnv, sealing, email, spreadsheetId, person } = kept
    const { users } = await kept.open(kept.env)
    await fill(users, kept, 450)
    const sharing = async () => {
      while (person.tabs().length < 3 || person.rows('users').length < 2) {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      google.share(spreadsheetId, email, 'reader')
    }

    const [moving] = await Promise.allSettled([move(...toSheet), sharing()])
    assert.equal(moving.status, 'rejected')
    const rows = person.rows('users').length - 1
    assert.ok(rows > 0 && rows < 450, `${rows} rows`)
    google.share(spreadsheetId, email, 'writer')
    const sheet = await kept.open(sheetEnv)
    const newer = userOf(sealing, 'p0', { name: 'newer' }, { version: 2 })
    await sheet.users.saveUser(newer, 1)
    await users.saveUser(userOf(sealing, 'p1', { name: 'changed' }, { version: 2 }), 1)
    await sheet.users.saveUser(userOf(sealing, 'alone'))

    assert.match(
      await move(...toSheet),
      /450 accounts [\s\S]*\n1 account is there alone, as before\./,
    )

    const later = await kept.open(sheetEnv)
    const textOf = async (name: string) => {
      const row = await later.users.loadUser(userOf(sealing, name))
      assert.ok(row)
      return open(sealing, 'user-record', userContextOf(row), row.sealed)
    }
    assert.match(await textOf('p0'), /newer/)
    assert.match(await textOf('p1'), /changed/)
    assert.equal((await everybody(later.users)).length, 451)
  })

  test('SH-05 shows in a sheet the fields that are named, and no others', async (t) => {
    const kept = await start(t)
    const { move, toSheet, person, env, sealing } = kept
    const { users } = await kept.open(env)
    await users.saveUser(userOf(sealing, 'ann', { name: '=Ann', email: 'ann@example.com' }))

    await move(...toSheet)
    assert.deepEqual(person.rows('users')[0], ['id', 'record', 'tokens'])
    await move(...toSheet, '--readable', 'name')

    assert.deepEqual(
      person.rows('users').map((row) => row.slice(3)),
      [['name'], ["'=Ann"]],
    )
    await assert.rejects(move(...toSheet, '--readable', 'tokens'), TypeError)
    await assert.rejects(move(...toSheet, '--readable', 'name,nme'), {
      name: 'TypeError',
      message: '--readable has "nme", which no record has, expected some of name, email.',
    })
    assert.deepEqual(person.rows('users')[0], ['id', 'record', 'tokens', 'name'])
  })

  test('CR-06 refuses a target whose users are found by another MAC key, and replaces that of an empty one', async (t) => {
    const kept = await start(t)
    const { move, toSheet, sheetEnv, sealing } = kept
    const { users } = await kept.open(kept.env)
    await fill(users, kept, 2)
    // A program has been started over the sheet: it has a MAC key of its own.
    const sheet = await kept.open(sheetEnv)
    await sheet.users.saveUser(userOf(sealing, 'other'))
    const before = [await everybody(sheet.users), await sheet.users.loadSecret('mac-key')]

    await assert.rejects(move(...toSheet), {
      code: 'server.other-mac-key',
      message: /found by another MAC key than those in the database/,
    })
    const after = await kept.open(sheetEnv)
    assert.deepEqual(
      [await everybody(after.users), await after.users.loadSecret('mac-key')],
      before,
    )

    await sheet.users.forgetUser(userOf(sealing, 'other'))
    await move(...toSheet)
    const later = await kept.open(sheetEnv)
    const ringOf = (store: UserStore) => openKeyRing(store, sealing, systemRandom)
    assert.deepEqual((await ringOf(later.users)).macKey, (await ringOf(users)).macKey)
  })

  test('CR-06 says what does not open, and copies all else', async (t) => {
    const kept = await start(t)
    const { move, sheetEnv, person, folder, spreadsheetId } = kept
    const { users } = await kept.open(sheetEnv)
    await fill(users, kept, 3)
    const foreign = createSealingKeys([{ id: 'gone', bytes: systemRandom(32) }])
    await users.saveUser(userOf(foreign, 'foreign'))
    person.type('users', 'B2', 'hello')
    const to = join(folder, 'there')

    await assert.rejects(move('--from', `sheet:${spreadsheetId}`, '--to', to), {
      code: 'server.not-moved',
      message:
        /but for 2\.[\s\S]*row 2, column "record"[\s\S]*index-foreign, does not open: .*`gone`/,
    })

    const target = openSqliteStores(join(to, 'throughline.sqlite'))
    t.after(() => Promise.all([target.users.close(), target.sessions.close()]))
    assert.equal((await everybody(target.users)).length, 4)
  })

  test('CR-06 makes no keys, and refuses what is no place, the same twice, and a source without users', async (t) => {
    const kept = await start(t)
    const { move, toSheet, folder, spreadsheetId } = kept
    for (const args of [
      [],
      ['--from', folder],
      ['--to', folder],
      ['--from', folder, '--to', folder],
    ]) {
      await assert.rejects(move(...args), TypeError, args.join(' '))
    }
    const nowhere = join(folder, 'nowhere')
    await assert.rejects(move('--from', nowhere, '--to', `sheet:${spreadsheetId}`), {
      code: 'server.no-database',
    })
    const { users, sessions } = openSqliteStores(join(nowhere, 'throughline.sqlite'))
    await Promise.all([users.close(), sessions.close()])
    await assert.rejects(move('--from', nowhere, '--to', `sheet:${spreadsheetId}`), {
      code: 'server.nothing-to-move',
    })
    const own = openSqliteStores(join(folder, 'throughline.sqlite'))
    await Promise.all([own.users.close(), own.sessions.close()])
    rmSync(join(folder, 'keys'))
    await assert.rejects(move(...toSheet), { code: 'crypto.key-file-missing' })
  })
})
