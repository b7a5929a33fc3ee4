/** The command as a person meets it in a terminal, and what it finds again at the next start. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

import { createPrivateKey } from 'node:crypto'
import { requestToken } from './testing.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

interface Printed {
  readonly sheetId: string
  readonly keyPath: string
  readonly origin: string
}

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulate-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs the command, does what `use` does once it is ready, and ends it. */
async function runCommand(
  t: TestContext,
  folder: string,
  {
    args = [],
    use,
  }: { readonly args?: readonly string[]; readonly use?: (printed: Printed) => Promise<void> } = {},
): Promise<{ readonly code: number | null; readonly output: string; readonly printed: Printed }> {
  const env = { PATH: process.env['PATH'], THROUGHLINE_DATA: folder }
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...args], { env })
  t.after(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  child.stdout.setEncoding('utf8')
  let printed: Printed = { sheetId: '', keyPath: '', origin: '' }
  for await (const chunk of child.stdout) {
    output += String(chunk)
    const found =
      /GOOGLE_SHEET_ID=(?<sheetId>\S+)\n +GOOGLE_SERVICE_ACCOUNT_FILE=(?<keyPath>\S+)\n +GOOGLE_SHEETS_ORIGIN=(?<origin>\S+)\n/.exec(
        output,
      )?.groups
    if (found === undefined) continue
    printed = found as unknown as Printed
    await use?.(printed)
    child.kill('SIGTERM')
  }
  await closed
  return { code: child.exitCode, output, printed }
}

/** Writes and reads a cell with the key file, as a program does that was pointed here. */
async function callWith({ sheetId, keyPath, origin }: Printed, text?: string): Promise<unknown> {
  const keyFile = readFileSync(keyPath, 'utf8')
  const { token_uri: tokenUri } = JSON.parse(keyFile) as { readonly token_uri: string }
  const { body } = await requestToken({ tokenUri }, keyFile, { time: Date.now() })
  const range = `${origin}/v4/spreadsheets/${sheetId}/values/Sheet1!A1`
  const headers = { authorization: `Bearer ${body.access_token ?? ''}` }
  if (text !== undefined) {
    const values = JSON.stringify({ values: [[text]] })
    await fetch(`${range}?valueInputOption=RAW`, { method: 'PUT', headers, body: values })
  }
  const answer = await fetch(range, { headers })
  return ((await answer.json()) as { readonly values?: unknown }).values
}

describe('simulate google', () => {
  test('prints what to set, and those three open the spreadsheet', async (t) => {
    const folder = createFolder(t)
    let values: unknown
    const { code, output, printed } = await runCommand(t, folder, {
      use: async (found) => void (values = await callWith(found, 'kept')),
    })
    assert.equal(code, 0)
    assert.deepEqual(values, [['kept']])
    assert.match(output, /^A simulator of Google Sheets is ready: http:\/\/127\.0\.0\.1:\d+\n/)
    assert.equal(statSync(printed.keyPath).mode & 0o777, 0o600)
    assert.equal(statSync(join(folder, 'google-simulator.json')).mode & 0o777, 0o600)
  })

  test('finds account, key and cells again at the next start, on another port too', async (t) => {
    const folder = createFolder(t)
    const first = await runCommand(t, folder, {
      use: async (printed) => void (await callWith(printed, 'kept')),
    })
    const key = () =>
      (JSON.parse(readFileSync(first.printed.keyPath, 'utf8')) as { private_key: string })
        .private_key
    const before = key()
    let values: unknown
    const second = await runCommand(t, folder, {
      use: async (printed) => void (values = await callWith(printed)),
    })
    assert.deepEqual(values, [['kept']])
    assert.equal(second.printed.sheetId, first.printed.sheetId)
    assert.equal(key(), before)
    // What the simulator itself keeps cannot sign.
    const kept = readFileSync(join(folder, 'google-simulator.json'), 'utf8')
    assert.throws(() => createPrivateKey(kept))
    assert.doesNotMatch(kept, /PRIVATE KEY/)
  })

  test('gives the account a new key where its key file is gone', async (t) => {
    const folder = createFolder(t)
    const { printed } = await runCommand(t, folder)
    const email = () =>
      (JSON.parse(readFileSync(printed.keyPath, 'utf8')) as { client_email: string }).client_email
    const before = email()
    rmSync(printed.keyPath)
    let values: unknown
    await runCommand(t, folder, {
      use: async (found) => void (values = await callWith(found, 'again')),
    })
    assert.equal(email(), before)
    assert.deepEqual(values, [['again']])
  })

  test('says in words what is wrong with its folder', async (t) => {
    const folder = createFolder(t)
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const { code, output } = await runCommand(t, file)
    assert.equal(code, 1)
    assert.match(output, /a-file is no folder\. Move it away, or set THROUGHLINE_DATA to another/)
    mkdirSync(join(folder, 'google-simulator.json'))
    assert.match(
      (await runCommand(t, folder)).output,
      /simulate-\w+ has a folder where a file should be\. Move it away/,
    )
  })

  test('shares the spreadsheet with whom it is told to, and says what it cannot read', async (t) => {
    const folder = createFolder(t)
    await runCommand(t, folder, { args: ['--share', 'ada@example.com'] })
    assert.match(
      readFileSync(join(folder, 'google-simulator.json'), 'utf8'),
      /"ada@example\.com","writer"/,
    )
    const wrong = await runCommand(t, folder, { args: ['--share', 'ada'] })
    assert.deepEqual([wrong.code, wrong.output.includes('expected an address')], [1, true])
    writeFileSync(join(folder, 'google-simulator.json'), '{}')
    const broken = await runCommand(t, folder)
    assert.match(
      broken.output,
      /does not hold what the simulator keeps\. Delete it and start again\./,
    )
    assert.equal(broken.code, 1)
  })
})
