/** `throughline users export`, over a database and over a sheet. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../src/server/environment.ts'
import { runUsersCommand } from '../../src/server/users-command.ts'
import { tell } from '../../src/testing/told.ts'
import { createToken, startKeptUsers, tokensOf, userOf } from './kept-users.ts'

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

async function start(t: TestContext) {
  const kept = await startKeptUsers(t)
  const run = async (env: Environment, ...args: readonly string[]) => {
    const [written, said]: [string[], string[]] = [[], []]
    const output = {
      write: (text: string) => void written.push(text),
      say: (line: string) => void said.push(line),
    }
    const error = await runUsersCommand(['export', ...args], env, output).then(
      () => undefined,
      (thrown: unknown) => thrown as { readonly code?: string },
    )
    tell({ kind: 'log', entry: [written, said] })
    return { written: written.join(''), said: said.join('\n'), error }
  }
  return { ...kept, run }
}

describe('throughline users export', () => {
  for (const where of ['env', 'sheetEnv'] as const) {
    test(`LG-01 writes records and never tokens: of ${where === 'env' ? 'a database' : 'a sheet'}`, async (t) => {
      const kept = await start(t)
      const { run, sealing } = kept
      const { users } = await kept.open(kept[where])
      const token = createToken()
      await users.saveUser(userOf(sealing, 'ann', { name: '=Ann', note: 'a "b"' }))
      await users.saveTokenSet(tokensOf(sealing, 'ann', { token }))
      await users.saveTokenSet(tokensOf(sealing, 'bob'))

      const { written, said, error } = await run(kept[where])

      assert.equal(error, undefined)
      assert.equal(said, '')
      assert.equal(
        written,
        'provider,account,created,saved,name,note\r\n' +
          `vimeo,index-ann,2023-11-14T22:13:20.000Z,2023-11-14T22:14:20.000Z,'=Ann,"a ""b"""\r\n`,
      )
      const json = await run(kept[where], '--format', 'json')
      assert.ok(!json.written.includes(token))
      assert.deepEqual(
        (JSON.parse(json.written) as readonly { readonly fields: unknown }[]).map(
          ({ fields }) => fields,
        ),
        [{ name: '=Ann', note: 'a "b"' }],
      )
    })
  }

  test('waits where the requests of the minute are used up, and so does a program that starts', async (t) => {
    const kept = await start(t)
    const { run, sheetEnv, google, sealing } = kept
    const { users } = await kept.open(sheetEnv)
    await users.saveUser(userOf(sealing, 'ann'))
    const whileRefused = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const count = () => google.requests.filter(({ status }) => status === 429).length
      const before = count()
      google.setSwitches({ quotas: true, readsPerUser: 0 })
      const working = work()
      while (count() === before) await new Promise((resolve) => setTimeout(resolve, 10))
      google.setSwitches({ quotas: false })
      return working
    }

    const { written } = await whileRefused(() => run(sheetEnv))
    assert.match(written, /ann\r\n$/)
    const later = await whileRefused(() => kept.open(sheetEnv))
    assert.ok(await later.users.loadUser(userOf(sealing, 'ann')))
  })

  test('CR-01 writes a file for its owner alone, and none over another', async (t) => {
    const { run, env, folder, sealing, open } = await start(t)
    const { users } = await open(env)
    await users.saveUser(userOf(sealing, 'ann'))
    const file = join(folder, 'people.csv')

    const { written, said } = await run(env, '--out', file)

    assert.equal(written, '')
    assert.match(said, /^From the database .*, 1 record is in .*people\.csv, in clear\.$/)
    assert.match(readFileSync(file, 'utf8'), /^provider,[^]*\bann\r\n$/)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    writeFileSync(file, 'mine')
    assert.equal((await run(env, '--out', file)).error?.code, 'server.file-exists')
    assert.equal(readFileSync(file, 'utf8'), 'mine')
    assert.ok((await run(env, '--out', join(folder, 'no', 'x'))).error instanceof TypeError)
  })

  test('CR-06 SH-03 names each row that does not open by row and column, and writes the others', async (t) => {
    const kept = await start(t)
    const { run, sheetEnv, person, sealing } = kept
    const { users } = await kept.open(sheetEnv)
    for (const name of ['ann', 'bob', 'cleo', 'dora']) {
      await users.saveUser(userOf(sealing, name))
    }
    person.type('users', 'A2', 'somebody')
    person.type('users', 'B3', person.cell('users', 'B4'))

    const { written, said, error } = await run(sheetEnv)

    assert.equal(error?.code, 'server.not-exported')
    assert.match(written, /cleo\r\n.*dora\r\n$/)
    assert.ok(!/ann|bob/.test(written))
    assert.match(
      said,
      /^The cell in row 2, column "id", does not open[^]*\nThe cell in row 3, column "record"/,
    )
  })

  test('goes to standard output, what is wrong to standard error, and ends with 1 where something was', async (t) => {
    const kept = await start(t)
    const { env, sealing, folder } = kept
    const { users } = await kept.open(env)
    await users.saveUser(userOf(sealing, 'ann'))
    const throughline = (...args: readonly string[]) =>
      spawnSync(process.execPath, ['--conditions=throughline-source', CLI, 'users', ...args], {
        env: { PATH: process.env['PATH'], THROUGHLINE_DATA: folder },
        encoding: 'utf8',
      })

    const good = throughline('export')
    assert.equal(good.status, 0, good.stderr)
    assert.match(good.stdout, /^provider,account[^]*,ann\r\n$/)
    await users.saveUser({ ...userOf(sealing, 'ann'), subjectIndex: 'moved' })
    const bad = throughline('export', '--format', 'json')
    assert.equal(bad.status, 1)
    assert.equal((JSON.parse(bad.stdout) as readonly unknown[]).length, 1)
    assert.match(bad.stderr, /account moved: .*\n1 that do not open were left out/)
    for (const args of [[], ['export', '--format', 'xml'], ['sell'], ['export', '--bogus']]) {
      assert.equal(throughline(...args).status, 1, args.join(' '))
    }
  })

  test('says that there is no database, and nothing of keys, where the program is not', async (t) => {
    const { run, folder } = await start(t)
    const { error } = await run({ THROUGHLINE_DATA: join(folder, 'nowhere') })
    assert.equal(error?.code, 'server.no-database')
  })
})
