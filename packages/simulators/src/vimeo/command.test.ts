/** The command as a person meets it in a terminal. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

import { shippedClips } from './start.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulate-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs the command, asks it what `use` asks once it is ready, and ends it. */
async function runCommand(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { use, signal = 'SIGTERM' }: RunOptions = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const variables = { PATH: process.env['PATH'], THROUGHLINE_DATA: createFolder(t), ...env }
  const child = spawn(process.execPath, [MAIN, ...args], { env: variables })
  t.after(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk))
  let output = ''
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) {
    output += String(chunk)
    if (!/vimeo_module\.request_defaults.+\n/.test(output)) continue
    await use?.(output)
    child.kill(signal)
  }
  await closed
  return { code: child.exitCode, output: output + errors }
}

interface RunOptions {
  readonly use?: (output: string) => Promise<void>
  readonly signal?: 'SIGINT' | 'SIGTERM'
}

const originIn = (output: string) => /is ready: (\S+)\n/.exec(output)?.[1] ?? ''

describe('simulate vimeo', () => {
  test('says all that a program needs, serves three origins, and ends on SIGTERM', async (t) => {
    let statuses: number[] = []
    const use = async (output: string) => {
      const origins = [...output.matchAll(/^ {2}\w[\w ]+ (http:\S+) {2}for /gm)].map(
        ([, origin]) => origin ?? '',
      )
      statuses = await Promise.all(origins.map(async (origin) => (await fetch(origin)).status))
    }

    const { code, output } = await runCommand(
      t,
      ['--videos', shippedClips, '--port', '0'],
      {},
      { use },
    )

    assert.equal(code, 0)
    assert.equal(statuses.length, 3)
    assert.equal(statuses[0], 200)
    assert.match(output, /client id +[0-9a-f]{40}\n/)
    assert.match(output, /client secret +\S{128}\n/)
    assert.match(output, /redirect URIs +http:\/\/127\.0\.0\.1:3000\/oauth\/callback\/vimeo /)
    assert.match(output, new RegExp(`control page +${originIn(output)}/simulator\n`))
    assert.match(output, new RegExp(`VIMEO_ORIGIN=${originIn(output)} VIMEO_CLIENT_ID=[0-9a-f]`))
    assert.match(output, new RegExp(`port: ${new URL(originIn(output)).port} }`))
  })

  test('is registered under the same id and secret at the next start', async (t) => {
    const THROUGHLINE_DATA = createFolder(t)
    const start = async () => {
      const { output } = await runCommand(t, ['--port', '0'], { THROUGHLINE_DATA })
      return /client secret +(\S+)/.exec(output)?.[1]
    }

    const first = await start()

    assert.match(first ?? '', /^\S{128}$/)
    assert.equal(await start(), first)
  })

  test('keeps secrets that were given out of its output, and ends on SIGINT', async (t) => {
    const { code, output } = await runCommand(
      t,
      [],
      {
        SIMULATOR_CLIENT_ID: 'given-id',
        SIMULATOR_CLIENT_SECRET: 'given-secret',
        SIMULATOR_REDIRECT_URIS: 'http://127.0.0.1:9/a http://127.0.0.1:9/b',
        SIMULATOR_PORT: '0',
      },
      { signal: 'SIGINT' },
    )

    assert.equal(code, 0)
    assert.match(output, /redirect URIs +http:\/\/127\.0\.0\.1:9\/a http:\/\/127\.0\.0\.1:9\/b\n/)
    assert.doesNotMatch(output, /given-/)
  })

  test('lets flags count before the environment', async (t) => {
    const flags = ['--port', '0', '--redirect-uri', 'http://127.0.0.1:9/c']
    const { output } = await runCommand(t, flags, {
      SIMULATOR_PORT: '70000',
      SIMULATOR_REDIRECT_URIS: 'http://127.0.0.1:9/a',
    })

    assert.match(output, /redirect URIs +http:\/\/127\.0\.0\.1:9\/c\n/)
  })

  test('says in a line what it cannot use', async (t) => {
    const wrong: readonly (readonly [readonly string[], Record<string, string>, RegExp])[] = [
      [['--port', 'many'], {}, /^The port is "many", expected one from 0 to 65533/],
      [['--bogus'], {}, /^Unknown option '--bogus'/],
      [['--port', '0', '--videos', '/no/such'], {}, /^The folder of videos "\/no\/such" cannot/],
      [['--port', '0', '--videos', MAIN], {}, /^The folder of videos ".+" is no folder/],
      [['--port', '0', '--videos', ''], {}, /^--videos is empty/],
      [['--port', '0', '--redirect-uri', 'x'], {}, /^The redirect URI `x` must be an absolute URL/],
      [[], { SIMULATOR_CLIENT_ID: 'a' }, /^Of SIMULATOR_CLIENT_ID and .* only one is set/],
    ]
    for (const [flags, env, line] of wrong) {
      const { code, output } = await runCommand(t, flags, env)

      assert.equal(code, 1)
      assert.match(output, line)
      assert.match(output, /^.+\n$/)
    }
  })

  test('says in a line that its port is taken, and which flag chooses another', async (t) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo

    const { code, output } = await runCommand(t, ['--port', String(port)])

    assert.equal(code, 1)
    assert.match(
      output,
      new RegExp(`^Port ${port} is taken .* choose another port: --port \\d+\\.\n$`),
    )
  })

  test('says so too where one of the two ports above is taken', async (t) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo

    const { code, output } = await runCommand(t, ['--port', String(port - 1)])

    assert.equal(code, 1)
    assert.match(output, new RegExp(`^The simulator on port ${port - 1} needs port ${port} for`))
    assert.match(output, /choose another port: --port \d+\.\n$/)
  })

  test('starts over a folder without videos, and says that there are none', async (t) => {
    const folder = createFolder(t)

    const { code, output } = await runCommand(t, ['--port', '0', '--videos', folder])

    assert.equal(code, 0)
    assert.match(output, /^There is no video in ".+" that can be read/m)
  })
})
