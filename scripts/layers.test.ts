import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { findCycles, findViolations, readLayers } from './layers.ts'
import { importsOf, readModules, repositoryRoot } from './modules.ts'
import type { Module } from './modules.ts'

const ROOT = repositoryRoot()

const SMALL_TABLE = `
# Architecture

## Who may import whom

| folder | what for | may import |
|---|---|---|
| base | leaf things | nothing of ours |
| html | safe HTML | base |
| \`diff\` | patches | html (types) |
| server | routes | all above but diff |
| \`src/*.ts\` | the doors | anything; nothing imports a door |

## Next part

| other | table | with three cells |
`

/** A module as it would be read from the disk. */
function planted(file: string, text: string): Module {
  return { file, text, imports: importsOf(text, file) }
}

const CLEAN: readonly Module[] = [
  planted('packages/throughline/src/base/error.ts', `import { inspect } from 'node:util'`),
  planted('packages/throughline/src/html/escape.ts', `import { fail } from '../base/error.ts'`),
  planted('packages/throughline/src/diff/diff.ts', `import type { Html } from '../html/escape.ts'`),
  planted('packages/throughline/src/server/page.ts', `import { html } from '../html/escape.ts'`),
  planted('packages/throughline/src/index.ts', `export { page } from './server/page.ts'`),
  planted('packages/simulators/src/vimeo.ts', `import { Hono } from 'hono'`),
  planted('apps/demo/script.ts', `import { app } from 'throughline'\nimport { a } from './a.ts'`),
]

/** Breaks one rule in an otherwise clean repository and returns what is said about it. */
function violationsWith(file: string, text: string): string[] {
  return findViolations([...CLEAN, planted(file, text)], readLayers(SMALL_TABLE))
}

