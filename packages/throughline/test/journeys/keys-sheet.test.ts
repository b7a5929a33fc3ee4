/** `throughline keys` where user records are kept in a sheet. */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { systemRandom } from '../../src/base/random.ts'
import { loadKeyFile } from '../../src/crypto/key-file.ts'
import { createSealingKeys, parseKeys, serializeKey } from '../../src/crypto/key-ring.ts'
import { open } from '../../src/crypto/seal.ts'
import { openKeyRing } from '../../src/keys/mac-key.ts'
import { runKeysCommand } from '../../src/server/keys-command.ts'
import { tokenSetContextOf, userContextOf } from '../../src/store/user-store.ts'
import { AT_ONCE, startKeptUsers, tokensOf, userOf } from './kept-users.ts'

/** Three people in a sheet, one of them with a record that is too large for a cell. */
async function start(t: TestContext) {
  const kept = await startKeptUsers(t)
  const { folder, sealing, sheetEnv } = kept
  const program = await kept.open(sheetEnv)
  const { users } = program
  const ring = await openKeyRing(users, sealing, systemRandom)
  await Promise.all([
    users.saveUser(userOf(sealing, 'ann', { name: 'Ann' }, { readable: { name: 'Ann' } })),
    users.saveTokenSet(tokensOf(sealing, 'ann')),
    users.saveUser(userOf(sealing, 'bob', { long: 'x'.repeat(80_000) })),
    users.saveTokenSet(tokensOf(sealing, 'cleo')),
    users.saveTokenSet(tokensOf(sealing, 'cleo', { clientId: 'other' })),
  ])
  const run = async (...args: readonly string[]) => {
    const lines: string[] = []
    await runKeysCommand(args, sheetEnv, (line) => lines.push(line), AT_ONCE)
    return lines.join('\n')
  }
  /** Opens all that is kept with the keys that the file has by now. */
  const readAll = async () => {
    const { sealing: alone } = loadKeyFile(folder, systemRandom)
    const later = await kept.open(sheetEnv)
    const accounts = await later.users.listAccounts(undefined, 1000)
    const { macKey } = await openKeyRing(later.users, alone, systemRandom)
    assert.deepEqual(macKey, ring.macKey)
    return accounts.flatMap(({ user, tokenSets }) => [
      ...(user ? [open(alone, 'user-record', userContextOf(user), user.sealed)] : []),
      ...tokenSets.map((set) => open(alone, 'token-set', tokenSetContextOf(set), set.sealed)),
    ])
  }
  return { ...kept, program, users, run, readAll }
}

const CENSUS =
  '1 MAC key of the sheet, 4 cells of the sheet, 2 user records in the sheet, 3 token sets in the sheet'

