/*
 * The package as its users get it: the built tarball, installed elsewhere, without this repository's sources.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { repositoryRoot } from './modules.ts'
import { packInto } from './pack.ts'
import { runCommand } from './run-command.ts'

const ROOT = repositoryRoot()
const BIN = join(ROOT, 'node_modules/.bin')
const DEADLINE = 60_000

const HELLO = `
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { app, heading } from 'throughline'
import { vimeo } from 'throughline/providers'
import { serve } from 'throughline/serve'

const served = await serve(app(() => heading('Hello from a tarball')), { env: { PORT: '0' } })
const page = await (await fetch(served.url)).text()
assert.match(page, /<h1[^>]*>Hello from a tarball/)
const [, program] = /<script[^>]* src="([^"]+)"/.exec(page) ?? assert.fail('no program in the page')
const answer = await fetch(new URL(program, served.url))
assert.equal(answer.status, 200)
assert.match(answer.headers.get('content-type'), /javascript/)
assert.equal(vimeo.name, 'vimeo')
await served.close()
console.log('served and closed')
`

let folder: string
let tarball: string
let installed: string

/** Runs a program and fails with what it said where it fails. */
async function run(command: readonly [string, ...string[]], cwd: string): Promise<string> {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env
  const { code, output } = await runCommand(command, { folder: cwd, deadline: DEADLINE, env })
  assert.equal(code, 0, `${command.join(' ')}\n${output}`)
  return output
}

/** Signs a person in at a simulator by what it printed, and reads the names of their videos. */
async function readVideoNames(output: string): Promise<readonly string[]> {
  const after = (label: string) => new RegExp(`${label} +(\\S+)`).exec(output)?.[1] ?? ''
  const [origin, id, secret] = [after('ready:'), after('client id'), after('client secret')]
  const consent = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    person: '98765432',
    decision: 'allow',
    granted: 'private',
  })
  const authorize = `${origin}/oauth/authorize`
  const back = await fetch(authorize, { method: 'POST', body: consent, redirect: 'manual' })
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const exchanged = await fetch(`${origin}/oauth/access_token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code }),
  })
  const { access_token: token } = (await exchanged.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${token}` }
  const listed = await fetch(`${origin}/me/videos?fields=name`, { headers })
  const { data } = (await listed.json()) as { data: readonly { name: string }[] }
  return data.map(({ name }) => name)
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-package-'))
  tarball = await packInto(folder, ROOT)

  installed = join(folder, 'consumer')
  mkdirSync(installed)
  const manifest = { name: 'consumer', private: true, type: 'module' }
  writeFileSync(join(installed, 'package.json'), JSON.stringify(manifest))
  await run(['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball], installed)
})

