/** `throughline` in a terminal: what it answers to words that it does not know, and the way to the simulator. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** Runs the command until it ends, or until it has written what is waited for. */
async function throughline(
  t: TestContext,
  args: readonly string[],
  end = /$^/,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const env = { PATH: process.env['PATH'], THROUGHLINE_DATA: folder }
  const flags = ['--conditions=throughline-source', CLI, ...args]
  const child = spawn(process.execPath, flags, { env })
  t.after(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  let output = ''
  const take = (chunk: Buffer) => {
    output += String(chunk)
    if (end.test(output)) child.kill('SIGTERM')
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  await closed
  return { code: child.exitCode, output }
}

describe('throughline', () => {
  test('lists its commands where none is named, or help is asked for', async (t) => {
    for (const args of [[], ['--help'], ['simulate', '--help']]) {
      const { code, output } = await throughline(t, args)

      assert.equal(code, 0)
      assert.match(
        output,
        /throughline run script\.ts[\s\S]*throughline simulate vimeo[\s\S]*throughline providers[\s\S]*throughline keys[\s\S]*throughline users[\s\S]*throughline doctor/,
      )
    }
  })

  test('lists providers, and the record of one that nobody has checked', async (t) => {
    const all = await throughline(t, ['providers'])
    assert.equal(all.code, 0)
    assert.match(all.output, /^Discord: import \{ discord \} from 'throughline\/providers'\n/)
    assert.match(all.output, /http:\/\/127\.0\.0\.1:3000\/oauth\/callback\/zoom/)

    const one = await throughline(t, ['providers', 'bitbucket'])
    assert.match(
      one.output,
      /^Not checked by anybody here[\s\S]+import type \{ ProviderRecord \}[\s\S]+: ProviderRecord = /,
    )
    assert.equal((await throughline(t, ['providers', '--all'])).code, 1)
  })

  test('starts the simulator of Vimeo, and ends it when it is stopped', async (t) => {
    const flags = ['simulate', 'vimeo', '--port', '0']
    const { code, output } = await throughline(t, flags, /request_defaults.+\n/)

    assert.equal(code, 0)
    assert.match(output, /^A simulator of Vimeo is ready: http:\/\/127\.0\.0\.1:\d+\n/)
  })

  test('starts the simulator of Google Sheets, and ends it when it is stopped', async (t) => {
    const flags = ['simulate', 'google', '--port', '0']
    const { code, output } = await throughline(t, flags, /GOOGLE_SHEETS_ORIGIN=.+\n/)

    assert.equal(code, 0)
    assert.match(output, /^A simulator of Google Sheets is ready: http:\/\/127\.0\.0\.1:\d+\n/)
  })

  test('says in one sentence what it expected', async (t) => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['walk'], /^walk is not a command\. Write throughline run script\.ts, or .+\n$/],
      [['toString'], /^toString is not a command\..+\n$/],
      [['run'], /^Expected one script to run: throughline run script\.ts\.\n$/],
      [['run', 'a.ts', 'b.ts'], /^Expected one script to run: .+\n$/],
      [
        ['run', '--port', '5'],
        /^throughline run has no flag --port, but --no-watch and --tunnel\. .*PORT.*\n$/,
      ],
      [['run', '--watch=5', 'a.ts'], /^Option '--watch' does not.* --help lists the flags\.\n$/],
      [['keys', '--drop'], /^throughline keys has no flag --drop, but words: keys add, .*\n$/],
      [
        ['providers', '-x'],
        /^throughline providers has no flag -x, but a word to search for\. .*\n$/,
      ],
      [['simulate'], /^Expected throughline simulate vimeo or google: there is no other\.\n$/],
      [['simulate', 'sheets'], /^Expected throughline simulate vimeo or google, not sheets: .+\n$/],
      [['simulate', 'google', '--share', 'x'], /^--share is "x", expected an address: .+\n$/],
      [['users'], /^Expected users export .+, or users move --from A --to B\.\n$/],
      [['users', 'move', '--from', 'a'], /^Expected users move --from A --to B, each .+\n$/],
      [['users', 'export', '--format', 'xml'], /^--format is "xml", expected csv or json\.\n$/],
      [['doctor', '--bogus'], /^throughline doctor has no flag --bogus, but none\. .*\n$/],
      [['simulate', 'vimeo', '--port', 'x'], /^The port is "x", expected one from .+\n$/],
      [
        ['simulate', 'vimeo', '--bogus'],
        /^throughline simulate has no flag --bogus, but --videos, .*\n$/,
      ],
    ]
    for (const [args, line] of wrong) {
      const { code, output } = await throughline(t, args)

      assert.equal(code, 1, args.join(' '))
      assert.match(output, line)
    }
  })
})