describe('throughline keys over a sheet', () => {
  test('CR-07 lists, adds, rotates and drops: cells and what is within, while a program runs', async (t) => {
    const { run, readAll, users, sealing, person, google } = await start(t)
    const parts = (text: string) => new Set(text.split(', '))
    assert.deepEqual(parts((await run()).replace(/^k1 +seals, has /, '')), parts(CENSUS))
    const before = await readAll()

    assert.match(await run('add'), /The key `k2` now seals/)
    await assert.rejects(run('drop', 'k1'), {
      code: 'keys.still-needed',
      message: /by .*4 cells of the sheet.*3 token sets in the sheet/,
    })
    const { writes } = google.counts
    assert.match(await run('rotate'), /Sealed anew by `k2`: 4\. Left: 0\.\n.*version history/)
    assert.equal(google.counts.writes, writes + 1, 'all in one request')
    assert.match(await run('drop', 'k1'), /The key `k1` is gone/)

    assert.match(await run(), /^k2 +seals, has [^\n]*$/)
    assert.deepEqual(await readAll(), before)
    const cells = person.tabs().flatMap((tab) => person.rows(tab).flat())
    assert.ok(!cells.some((cell) => cell.includes('tl1.a256gcm.k1.')))
    assert.equal(person.cell('users', 'D2'), 'Ann')
    assert.equal(await users.saveUser(userOf(sealing, 'dora')), true)
    assert.match(await run('add'), /The key `k3` now seals/)
  })

  test('CR-07 a program that seals by a key that was dropped is refused, whether cell, envelope or secret', async (t) => {
    const { run, sealing, open: openOne, sheetEnv, program } = await start(t)
    const old = parseKeys(serializeKey(sealing.primary))
    await run('add')
    await run('rotate')
    await run('drop', 'k1')

    const { users } = await openOne(sheetEnv)
    const forgotten = await openOne(sheetEnv, old)
    const late = userOf(sealing, 'late')
    await assert.rejects(forgotten.users.saveUser(late), { code: 'store.retired-key' })
    await assert.rejects(users.saveUser(userOf(old, 'late')), { code: 'store.retired-key' })
    await assert.rejects(users.saveTokenSet(tokensOf(old, 'late')), { code: 'store.retired-key' })
    await assert.rejects(users.saveSecret('other', userOf(old, 'x').sealed), {
      code: 'store.retired-key',
    })
    assert.equal(await users.loadUser(late), undefined)
    assert.equal(await program.users.saveUser(late), true)
  })

  test('CR-07 a cell that only one of two keys has sealed, outside or within, keeps that key', async (t) => {
    const { run, sealing, users } = await start(t)
    const old = createSealingKeys([...sealing.keys.values()])
    await run('add')
    await run('rotate')
    // Sealed within by a process that had not looked at the file again, and outside by one that had.
    await users.saveUser(userOf(old, 'late'))

    await assert.rejects(run('drop', 'k1'), {
      code: 'keys.still-needed',
      message: /still needed: by 1 user record in the sheet\./,
    })
    assert.match(await run('rotate'), /Sealed anew by `k2`: 1\. Left: 0/)
    await run('drop', 'k1')
  })

  test('CR-06 names a key that is missing, leaves its cells, and seals the others anew', async (t) => {
    const { run, users, person, sealing } = await start(t)
    const foreign = createSealingKeys([{ id: 'gone', bytes: systemRandom(32) }])
    await users.saveUser(userOf(foreign, 'foreign'))
    assert.match(await run(), /\ngone +MISSING, needed by 1 user record in the sheet$/)
    await run('add')
    const row = person.rows('users').length

    await assert.rejects(run('rotate'), {
      code: 'server.not-rotated',
      message: /Rows of `k1`, `gone` are as they were\..*key `gone`, which is not among/,
    })

    await assert.rejects(run('drop', 'k1'), { code: 'keys.still-needed' })
    assert.match(person.cell('users', `B${row}`), /^tl1\.a256gcm\.k1\./, 'left as it is')
    person.remove('users', { row })
    assert.match(await run('drop', 'k1'), /is gone from/)
    assert.equal(sealing.keys.has('k1'), false)
  })

  test('CR-06 a row whose id somebody has changed keeps its key, and is named', async (t) => {
    const { run, person } = await start(t)
    person.type('users', 'A2', 'Ann!')
    await run('add')

    await assert.rejects(run('rotate'), {
      code: 'server.not-rotated',
      message: /cells of the sheet whose id was changed: The cell in row 2, column "record"/,
    })
    await assert.rejects(run('drop', 'k1'), {
      code: 'keys.still-needed',
      message: /2 cells of the sheet whose id was changed/,
    })
  })

  test('CR-07 what somebody has typed beside the secrets stops nobody, and is no secret', async (t) => {
    const { run, person, users, sealing } = await start(t)
    const last = person.rows('throughline').length
    for (const [at, [id, text]] of [
      ['retired-k1.x', 'yes'],
      ['hello.you', 'there'],
    ].entries()) {
      person.type('throughline', `A${last + 1 + at}`, id ?? '')
      person.type('throughline', `B${last + 1 + at}`, text ?? '')
    }

    assert.equal(await users.saveUser(userOf(sealing, 'dora')), true)
    assert.match(await run(), /^k1 +seals, has 1 MAC key of the sheet, [^\n]*$/)
    await run('add')
    await run('rotate')
    assert.match(await run('drop', 'k1'), /The key `k1` is gone/)
    assert.ok(person.rows('throughline').flat().includes('there'))
  })

  test('CR-07 a second row of an account does not hold an old key for ever', async (t) => {
    const { run, person, google, spreadsheetId, users, sealing, readAll } = await start(t)
    // Restored from a copy, as people do: the same account, another first cell.
    const [id = '', ...cells] = person.rows('users')[1] ?? []
    const row = person.rows('users').length + 1
    const copy = [id.replace(/\.[^.]+$/, `.${'x'.repeat(12)}`), ...cells]
    copy.forEach((text, at) => person.type('users', `${'ABCD'[at]}${row}`, text))
    assert.ok(google.person(spreadsheetId))
    await run('add')

    await run('rotate')
    await run('drop', 'k1')

    assert.equal(person.cell('users', `A${row}`), '')
    assert.equal(await users.saveUser(userOf(sealing, 'dora')), true)
    assert.equal((await readAll()).length, 6)
  })

  test('CR-07 a rotation that is cut short leaves what opens, and the next one goes on', async (t) => {
    const { run, readAll, users, sealing, google, person, email, spreadsheetId } = await start(t)
    const names = Array.from({ length: 120 }, (_, at) => `p${at}`)
    await Promise.all(names.map((name) => users.saveUser(userOf(sealing, name))))
    const before = await readAll()
    const under = (id: string) =>
      person.rows('users').filter(([, record = '']) => record.startsWith(`tl1.a256gcm.${id}.`))
    await run('add')
    const cutting = (async () => {
      while (under('k2').length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
      google.share(spreadsheetId, email, 'reader')
    })()

    await assert.rejects(run('rotate'), { code: 'sheet.not-shared' })
    await cutting
    assert.ok(under('k1').length > 0 && under('k2').length > 0)
    assert.deepEqual(await readAll(), before)
    google.share(spreadsheetId, email, 'writer')

    await run('rotate')
    await run('drop', 'k1')
    assert.deepEqual(await readAll(), before)
  })

  test('CR-07 rotations while two programs save: no failure, nothing under old keys, and all opens', async (t) => {
    const { run, readAll, open: openOne, sheetEnv, sealing, google } = await start(t)
    const programs = [await openOne(sheetEnv), await openOne(sheetEnv)]
    let isOver = false
    const saving = programs.map(async ({ users }, at) => {
      const name = `person-${at}`
      let version = 0
      do {
        version += 1
        const row = userOf(sealing, name, { version }, { version })
        const isSaved = await users.saveUser(row, version === 1 ? undefined : version - 1)
        assert.equal(isSaved, true, `${name} ${version}`)
      } while (!isOver)
      return `${version}`
    })

    for (const id of ['k1', 'k2', 'k3']) {
      const { writes } = google.counts
      await run('add')
      await run('rotate')
      for (;;) {
        try {
          await run('drop', id)
          break
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'keys.still-needed')
          await run('rotate')
        }
      }
      assert.ok(google.counts.writes > writes + 2)
    }
    isOver = true
    const versions = await Promise.all(saving)
    await run('rotate')

    assert.match(await run(), /^k4 +seals, has [^\n]*$/)
    const texts = await readAll()
    for (const version of versions) {
      assert.ok(texts.some((text) => text.includes(version)))
    }
    assert.equal(texts.length, 7)
  })
})
