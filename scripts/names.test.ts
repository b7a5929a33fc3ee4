import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { readModules, repositoryRoot } from './modules.ts'
import type { Module } from './modules.ts'
import {
  errorCodes,
  exportedNames,
  findBannedNames,
  findUnknownCodes,
  findWrongCodes,
} from './names.ts'

const SOURCE = 'packages/throughline/src/'

/** A module as it would be read from the disk. */
function planted(file: string, text: string): Module {
  return { file: `${SOURCE}${file}`, text, imports: [] }
}

function codesOf(...modules: Module[]): string[] {
  return findWrongCodes(errorCodes(modules))
}

function creation(code: string, attribution: string): string {
  return `throw new ThroughlineError(\n  '${code}',\n  'A sentence.',\n  { attribution: '${attribution}' })`
}

describe('the repository', () => {
  const modules = readModules(repositoryRoot())
  const inPackage = modules.filter(({ file }) => file.startsWith(SOURCE))

  test('exports no name and has no file that says nothing', () => {
    const written = modules.filter(({ file }) => !file.endsWith('.test.ts'))

    assert.ok(written.flatMap(exportedNames).length > 0, 'no exported name was read')
    assert.deepEqual(findBannedNames(written), [])
  })

  test('begins each error code with its folder and means one thing by it', () => {
    assert.ok(errorCodes(inPackage).length > 0, 'no error code was read')
    assert.deepEqual(findWrongCodes(errorCodes(inPackage)), [])
  })

  test('waits for no error code that nothing creates', () => {
    assert.deepEqual(findUnknownCodes(inPackage), [])
  })
})

describe('exportedNames()', () => {
  test('reads declarations, lists and new names', () => {
    const text = `export const a = 1
export async function b() {}
export interface C {}
export type { D, E as F } from './d.ts'
const hidden = 1`

    assert.deepEqual(exportedNames(planted('base/a.ts', text)), ['a', 'b', 'C', 'D', 'F'])
  })
})

describe('findBannedNames()', () => {
  test('finds a banned export, file and folder', () => {
    assert.equal(findBannedNames([planted('base/a.ts', 'export const data = 1')]).length, 1)
    assert.equal(findBannedNames([planted('base/a.ts', 'export interface Item {}')]).length, 1)
    assert.equal(findBannedNames([planted('base/utils.ts', '')]).length, 1)
    assert.equal(findBannedNames([planted('helpers/a.ts', '')]).length, 1)
  })

  test('lets a banned word be a part of a name, and allows the words of Streamlit', () => {
    const text = 'export function dataGrid() {}\nexport function info() {}'

    assert.deepEqual(findBannedNames([planted('elements/data-grid.ts', text)]), [])
  })
})

describe('findWrongCodes()', () => {
  test('accepts a code that begins with its folder, in two places alike', () => {
    const text = `${creation('vault.busy', 'network')}\n${creation('vault.busy', 'network')}`

    assert.deepEqual(codesOf(planted('vault/a.ts', text)), [])
  })

  test('finds the code of another folder', () => {
    const wrong = codesOf(planted('vault/a.ts', creation('store.busy', 'network')))

    assert.match(wrong[0] ?? '', /"store\.busy" does not begin with "vault\."/)
  })

  test('finds a code of another form', () => {
    assert.equal(codesOf(planted('vault/a.ts', creation('vault.Busy', 'network'))).length, 1)
  })

  test('finds a code that is for the person here and for the author there', () => {
    const text = `${creation('vault.busy', 'person')}\n${creation('vault.busy', 'script')}`

    assert.match(codesOf(planted('vault/a.ts', text))[0] ?? '', /is for person in .* script in/)
  })
})

describe('findUnknownCodes()', () => {
  const creator = planted('vault/a.ts', creation('vault.busy', 'network'))

  test('finds a code that nothing creates, and passes one that something does', () => {
    const waits = (code: string) =>
      planted('connect/b.ts', `if (isThroughlineError(error, '${code}')) return`)

    assert.deepEqual(findUnknownCodes([creator, waits('vault.busy')]), [])
    assert.equal(findUnknownCodes([creator, waits('vault.buzy')]).length, 1)
  })
})