after(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the tarball', () => {
  test('holds the doors and the browser program, but no source and no test', () => {
    const root = join(installed, 'node_modules/throughline')
    const files = globSync('**/*', { cwd: root, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))

    for (const name of [
      'LICENSE',
      'README.md',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/cli.js',
    ]) {
      assert.ok(files.includes(name), `${name} is missing`)
    }
    assert.ok(files.includes('dist/browser.js'))
    assert.deepEqual(
      files.filter((file) =>
        /\.test\.|\/test(?!ing\b)|\/(?:memory-|free-ports|failure-of)|^src\/|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(
          file,
        ),
      ),
      [],
    )
  })

  test('says which Node it needs to one that is too old', async () => {
    const old = `data:text/javascript,${encodeURIComponent(
      "Object.defineProperty(process, 'versions', { value: { node: '20.19.0' } })",
    )}`
    const bin = join(installed, 'node_modules/throughline/bin/throughline.js')
    const command = [process.execPath, '--import', old, bin, '--help'] as const
    const { code, output } = await runCommand(command, { folder: installed, deadline: DEADLINE })

    assert.equal(code, 1)
    assert.match(output, /^Throughline needs Node 24 or newer, and this is 20\.19\.0\./)
  })

  test('leads every door to files that are there, and none to a source', () => {
    const root = join(installed, 'node_modules/throughline')
    const text = readFileSync(join(root, 'package.json'), 'utf8')
    const targets = [...text.matchAll(/"\.\/([^"]+\.(?:js|ts|json))"/g)].map(
      ([, path = '']) => path,
    )

    assert.ok(targets.length > 0, 'no target was read')
    assert.deepEqual(
      targets.filter((path) => !existsSync(join(root, path))),
      [],
    )
    assert.doesNotMatch(text, /throughline-source|devDependencies/)
  })

  test('pleases publint', async () => {
    await run([join(BIN, 'publint'), 'run', '--strict', tarball], folder)
  })

  test('has types that resolve for users of ES modules', async () => {
    await run([join(BIN, 'attw'), '--profile', 'esm-only', tarball], folder)
  })

  test('has types that compile in a strict project without skipLibCheck', async () => {
    const options = {
      compilerOptions: {
        target: 'ES2024',
        lib: ['ES2024'],
        module: 'nodenext',
        strict: true,
        noEmit: true,
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      include: ['*.ts'],
    }
    const all = ['throughline', 'throughline/providers', 'throughline/serve', 'throughline/testing']
    const lines = all.map((door, index) => `export * as door${index} from '${door}'`)
    writeFileSync(join(installed, 'tsconfig.json'), JSON.stringify(options))
    writeFileSync(join(installed, 'doors.ts'), lines.join('\n'))

    await run([join(BIN, 'tsc'), '-p', '.'], installed)
  })

  test('serves the page of a script that imports the doors, and closes', async () => {
    writeFileSync(join(installed, 'hello.mjs'), HELLO)

    assert.match(await run([process.execPath, 'hello.mjs'], installed), /served and closed/)
  })

  test('brings a command', async () => {
    const command = join(installed, 'node_modules/.bin/throughline')

    assert.match(await run([process.execPath, command, '--help'], installed), /throughline run/)
  })

  test('brings a simulator of Vimeo that answers calls, with its clips and licences', async (t) => {
    const command = join(installed, 'node_modules/.bin/throughline')
    const child = spawn(process.execPath, [command, 'simulate', 'vimeo', '--port', '0'], {
      cwd: installed,
      env: { PATH: process.env['PATH'] },
    })
    t.after(() => child.kill('SIGKILL'))
    const closed = once(child, 'close')
    child.stderr.pipe(process.stderr)
    let output = ''
    let names: readonly string[] = []
    for await (const chunk of child.stdout) {
      output += String(chunk)
      if (!/request_defaults.+\n/.test(output)) continue
      names = await readVideoNames(output)
      child.kill('SIGTERM')
    }
    await closed

    assert.equal(child.exitCode, 0)
    assert.ok(names.includes('Harbour at dawn'), output)
    const licenses = 'node_modules/throughline/dist/simulators/LICENSES.txt'
    assert.match(readFileSync(join(installed, licenses), 'utf8'), /contains mediabunny .*MPL-2\.0/)
    assert.ok(!existsSync(join(installed, 'node_modules/mediabunny')))
  })

  test('brings a simulator of Google Sheets that shows its spreadsheet', async (t) => {
    const command = join(installed, 'node_modules/.bin/throughline')
    const child = spawn(process.execPath, [command, 'simulate', 'google', '--port', '0'], {
      cwd: installed,
      env: { PATH: process.env['PATH'] },
    })
    t.after(() => child.kill('SIGKILL'))
    const closed = once(child, 'close')
    child.stderr.pipe(process.stderr)
    let output = ''
    let page = ''
    for await (const chunk of child.stdout) {
      output += String(chunk)
      const origin = /GOOGLE_SHEETS_ORIGIN=(\S+)\n/.exec(output)?.[1]
      if (origin === undefined) continue
      page = await (await fetch(origin)).text()
      child.kill('SIGTERM')
    }
    await closed

    assert.equal(child.exitCode, 0)
    assert.match(page, /<title>Store · Google simulator<\/title>/)
  })
})
