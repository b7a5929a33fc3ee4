import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { loadKeyFile } from '../crypto/key-file.ts'
import { parseKeys, serializeKey, type SealingKeys } from '../crypto/key-ring.ts'
import { seal } from '../crypto/seal.ts'
import { openKeyRing } from '../keys/mac-key.ts'
import { openSqliteStores } from '../store/sqlite-stores.ts'
import { runKeysCommand } from './keys-command.ts'
import type { Environment } from './environment.ts'

/** A data folder with the database of a program that is running, sealed by the keys of a file or of the environment. */
async function start(t: TestContext, given: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-command-'))
  const { users, sessions } = openSqliteStores(join(folder, 'throughline.sqlite'))
  t.after(async () => {
    await Promise.all([users.close(), sessions.close()])
    rmSync(folder, { recursive: true })
  })
  const env: Environment = { ...given, THROUGHLINE_DATA: folder }
  const environment = { env }
  const sealing =
    given['THROUGHLINE_KEYS'] === undefined
      ? loadKeyFile(folder, systemRandom).sealing
      : parseKeys(given['THROUGHLINE_KEYS'])
  const { macKey } = await openKeyRing(users, sealing, systemRandom)
  const save = (subjectIndex: string, by: SealingKeys = sealing) => {
    const sealed = seal(by, 'user-record', ['users', 'vimeo', subjectIndex, '1'], 'x', systemRandom)
    const row = { provider: 'vimeo', subjectIndex, version: 1, sealed, createdAt: 1, savedAt: 1 }
    return users.saveUser(row)
  }
  await save('first')
  const run = async (...args: readonly string[]) => {
    const lines: string[] = []
    await runKeysCommand(args, environment.env, (line) => lines.push(line))
    return lines.join('\n')
  }
  const keys = () =>
    readFileSync(join(folder, 'keys'), 'utf8')
      .split(',')
      .map((one) => one.split(':')[0])
  return { folder, environment, users, sealing, macKey, save, run, keys }
}

const freshKey = (id: string) => serializeKey({ id, bytes: systemRandom(32) })

