/*
 * The rules of .oxlintrc.json, each shown to bite: a configuration that checks nothing is green as well.
 */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { repositoryRoot } from './modules.ts'
import { runCommand } from './run-command.ts'

const ROOT = repositoryRoot()
const SOURCE = 'packages/throughline/src'

/** Where a breach is planted, the rule that finds it, and the breach. */
const BREACHES: readonly (readonly [file: string, rule: string, text: string])[] = [
  [`${SOURCE}/base/floating.ts`, 'no-floating-promises', `export function a() { fetch('/') }`],
  [
    `${SOURCE}/base/misused.ts`,
    'no-misused-promises',
    `export function a() { [1].forEach(async () => { await fetch('/') }) }`,
  ],
  [`${SOURCE}/base/thenable.ts`, 'await-thenable', `export async function a() { await 1 }`],
  [
    `${SOURCE}/base/any.ts`,
    'no-explicit-any',
    `export function a(b: any): string { return String(b) }`,
  ],
  [
    `${SOURCE}/base/unsafe.ts`,
    'no-unsafe-member-access',
    `export const a = JSON.parse('{}').b as string`,
  ],
  [
    `${SOURCE}/base/import-type.ts`,
    'consistent-type-imports',
    `import { Stats } from 'node:fs'\nexport const a = (b: Stats) => b.size`,
  ],
  [
    `${SOURCE}/base/circle.ts`,
    'no-cycle',
    `import { b } from './circle-back.ts'\nexport const a = () => b()`,
  ],
  [
    `${SOURCE}/base/circle-back.ts`,
    'no-cycle',
    `import { a } from './circle.ts'\nexport const b = (): unknown => a()`,
  ],
  [`${SOURCE}/base/default.ts`, 'no-default-export', `export default 1`],
  [`${SOURCE}/base/equal.ts`, 'eqeqeq', `export const a = (b: string | null) => b == null`],
  [`${SOURCE}/base/var.ts`, 'no-var', `var a = 1\nexport { a }`],
  [`${SOURCE}/base/let.ts`, 'prefer-const', `let a = 1\nexport const b = () => a`],
  [`${SOURCE}/base/long.ts`, 'max-lines', `export const a = 1\n`.repeat(1) + lines(301)],
  [
    `${SOURCE}/base/clock-reader.ts`,
    'no-restricted-properties',
    `export const a = () => Date.now()`,
  ],
  [`${SOURCE}/base/chance.ts`, 'no-restricted-properties', `export const a = () => Math.random()`],
  [`${SOURCE}/base/talker.ts`, 'no-console', `export const a = () => console.log('a')`],
  [`${SOURCE}/base/reminder.ts`, 'no-warning-comments', `// TODO: later\nexport const a = 1`],
  [`${SOURCE}/base/node-prefix.ts`, 'prefer-node-protocol', `export { join } from 'path'`],
  [`${SOURCE}/base/MixedCase.ts`, 'filename-case', `export const a = 1`],
  [`${SOURCE}/base/literal.ts`, 'only-throw-error', `export function a() { throw 'b' }`],
  [`${SOURCE}/base/sure.ts`, 'no-non-null-assertion', `export const a = (b?: string) => b!.length`],
  [
    `${SOURCE}/base/forgetful.ts`,
    'switch-exhaustiveness-check',
    `export function a(b: 'c' | 'd') { switch (b) { case 'c': return 1 } return 2 }`,
  ],
]

/** The same in places where it is right. */
const FINE: readonly (readonly [file: string, text: string])[] = [
  ['apps/demo/script.ts', 'export default 1'],
  [`${SOURCE}/base/clock.ts`, 'export const a = () => Date.now()'],
  [`${SOURCE}/base/awaited.ts`, `export async function a() { await fetch('/') }`],
  [
    `${SOURCE}/base/fine.test.ts`,
    `import { describe, test } from 'node:test'\ndescribe('a', () => { test('b', async () => { await fetch('/') }) })`,
  ],
]

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `export const a${index} = ${index}\n`).join('')
}

let folder: string
let output: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'))
  for (const name of ['.oxlintrc.json', 'tsconfig.json', 'tsconfig.base.json']) {
    cpSync(join(ROOT, name), join(folder, name))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const [file, text] of [
    ...BREACHES.map(([file, , text]) => [file, text] as const),
    ...FINE,
  ]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const command = [join(ROOT, 'node_modules/.bin/oxlint'), '--type-aware', '--format=unix'] as const
  output = (await runCommand(command, { folder, deadline: 60_000 })).output
})

after(() => {
  rmSync(folder, { recursive: true })
})

describe('the rules of lint', () => {
  for (const [file, rule] of BREACHES) {
    test(`find a breach of ${rule} in ${file.split('/').at(-1)}`, () => {
      const found = output.split('\n').some((line) => line.startsWith(file) && line.includes(rule))

      assert.ok(found, `${rule} said nothing about ${file}:\n${output}`)
    })
  }

  test('say nothing about what is right', () => {
    const files = FINE.map(([file]) => file)

    assert.deepEqual(
      output.split('\n').filter((line) => files.some((file) => line.startsWith(file))),
      [],
    )
  })
})
