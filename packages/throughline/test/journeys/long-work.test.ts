import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { App } from '../../src/script/app.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'

const PACKAGE = join(import.meta.dirname, '../..')
const PAGE = join(PACKAGE, '../../docs/scripts.md')

test('DO-05: others are served while the script of docs/scripts.md computes in a thread', async (t) => {
  const [, chapter = ''] = readFileSync(PAGE, 'utf8').split('\n## Work that takes long\n')
  const [script = '', work = ''] = [...chapter.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code = '']) => code,
  )
  const folder = mkdtempSync(join(tmpdir(), 'throughline-work-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'node_modules'))
  symlinkSync(PACKAGE, join(folder, 'node_modules', 'throughline'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'script.ts'), script)
  writeFileSync(join(folder, 'primes.ts'), work)
  const module = (await import(pathToFileURL(join(folder, 'script.ts')).href)) as {
    readonly default: App
  }
  const program = startProgram(module.default)
  t.after(() => program.close())
  const [computing, other] = [1, 2].map(() => new Person(program.fetch))
  const tab = await computing!.openLive('/')

  let isCounted = false
  const counted = tab.press('button:Count%20primes').then(() => (isCounted = true))
  let served = 0
  while (!isCounted) {
    assert.match((await other!.open('/')).text, /There are 0 primes/)
    served += 1
    // As requests do that come over a port.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await counted

  assert.match(tab.text, /There are 1857859 primes/)
  assert.ok(served > 2, `${served} were served meanwhile`)
})
