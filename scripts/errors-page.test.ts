import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { codesOfPackage, findStaleRows } from './errors-page.ts'
import { readModules, repositoryRoot, type Module } from './modules.ts'

const ROOT = repositoryRoot()

function planted(text: string): Module {
  return { file: 'packages/throughline/src/vault/a.ts', text, imports: [] }
}

describe('docs/errors.md', () => {
  test('lists each error code with its attribution, and no other', () => {
    const modules = readModules(ROOT)

    assert.ok(codesOfPackage(modules).size > 0, 'no error code was read')
    assert.deepEqual(findStaleRows(modules, readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')), [])
  })
})

describe('findStaleRows()', () => {
  const modules = [
    planted("throw new ThroughlineError('vault.busy', message, { attribution: 'person' })"),
    planted("return ['vault.dead', 'person']"),
  ]

  test('passes a page that lists what is thrown, in a table or a sentence', () => {
    assert.deepEqual(
      findStaleRows(modules, '| `vault.busy` | person | It is busy. |\n\nAlso `vault.dead`.\n'),
      [],
    )
  })

  test('finds a code that is missing, one that nothing throws, and another attribution', () => {
    const page =
      '| `vault.busy` | script | It is busy. |\n| `vault.gone` | person | It is gone. |\n'

    assert.deepEqual(findStaleRows(modules, page), [
      'vault.dead is not listed',
      'nothing throws vault.gone',
      'vault.busy is for person, not script',
    ])
  })
})