describe('throughline keys', () => {
  test('CR-07 lists, adds, rotates and drops: a program that runs seals by the new key, and the old one goes', async (t) => {
    const { run, keys, folder, sealing, save, users, macKey } = await start(t)
    assert.match(await run(), /^k1 +seals, has 1 MAC key, 1 user record$/)

    assert.match(await run('add'), /The key `k2` now seals; running programs know it already/)
    assert.deepEqual(keys(), ['k2', 'k1'])
    assert.equal(statSync(join(folder, 'keys')).mode & 0o777, 0o600)
    assert.equal(sealing.primary.id, 'k2')
    await save('second')
    assert.match(
      await run(),
      /^k2 +seals, has 1 MAC key, 1 user record\nk1 +opens, has 1 user record$/,
    )

    await assert.rejects(run('drop', 'k1'), {
      code: 'keys.still-needed',
      message: /`k1` is still needed: by 1 user record\. Run throughline keys rotate/,
    })
    assert.deepEqual(keys(), ['k2', 'k1'])
    assert.match(
      await run('rotate'),
      /Sealed anew by `k2`: 1\. Left: 0\.\nNext: throughline keys drop k1, which nothing needs any more\.$/,
    )
    assert.match(await run('drop', 'k1'), /The key `k1` is gone from .*keys\./)

    assert.deepEqual(keys(), ['k2'])
    const { sealing: alone } = loadKeyFile(folder, systemRandom)
    assert.deepEqual((await openKeyRing(users, alone, systemRandom)).macKey, macKey)
    assert.match(await run('add'), /The key `k3` now seals/)
  })

  test('CR-07 drops no key that seals, that is not there, or that a row needs that came a moment ago', async (t) => {
    const { run, keys, save, sealing, users } = await start(t)
    const old = parseKeys(serializeKey(sealing.primary))
    await assert.rejects(run('drop', 'k1'), { code: 'keys.still-seals' })
    await assert.rejects(run('drop', 'k7'), {
      code: 'keys.unknown-key',
      message: /no key `k7`\. The keys are k1\./,
    })
    await run('add')
    await run('rotate')

    await save('late', old)
    await assert.rejects(run('drop', 'k1'), { code: 'keys.still-needed' })
    await save('later', old)
    await run('rotate')
    await run('drop', 'k1')

    await assert.rejects(save('last', old), { code: 'store.retired-key' })
    assert.deepEqual(keys(), ['k2'])
    const key = { provider: 'vimeo', subjectIndex: 'late' }
    assert.match((await users.loadUser(key))?.sealed ?? '', /^tl1\.a256gcm\.k2\./)
  })

  test('CR-07 never gives a new key the id of one that there is or was', async (t) => {
    const [first, main] = [freshKey('k1'), freshKey('main')]
    const { run, environment } = await start(t, { THROUGHLINE_KEYS: first })
    environment.env = { ...environment.env, THROUGHLINE_KEYS: `${main},${first}` }
    assert.match(await run('add'), /^ {2}k2:/m)
    await run('rotate')
    await run('drop', 'k1')

    environment.env = { ...environment.env, THROUGHLINE_KEYS: main }
    assert.match(await run('add'), /^ {2}k2:/m)
  })

  test('CR-07 two keys that are added at once are both there', async (t) => {
    const { run, keys } = await start(t)

    await Promise.all([run('add'), run('add')])

    assert.deepEqual(keys(), ['k3', 'k2', 'k1'])
  })

  test('CR-06 names a key that is missing, leaves its rows, and seals the others anew', async (t) => {
    const { run, save, users, sealing } = await start(t)
    await save('foreign', parseKeys(freshKey('gone')))
    assert.match(await run(), /\ngone +MISSING, needed by 1 user record$/)
    await run('add')

    await assert.rejects(run('rotate'), {
      code: 'server.not-rotated',
      message: /Rows of `gone` are as they were\. user records: .*key `gone`, which is not among/,
    })

    const of = async (subjectIndex: string) =>
      (await users.loadUser({ provider: 'vimeo', subjectIndex }))?.sealed.split('.')[2]
    assert.deepEqual([await of('first'), await of('foreign')], ['k2', 'gone'])
    assert.equal(sealing.keys.has('k1'), true)
    assert.match(await run('drop', 'k1'), /is gone from/)
  })

  test('CR-06 with another key of the same id, or without the one that is needed, changes nothing', async (t) => {
    const { run, environment, users } = await start(t, { THROUGHLINE_KEYS: freshKey('k1') })
    const key = { provider: 'vimeo', subjectIndex: 'first' }
    const before = [await users.loadUser(key), await users.loadSecret('mac-key')]

    for (const [THROUGHLINE_KEYS, code] of [
      [freshKey('k1'), 'crypto.cannot-open'],
      [`${freshKey('k2')},${freshKey('k1')}`, 'crypto.cannot-open'],
      [freshKey('k2'), 'crypto.unknown-key'],
    ] as const) {
      environment.env = { ...environment.env, THROUGHLINE_KEYS }
      for (const args of [['add'], ['rotate'], ['drop', 'k1']]) {
        await assert.rejects(run(...args), { code }, args.join(' '))
      }
      // The list names a key that is missing, and is no list where a key is another than it says.
      if (code === 'crypto.cannot-open') await assert.rejects(run(), { code })
      else assert.match(await run(), /MISSING/)
    }

    assert.deepEqual([await users.loadUser(key), await users.loadSecret('mac-key')], before)
  })

  test('CR-07 with THROUGHLINE_KEYS says what to set, and changes what the database holds alone', async (t) => {
    const before = freshKey('k1')
    const { run, environment } = await start(t, {
      THROUGHLINE_KEYS: before,
      NODE_ENV: 'production',
    })

    const said = await run('add')
    const [, added = ''] = /^ {2}(k2:\S{44})$/m.exec(said) ?? []
    assert.match(said, /BEHIND the others[\s\S]*THROUGHLINE_KEYS=k1:…,k2:…\n/)
    assert.match(said, /in FRONT[\s\S]*THROUGHLINE_KEYS=k2:…,k1:…\n/)
    assert.ok(!said.includes(before.slice(3)))
    environment.env = { ...environment.env, THROUGHLINE_KEYS: `${before},${added}` }
    assert.match(await run(), /k1 +seals, has 1 .*\nk2 +opens, has nothing/)
    environment.env = { ...environment.env, THROUGHLINE_KEYS: `${added},${before}` }
    assert.match(await run('rotate'), /Sealed anew by `k2`: 1\. Left: 0/)
    assert.match(await run('drop', 'k1'), /Take its entry out of THROUGHLINE_KEYS in every process/)

    environment.env = { ...environment.env, THROUGHLINE_KEYS: added }
    assert.match(await run(), /^k2 +seals, has 1 MAC key, 1 user record$/)
  })

  test('refuses what is no command, and a folder without a database', async (t) => {
    const { run, folder, environment } = await start(t)
    for (const args of [
      ['list', 'k1'],
      ['drop'],
      ['drop', 'k1', 'k2'],
      ['rotate', 'k1'],
      ['sell'],
    ]) {
      await assert.rejects(run(...args), TypeError, args.join(' '))
    }
    environment.env = { THROUGHLINE_DATA: join(folder, 'elsewhere') }
    await assert.rejects(run(), { code: 'server.no-database', message: /There is no database/ })
    writeFileSync(join(folder, 'keys'), 'k1:short', { mode: 0o600 })
    environment.env = { THROUGHLINE_DATA: folder }
    await assert.rejects(run('add'), { code: 'crypto.bad-keys' })
  })
})