describe('the repository', () => {
  const modules = readModules(ROOT)
  const source = modules.filter(({ file }) => /^(packages|apps)\//.test(file))

  test('imports only what the table in ARCHITECTURE.md allows', () => {
    const layers = readLayers(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8'))

    assert.deepEqual(findViolations(modules, layers), [])
  })

  test('has no circle of imports', () => {
    assert.deepEqual(findCycles(source), [])
  })

  test('resolves every relative import to a file that is there', () => {
    const files = new Set(modules.map(({ file }) => file))
    const missing = source.flatMap(({ file, imports }) =>
      imports
        .filter((one) => one.file?.endsWith('.ts') === true && !files.has(one.file))
        .map((one) => `${file} → ${one.specifier}`),
    )

    assert.deepEqual(missing, [])
  })
})

describe('readLayers()', () => {
  test('reads one layer per row and stops at the next heading', () => {
    const layers = readLayers(SMALL_TABLE)

    assert.deepEqual(
      layers.map(({ folder, mayImport }) => [folder, [...mayImport]]),
      [
        ['base', []],
        ['html', ['base']],
        ['diff', ['html']],
        ['server', ['base', 'html']],
      ],
    )
  })

  test('refuses a document without the heading', () => {
    assert.throws(() => readLayers('# Architecture'), /no heading "Who may import whom"/)
  })

  test('refuses a table without a row', () => {
    assert.throws(() => readLayers('## Who may import whom\n\nSoon.\n'), /has no row/)
  })

  test('refuses a row that names an unknown folder', () => {
    const table = SMALL_TABLE.replace('| base |\n', '| bass |\n')

    assert.throws(() => readLayers(table), /The row of "html" names "bass"/)
  })
})

describe('findViolations()', () => {
  test('finds nothing in a clean repository', () => {
    assert.deepEqual(findViolations(CLEAN, readLayers(SMALL_TABLE)), [])
  })

  test('refuses to look at nothing', () => {
    assert.throws(() => findViolations([], readLayers(SMALL_TABLE)), /No module was found/)
  })

  test('finds an import against the table', () => {
    const found = violationsWith(
      'packages/throughline/src/base/value.ts',
      `import { html } from '../html/escape.ts'`,
    )

    assert.deepEqual(found, [
      'packages/throughline/src/base/value.ts imports ../html/escape.ts: base may not import html',
    ])
  })

  test('finds an import of a type against the table', () => {
    const found = violationsWith(
      'packages/throughline/src/base/value.ts',
      `import type { Html } from '../html/escape.ts'`,
    )

    assert.match(found[0] ?? '', /base may not import html/)
  })

  test('finds a re-export and a dynamic import against the table', () => {
    const found = violationsWith(
      'packages/throughline/src/base/value.ts',
      `export { html } from '../html/escape.ts'\nawait import('../html/document.ts')`,
    )

    assert.equal(found.length, 2)
  })

  test('finds a value where only types are allowed', () => {
    const found = violationsWith(
      'packages/throughline/src/diff/apply.ts',
      `import { html } from '../html/escape.ts'`,
    )

    assert.match(found[0] ?? '', /diff may import only types of html/)
  })

  test('finds an import of a door, by path and by name', () => {
    const found = violationsWith(
      'packages/throughline/src/server/asset.ts',
      `import { app } from '../index.ts'\nimport { serve } from 'throughline/serve'`,
    )

    assert.match(found[0] ?? '', /nothing imports a door/)
    assert.match(found[1] ?? '', /nothing imports a door/)
  })

  test('finds a path that leaves the package', () => {
    const found = violationsWith(
      'packages/throughline/src/server/asset.ts',
      `import { start } from '../../../simulators/src/vimeo.ts'`,
    )

    assert.match(found[0] ?? '', /it lies outside of src/)
  })

  test('finds a computed import', () => {
    const found = violationsWith('packages/throughline/src/server/a.ts', `await import(path)`)

    assert.match(found[0] ?? '', /only a door may import what it computes/)
  })

  test('finds an index.ts inside a folder', () => {
    const found = violationsWith('packages/throughline/src/html/index.ts', `export {}`)

    assert.match(found[0] ?? '', /a folder has no index\.ts/)
  })

  test('finds a folder that the table forgot, and a row without a folder', () => {
    const moved = CLEAN.map((module) =>
      planted(module.file.replace('/diff/', '/patch/'), module.text),
    )

    assert.deepEqual(findViolations(moved, readLayers(SMALL_TABLE)), [
      'the folder "patch" is not in the table',
      'the table has "diff", which holds no module',
    ])
  })

  test('lets a test beside the code reach further, but not through a door', () => {
    const file = 'packages/throughline/src/base/value.test.ts'

    assert.deepEqual(violationsWith(file, `import { html } from '../html/escape.ts'`), [])
    assert.equal(violationsWith(file, `import { app } from 'throughline'`).length, 1)
  })

  test('finds a simulator that knows Throughline', () => {
    const file = 'packages/simulators/src/google.ts'

    assert.equal(violationsWith(file, `import { app } from 'throughline'`).length, 1)
    assert.equal(
      violationsWith(file, `import { a } from '../../throughline/src/base/error.ts'`).length,
      1,
    )
  })

  test('finds an app that reaches into the package or into a simulator', () => {
    const file = 'apps/demo/videos.ts'
    const inside = `import { a } from '../../packages/throughline/src/base/error.ts'`
    const simulator = `import { a } from '../../packages/simulators/src/vimeo.ts'`

    assert.equal(violationsWith(file, inside).length, 1)
    assert.equal(violationsWith('apps/demo/videos.test.ts', inside).length, 1)
    assert.equal(violationsWith(file, simulator).length, 1)
    assert.equal(violationsWith('apps/demo/videos.test.ts', simulator).length, 0)
    assert.equal(violationsWith('apps/demo/test-story.ts', simulator).length, 0)
    assert.equal(violationsWith(file, `import { a } from './test-story.ts'`).length, 1)
  })
})

describe('findCycles()', () => {
  test('finds a circle around a corner, of types as well', () => {
    const cycles = findCycles([
      planted('a.ts', `import { b } from './b.ts'`),
      planted('b.ts', `import type { C } from './c.ts'`),
      planted('c.ts', `import { a } from './a.ts'`),
    ])

    assert.deepEqual(cycles, [['a.ts', 'b.ts', 'c.ts', 'a.ts']])
  })

  test('finds none where two ways lead to one file', () => {
    const cycles = findCycles([
      planted('a.ts', `import './b.ts'\nimport './c.ts'`),
      planted('b.ts', `import './d.ts'`),
      planted('c.ts', `import './d.ts'`),
      planted('d.ts', ''),
    ])

    assert.deepEqual(cycles, [])
  })
})

describe('importsOf()', () => {
  const specifiersOf = (text: string) => importsOf(text, 'src/a.ts').map((one) => one.specifier)

  test('reads every way to write an import', () => {
    const text = `import './side-effect.ts'
import whole, { one, type Two } from "./double.ts"
import * as all from './all.ts'
import {
  many,
} from './lines.ts'
export * from './again.ts'
export type { Three } from './type.ts'
const lazy = await import('./lazy.ts')
type Four = import('./four.ts').Four`

    assert.deepEqual(specifiersOf(text), [
      './side-effect.ts',
      './double.ts',
      './all.ts',
      './lines.ts',
      './again.ts',
      './type.ts',
      './lazy.ts',
      './four.ts',
    ])
  })

  test('knows which are types only', () => {
    const text = `import type { A } from './a.ts'\nimport { type B } from './b.ts'`

    assert.deepEqual(
      importsOf(text, 'src/c.ts').map((one) => one.isType),
      [true, false],
    )
  })

  test('resolves a relative path from the root', () => {
    assert.equal(importsOf(`import '../x/b.ts'`, 'src/y/a.ts')[0]?.file, 'src/x/b.ts')
  })

  test('passes over comments and exported values', () => {
    const text = `// import './a.ts'
/* import './b.ts' */
export const link = 'https://example.org' // from './c.ts'
export const text = 'from ./d.ts'`

    assert.deepEqual(specifiersOf(text), [])
  })
})
