/** `throughline doctor`: what it says of what is right and of what is wrong, and that it leaves all as it is. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemRandom } from '../../src/base/random.ts'
import { createSealingKeys, serializeKey } from '../../src/crypto/key-ring.ts'
import { app } from '../../src/script/app.ts'
import { openKeyRing } from '../../src/keys/mac-key.ts'
import { runDoctor } from '../../src/server/doctor.ts'
import type { DoctorWorld } from '../../src/server/doctor-world.ts'
import type { Environment } from '../../src/server/environment.ts'
import { readSettings } from '../../src/server/settings.ts'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import { openDatabase } from '../../src/store/sqlite.ts'
import { tell } from '../../src/testing/told.ts'
import { createToken, startKeptUsers, tokensOf, userOf } from './kept-users.ts'

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** Three people in a sheet, and a doctor for any variables. */
async function start(t: TestContext, where: 'env' | 'sheetEnv' = 'sheetEnv') {
  const kept = await startKeptUsers(t)
  const { sealing } = kept
  const { users } = await kept.open(kept[where])
  for (const name of ['Ann', 'Bob', 'Cleo']) {
    await users.saveUser(userOf(sealing, name, { name }, { readable: { name } }))
  }
  const token = createToken()
  await users.saveTokenSet(tokensOf(sealing, 'Ann', { token }))
  const look = async (more: Environment = {}, given: Partial<DoctorWorld> = {}) => {
    const lines: string[] = []
    const env = { ...kept[where], ...more }
    const count = await runDoctor(env, (line) => void lines.push(line), given)
    const said = lines.join('\n')
    tell({ kind: 'log', entry: said })
    assert.equal(count, lines.filter((line) => line.startsWith('✘')).length)
    for (const secret of [token, 'Ann', 'PRIVATE KEY', 'ya29'])
      assert.ok(!said.includes(secret), secret)
    return { said, count, wrong: lines.filter((line) => line.startsWith('✘')).join('\n') }
  }
  return { ...kept, users, look }
}

const grown = (env: Environment, member: string, value: unknown) =>
  JSON.stringify({
    ...(JSON.parse(readFileSync(env['GOOGLE_SERVICE_ACCOUNT_FILE'] ?? '', 'utf8')) as object),
    [member]: value,
  })

