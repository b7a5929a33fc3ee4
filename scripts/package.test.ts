/*
 * The package as its users get it: the built tarball, installed elsewhere, without this repository's sources.
 */
import assert from 'node:assert/strict'
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
        /\.test\.|\/test|\/memory-|^src\/|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(file),
      ),
      [],
    )
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
    const all = ['throughline', 'throughline/providers', 'throughline/serve']
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
})
