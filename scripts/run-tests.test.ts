import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'

import { runCommand } from './run-command.ts'
import type { Tally } from './tally.ts'

const HEAD = `import { describe, test } from 'node:test'\n`

let folder: string

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-tests-'))
})

after(() => {
  rmSync(folder, { recursive: true })
})

/** Runs one planted test file in a process of its own, since a test run cannot hold another. */
async function runPlanted(name: string, source: string, fileDeadline = 20_000): Promise<Tally> {
  const file = join(folder, `${name}.test.ts`)
  writeFileSync(file, source)
  const options = { folder, concurrency: 2, testTimeout: 10_000, fileDeadline }
  const runner = join(folder, `${name}.mjs`)
  writeFileSync(
    runner,
    `import { runTests } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'run-tests.ts')))}
    console.log(JSON.stringify(await runTests(${JSON.stringify([file])}, ${JSON.stringify(options)})))`,
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const result = await runCommand([process.execPath, runner], { folder, deadline: 30_000, env })
  return JSON.parse(result.output) as Tally
}

function titlesOf(tally: Tally): string[] {
  return tally.failures.map((failure) => failure.title)
}

describe('runTests()', () => {
  test('counts tests and subtests, and no groups', async () => {
    const tally = await runPlanted(
      'passing',
      `${HEAD}test('a', () => {})
      describe('group', () => { test('b', () => {}); test('c', async (t) => { await t.test('d', () => {}) }) })`,
    )

    assert.equal(tally.passed, 4)
    assert.deepEqual(tally.failures, [])
  })

  test('names a failing test, its line and its error, and what the file wrote', async () => {
    const tally = await runPlanted(
      'failing',
      `${HEAD}test('a', () => {})\ntest('b', () => { console.error('noise'); throw new Error('broken') })`,
    )

    assert.equal(tally.passed, 1)
    assert.deepEqual(titlesOf(tally), ['failing.test.ts:3: b'])
    assert.match(tally.failures[0]!.detail, /Error: broken/)
    assert.match(tally.failures[0]!.detail, /noise/)
  })

  test('counts a failing subtest once, not its parents', async () => {
    const tally = await runPlanted(
      'nested',
      `${HEAD}describe('group', () => { test('parent', async (t) => { await t.test('child', () => { throw 1 }) }) })`,
    )

    assert.deepEqual(titlesOf(tally), ['nested.test.ts:2: child'])
  })

  test('lists what was skipped with its reason', async () => {
    const tally = await runPlanted('skipping', `${HEAD}test('a', { skip: 'no server' }, () => {})`)

    assert.deepEqual(tally.skipped, [{ name: 'a', file: 'skipping.test.ts', reason: 'no server' }])
    assert.equal(tally.passed, 0)
    assert.deepEqual(tally.failures, [])
  })

  test('fails a skip without a reason, and a todo', async () => {
    const tally = await runPlanted('bare', `${HEAD}test.skip('a', () => {})\ntest.todo('b')`)

    assert.deepEqual(titlesOf(tally), [
      'bare.test.ts: skipped without a reason: a',
      'bare.test.ts: a todo is kept: b',
    ])
  })

  test('fails a file without a test', async () => {
    const tally = await runPlanted('empty', 'export {}')

    assert.equal(tally.passed, 0)
    assert.match(titlesOf(tally)[0] ?? '', /^empty\.test\.ts: no test reported/)
  })

  test('fails a file that ends before its last test', async () => {
    const tally = await runPlanted(
      'early',
      `${HEAD}test('a', () => {})\ntest('b', () => process.exit(0))\ntest('c', () => {})`,
    )

    assert.match(titlesOf(tally)[0] ?? '', /the process ended before its last test/)
  })

  test('fails a file that cannot be read', async () => {
    const tally = await runPlanted('syntax', 'const = ')

    assert.equal(tally.failures.length, 1)
    assert.match(tally.failures[0]!.detail, /SyntaxError/)
  })

  test('fails a file whose process fails after its tests', async () => {
    const tally = await runPlanted(
      'late',
      `${HEAD}test('a', () => { setTimeout(() => { throw new Error('late') }, 20) })`,
    )

    assert.equal(tally.passed, 1)
    assert.deepEqual(titlesOf(tally), ['late.test.ts: its process failed, outside of any test'])
  })

  test('fails a file that leaves something open', async () => {
    const tally = await runPlanted(
      'open',
      `${HEAD}test('a', () => { setInterval(() => {}, 1000) })`,
      1000,
    )

    assert.match(titlesOf(tally)[0] ?? '', /^open\.test\.ts: did not end within 1 s/)
  })
})