describe('throughline doctor', () => {
  test('finds nothing wrong where all is right, and changes nothing', async (t) => {
    const { look, folder, person, email, google } = await start(t)
    const file = join(folder, 'throughline.sqlite')
    const all = () => [
      person.tabs().map((tab) => person.rows(tab)),
      readFileSync(file).toString('base64'),
      readFileSync(join(folder, 'keys'), 'utf8'),
      readdirSync(folder).toSorted(),
    ]
    const before = all()

    const { said, count } = await look({ VIMEO_CLIENT_ID: 'id', VIMEO_CLIENT_SECRET: 'secret' })

    assert.equal(count, 0, said)
    for (const line of [
      /^✔ Only this machine can reach the program, at http:\/\/127\.0\.0\.1:3000; set PUBLIC_URL for others\./m,
      /^✔ The data folder .* can be written to\.$/m,
      /^✔ The sealing keys of the key file .*: `k1` seals\.$/m,
      /^✔ The database .* opens\.$/m,
      new RegExp(`^✔ The key file of the service account ${email} is well formed\\.$`, 'm'),
      /^✔ This machine's clock and Google's agree\.$/m,
      /^✔ Google knows the service account /m,
      /^✔ The sheet can be written to\.$/m,
      /^✔ The sheet has [\d,]+ cells of the 10,000,000 /m,
      /^✔ The tabs and their headers are as the program needs them\.$/m,
      /^✔ The sealing keys are those of this sheet\.$/m,
      /^✔ 3 accounts are kept, and all of it opens\.$/m,
      /^✔ Vimeo is set\..*http:\/\/127\.0\.0\.1:3000\/oauth\/callback\/vimeo\.$/m,
      /\nNothing is wrong\.$/,
    ]) {
      assert.match(said, line)
    }
    assert.deepEqual(all(), before)
    assert.ok(google.requests.length < 30)
  })

  test('says what is wrong with the settings, one sentence each', async (t) => {
    const { look, folder, sealing } = await start(t, 'env')
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const cases: readonly (readonly [Environment, RegExp])[] = [
      [{ PUBLIC_URL: 'http://example.com' }, /^✘ PUBLIC_URL is "http:\/\/example\.com": a public/],
      [{ PORT: 'x' }, /^✘ PORT is "x", expected a port/],
      [{ THROUGHLINE_DATA: file }, /^✘ The data folder .*a-file is no folder/],
      [{ THROUGHLINE_KEYS: 'k1:short' }, /^✘ THROUGHLINE_KEYS: the key of entry 1 of 1 is not/],
      [{ VIMEO_CLIENT_ID: 'id' }, /^✘ Vimeo: VIMEO_CLIENT_ID is set, but VIMEO_CLIENT_SECRET is/],
      [{ NODE_ENV: 'production' }, /PUBLIC_URL is not set[^]*THROUGHLINE_KEYS is not set, and/],
      [
        { THROUGHLINE_KEYS: serializeKey({ id: 'k1', bytes: systemRandom(32) }) },
        /^✘ The sealing keys are not those of this database: another key .* under the same id[^\n]*$/,
      ],
      [
        { THROUGHLINE_KEYS: serializeKey({ id: 'k9', bytes: systemRandom(32) }) },
        /^✘ The key `k1` is missing, and sealed .*Put it back behind the others\.$/,
      ],
    ]
    for (const [env, expected] of cases) {
      const { wrong, said } = await look(env)
      assert.match(wrong, expected, said)
    }
    assert.equal((await look({ THROUGHLINE_KEYS: serializeKey(sealing.primary) })).count, 0)
  })

  test('says what the start refuses, each once and in its own sentence', async (t) => {
    const { look } = await start(t, 'env')
    const vimeo = { VIMEO_CLIENT_ID: 'id', VIMEO_CLIENT_SECRET: 'secret' }
    const script = app({ title: 'x', pages: { '/': () => {} } })
    for (const env of [
      ...[{ NODE_ENV: 'prod' }, { HOST: '0.0.0.0' }, { TRUSTED_PROXIES: 'foo' }],
      ...[{ METRICS_PORT: 'abc' }, { THROUGHLINE_GRACE_SECONDS: 'ten' }, { PORT: 'x' }],
      { PUBLIC_URL: 'example.com' },
    ]) {
      const refused = () => readSettings(script, env, '.')
      const { wrong } = await look({ ...env, ...vimeo })
      assert.throws(refused, (error) => wrong === `✘ ${(error as Error).message}`, wrong)
    }
    assert.match(
      (await look({ THROUGHLINE_LOG: 'nice' })).wrong,
      /^✘ THROUGHLINE_LOG is "nice", expected sentences or json\.$/,
    )
    assert.match(
      (await look({ ...vimeo, VIMEO_REDIRECT_PATH: 'foo' })).wrong,
      /^✘ Vimeo: VIMEO_REDIRECT_PATH is "foo", expected a page of the app, such as \/videos\.$/,
    )
    assert.match(
      (await look({ ...vimeo, VIMEO_REDIRECT_PATH: '/back' })).said,
      /redirect URI http:\/\/127\.0\.0\.1:3000\/back\.$/m,
    )
    const two = await look({ NODE_ENV: 'prod', METRICS_PORT: 'abc' })
    assert.equal(two.count, 2, two.said)
  })

  test('CR-06 says what is wrong with the key file and the database, and makes no keys', async (t) => {
    const { look, folder } = await start(t, 'env')
    assert.match((await look()).said, /✔ The sealing keys are those of this database\./)
    chmodSync(join(folder, 'keys'), 0o644)
    assert.match((await look()).wrong, /^✘ Others can read the key file .*chmod 600/)
    rmSync(join(folder, 'keys'))
    assert.match((await look()).wrong, /^✘ There is no key file/)
    assert.ok(!readdirSync(folder).includes('keys'), 'none is made')

    const database = openDatabase(join(folder, 'throughline.sqlite'), 'FULL')
    await database.answer(() => database.prepare('PRAGMA user_version = 999').all())
    database.close()
    assert.match((await look()).wrong, /newer version/)
    const other = join(folder, 'other')
    const { said, count } = await look({ THROUGHLINE_DATA: other })
    assert.equal(count, 0, said)
    assert.match(
      said,
      /^! There is no data folder[^]*! There is no key file[^]*! There is no database/m,
    )
    assert.ok(!readdirSync(folder).includes('other'))
  })

  test('says each way in which the key file of a service account is wrong', async (t) => {
    const { look, folder, sheetEnv } = await start(t)
    const GOOGLE_SERVICE_ACCOUNT_FILE = join(folder, 'bad.json')
    const cases: readonly (readonly [string, RegExp])[] = [
      ['no JSON', /bad\.json is not a service account's key file: /],
      [grown(sheetEnv, 'type', 'authorized_user'), /its "type" is not "service_account"/],
      [grown(sheetEnv, 'client_email', undefined), /it has no text "client_email"/],
      [grown(sheetEnv, 'private_key', 'x'), /its "private_key" is no RSA key in PEM/],
    ]
    for (const [text, expected] of cases) {
      writeFileSync(GOOGLE_SERVICE_ACCOUNT_FILE, text)
      assert.match((await look({ GOOGLE_SERVICE_ACCOUNT_FILE })).wrong, expected)
    }
    const open = await look({}, {})
    assert.ok(!open.said.includes('Others can read'), open.said)
    chmodSync(sheetEnv['GOOGLE_SERVICE_ACCOUNT_FILE'] ?? '', 0o644)
    const { said, count } = await look()
    assert.equal(count, 0)
    assert.match(said, /^! Others can read the key file .*account\.json\. Run: chmod 600/m)
    rmSync(GOOGLE_SERVICE_ACCOUNT_FILE)
    assert.match(
      (await look({ GOOGLE_SERVICE_ACCOUNT_FILE })).wrong,
      /cannot be read \(nothing is there\)/,
    )
    assert.match((await look({ GOOGLE_SHEET_ID: '' })).wrong, /GOOGLE_SHEET_ID is not set/)
    assert.match((await look({ GOOGLE_SHEET_ID: 'x y' })).wrong, /expected the address of a sheet/)
  })

  test('says what Google has against it: key, clock, API, sheet, share', async (t) => {
    const { look, google, email, spreadsheetId } = await start(t)
    assert.match(
      (await look({ GOOGLE_SHEET_ID: 'of-no-sheet-at-all' })).wrong,
      /^✘ There is no sheet with the id in GOOGLE_SHEET_ID/,
    )
    google.setSwitches({ apiEnabled: false })
    assert.match((await look()).wrong, /^✘ The Google Sheets API is not enabled/)
    google.setSwitches({ apiEnabled: true, unavailable: 9, failing: 'all' })
    assert.match((await look()).wrong, /^✘ Google Sheets cannot be asked at this moment/)
    google.setSwitches({ unavailable: 0 })

    google.share(spreadsheetId, email, 'reader')
    const before = google.person(spreadsheetId).rows('users')
    const { said, wrong } = await look()
    assert.match(wrong, /^✘ The sheet is shared with \S+ for reading alone: under "Share" make/)
    assert.match(said, /✔ 3 accounts are kept/, 'and looks on')
    assert.deepEqual(google.person(spreadsheetId).rows('users'), before)
    google.share(spreadsheetId, email, 'none')
    assert.match((await look()).wrong, /^✘ The sheet is not shared with \S+ as an editor/)
    google.share(spreadsheetId, email, 'writer')

    const late = await look({}, { clock: () => Date.now() - 600_000 })
    assert.match(late.wrong, /^✘ This machine's clock is 10 minutes slow: set it/)
    const early = await look({}, { clock: () => Date.now() + 600_000 })
    assert.match(
      early.wrong,
      /^✘ Google does not accept the key [^\n]* This machine's clock is wrong: set it\.$/,
    )
    google.setSwitches({ clockAheadSeconds: 3700 })
    const far = await look()
    assert.match(far.wrong, /^✘ Google does not accept the key [^\n]* clock is wrong: set it\.$/)
    assert.ok(!far.said.includes('clock and'), far.said)
    google.setSwitches({ clockAheadSeconds: 600 })
    assert.match((await look()).wrong, /^✘ This machine's clock is 10 minutes slow: set it/)
    google.setSwitches({ clockAheadSeconds: 0 })
    assert.equal((await look({}, { clock: () => Date.now() - 240_000 })).count, 0)
    google.rotateKey(email)
    assert.match((await look()).wrong, /^✘ Google does not accept the key of the service account/)
  })

  test('SH-03 names rows that do not open, by row and column, and others that people have changed', async (t) => {
    const { look, person, users, sealing } = await start(t)
    const foreign = createSealingKeys([{ id: 'gone', bytes: systemRandom(32) }])
    await users.saveUser(userOf(foreign, 'Dora'))
    for (const name of ['Eve', 'Fay']) await users.saveUser(userOf(sealing, name))
    const [, , bob = [], , , eve = []] = person.rows('users')
    person.type('users', 'D2', 'somebody else')
    person.type('users', 'A3', 'mine')
    person.type('users', 'B4', bob[1] ?? '')
    eve.forEach((text, at) => person.type('users', `${'ABC'[at]}8`, text))

    const { wrong, said, count } = await look()

    assert.equal(count, 4, said)
    assert.match(wrong, /row 3, column "id", does not open where it stands/)
    assert.match(wrong, /row 4, column "record", does not open where it stands/)
    assert.match(
      wrong,
      /The key `gone` is missing, and sealed row 5, column "record"\. Put it back/,
    )
    assert.match(wrong, /Rows 6, 8 are of one account/)
    assert.match(said, /^! Row 2, column "name", shows something else than the record/m)
    assert.ok(!said.includes('somebody else'))
  })

  test('names twenty rows, and counts the others', async (t) => {
    const { look, person, users, sealing } = await start(t)
    const names = Array.from({ length: 25 }, (_, at) => `p${at}`)
    await Promise.all(names.map((name) => users.saveUser(userOf(sealing, name))))
    for (let row = 2; row <= 26; row += 1) person.type('users', `B${row}`, 'x')

    const { wrong } = await look()

    const lines = wrong.split('\n')
    assert.equal(lines.length, 21)
    assert.equal(lines[20], '✘ … and 5 more.')
  })

  test('says which tab or column is missing, or there twice', async (t) => {
    const { look, person, google, email, sheetEnv } = await start(t)
    person.type('users', 'F1', 'record')
    person.type('users', 'G1', 'name')
    const doubled = await look()
    assert.match(doubled.wrong, /^✘ Row 1 .* more than one column "record": .* Rename the others/)
    assert.match(doubled.said, /^! Row 1 .* more than one column "name": the first counts\.$/m)
    person.type('users', 'F1', '')
    person.type('users', 'C1', 'tokens!')
    assert.match((await look()).wrong, /^✘ Row 1 .* has no column "tokens"\./)
    person.type('users', 'C1', 'tokens')
    person.renameTab('throughline', 'hidden')
    assert.match((await look()).wrong, /^✘ The sheet has no tab "throughline", .* no row opens/)
    person.renameTab('hidden', 'throughline')
    person.renameTab('users', 'people')
    assert.match((await look()).wrong, /^✘ The sheet has no tab "users"\. Was it renamed/)

    const fresh = google.createSpreadsheet({ writers: [email] })
    const { said, count } = await look({ ...sheetEnv, GOOGLE_SHEET_ID: fresh })
    assert.equal(count, 0)
    assert.match(said, /^! The sheet is new: the first start sets it up\.$/m)
    assert.deepEqual(google.person(fresh).rows(google.person(fresh).tabs()[0] ?? ''), [])
  })

  test('CR-06 says that the keys are not those of the sheet, and then nothing of its cells', async (t) => {
    const { look } = await start(t)
    for (const [id, expected] of [
      ['k1', 'another key stands there under the same id'],
      ['k2', 'the key `k1` is missing. Put it back'],
    ] as const) {
      const other = serializeKey({ id, bytes: systemRandom(32) })
      const { said } = await look({ THROUGHLINE_KEYS: other })
      assert.ok(said.includes(`✘ The sealing keys are not those of this sheet: ${expected}`), said)
      assert.ok(!/delete the row|Row \d|row \d|mac-key/.test(said), said)
      assert.equal(said.match(/Put it back|Give the keys that/g)?.length, 1, said)
    }
    assert.match(
      (await look({ THROUGHLINE_KEYS: 'none' })).said,
      /^! 3 accounts are kept; whether all of it opens cannot be told without the keys\.$/m,
    )
  })

  test('CR-06 says that the key is gone by which people are found, and makes none', async (t) => {
    const { look, person } = await start(t)
    const at = person.rows('throughline').findIndex(([id = '']) => id.includes('mac-key'))
    assert.ok(at >= 0)
    person.type('throughline', `A${at + 1}`, '')

    const { wrong, count } = await look()

    assert.equal(count, 1, wrong)
    assert.match(wrong, /^✘ The tab "throughline" no longer holds the MAC key .* Bring it back/)
  })

  test('leaves no file beside a database that nobody has open', async (t) => {
    const kept = await startKeptUsers(t)
    const { sessions, users } = openSqliteStores(join(kept.folder, 'throughline.sqlite'))
    await openKeyRing(users, kept.sealing, systemRandom)
    await Promise.all([users.close(), sessions.close()])
    const before = readdirSync(kept.folder)
    assert.ok(!before.includes('throughline.sqlite-wal'))

    const lines: string[] = []
    assert.equal(await runDoctor(kept.env, (line) => void lines.push(line)), 0)

    assert.ok(lines.includes('✔ The sealing keys are those of this database.'))
    assert.deepEqual(readdirSync(kept.folder), before)
  })

  test('ends with 1 where something is wrong, and with 0 where nothing is', async (t) => {
    const { folder, sealing, open, env } = await start(t, 'env')
    const { users } = await open(env)
    await openKeyRing(users, sealing, systemRandom)
    const throughline = (more: Environment) =>
      spawnSync(process.execPath, ['--conditions=throughline-source', CLI, 'doctor'], {
        env: { PATH: process.env['PATH'], THROUGHLINE_DATA: folder, ...more },
        encoding: 'utf8',
      })

    const good = throughline({})
    assert.equal(good.status, 0, good.stdout + good.stderr)
    assert.match(good.stdout, /^✔ Node \d+\.\d+\.\d+ is recent enough\.\n[^]*Nothing is wrong\.\n$/)
    const bad = throughline({ PORT: 'x' })
    assert.equal(bad.status, 1)
    assert.match(bad.stdout, /✘ PORT is "x"[^]*\n1 wrong\.\n$/)
  })
})
