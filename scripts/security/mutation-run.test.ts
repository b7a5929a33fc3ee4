import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'

import { runCommand } from '../run-command.ts'
import type { Mutation } from './mutation.ts'

const SOURCE = 'packages/throughline/src/guard.ts'
const GUARD = `export function isAllowed(name: string): boolean {
  if (name === '') throw new TypeError('nobody')
  return name === 'ada'
}
`
const TESTS = `import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isAllowed } from './guard.ts'

describe('a guard', () => {
  test('AA-01: lets one in', () => assert.equal(isAllowed('ada'), true))
  test('AA-02: refuses others', () => assert.equal(isAllowed('eve'), false))
  test('AA-03: knows somebody', () => void isAllowed('ada'))
  test('AA-05: fails', () => assert.fail())
})
`

let root: string

before(() => {
  root = mkdtempSync(join(tmpdir(), 'mutation-run-'))
  const files = {
    [SOURCE]: GUARD,
    'packages/throughline/src/guard.test.ts': TESTS,
    'apps/none': '',
    'scripts/none': '',
    'node_modules/none/package.json': '{}',
    'package.json': '{ "type": "module" }',
    'package-lock.json': '{}',
    'tsconfig.base.json': '{}',
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
})

after(() => {
  rmSync(root, { recursive: true })
})

/** Makes changes in a process of its own, since a test run cannot hold another; what came of each, in their order. */
async function run(...changes: readonly Partial<Mutation>[]): Promise<readonly string[]> {
  const mutations = changes.map((change, index) => ({
    ids: ['AA-02'],
    file: 'guard.ts',
    from: "name === 'ada'",
    to: 'true',
    says: String(index),
    tests: ['src/guard.test.ts'],
    ...change,
  }))
  const program = `
    import { runMutations } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'mutation-run.ts')).href)}
    const mutations = ${JSON.stringify(mutations)}
    for (const one of mutations) if (one.throws) one.throws = new RegExp(one.throws)
    const came = []
    await runMutations(${JSON.stringify(root)}, mutations, 2, ({ mutation, fault, failed }) => {
      came[Number(mutation.says)] = fault ?? failed.join()
    })
    console.log(JSON.stringify(came))`
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const runner = join(root, 'runner.mjs')
  writeFileSync(runner, program)
  const { output } = await runCommand([process.execPath, runner], {
    folder: root,
    deadline: 50_000,
    env,
  })
  return JSON.parse(output) as readonly string[]
}

describe('runMutations()', () => {
  test('passes a change that a test sees by an assertion, and tells a change that survives', async () => {
    assert.deepEqual(
      await run({}, { to: "name !== 'eve'" }, { ids: ['AA-02', 'AA-03'] }, { ids: ['AA-05'] }),
      [
        'a guard AA-02: refuses others',
        'survives: its tests pass',
        'no test of (?<![\\w-])AA-03(?![\\w-]) saw it',
        'fails without the change: a guard AA-05: fails: AssertionError: Failed',
      ],
    )
    assert.equal(readFileSync(join(root, SOURCE), 'utf8'), GUARD)
  })

  test('counts no change that cannot be run, and an error only where it is named', async () => {
    const thrown = { ids: ['AA-03'], from: "name === ''", to: 'name' } as const
    const [syntax = '', error = '', named, missing] = await run(
      { to: '(' },
      thrown,
      JSON.parse(JSON.stringify({ ...thrown, throws: 'nobody' })) as Partial<Mutation>,
      { from: 'no such text' },
    )

    assert.match(syntax, /^breaks: /)
    assert.equal(error, 'breaks: a guard AA-03: knows somebody: TypeError: nobody')
    assert.equal(named, 'a guard AA-03: knows somebody')
    assert.equal(missing, `${SOURCE} does not have the text exactly once`)
  })

  test('tells that nothing is there to be seen', async () => {
    assert.deepEqual(await run({ ids: ['AA-09'] }), [
      'no test whose name has (?<![\\w-])AA-09(?![\\w-]) ran',
    ])
  })
})
