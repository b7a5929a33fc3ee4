import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { findDeadLinks, findForbiddenWords, headingsOf, termsOf } from './documents.ts'
import type { Document } from './documents.ts'
import { repositoryRoot } from './modules.ts'

const ROOT = repositoryRoot()
const LONGEST_README = 150

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

/** The files that belong to the repository: those that git tracks or would, else all but what is installed or built. */
function repositoryFiles(): string[] {
  if (existsSync(join(ROOT, '.git'))) {
    const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const files = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0')
    return [...new Set(files)].filter((file) => file !== '' && existsSync(join(ROOT, file)))
  }
  return globSync('**/*', { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] }).filter(
    (file) => statSync(join(ROOT, file)).isFile(),
  )
}

function textDocuments(): Document[] {
  return repositoryFiles()
    .filter((file) => !/\.(mp4|mov|webm|png|jpe?g|gif|ico|woff2?)$/.test(file))
    .map((file) => ({ file, text: readText(join(ROOT, file)) }))
}

function readDocument(name: string): string {
  return readText(join(ROOT, name))
}

describe('the repository', () => {
  test('has a README of at most 150 lines', () => {
    assert.ok(readDocument('README.md').trimEnd().split('\n').length <= LONGEST_README)
  })

  test('has no dead link in a document', () => {
    const documents = textDocuments().filter(({ file }) => file.endsWith('.md'))

    assert.ok(documents.length > 0, 'no document was read')
    assert.deepEqual(
      documents.flatMap((document) => findDeadLinks(document, ROOT, readText)),
      [],
    )
  })

  test('has an Unreleased part in its changelog', () => {
    assert.ok(headingsOf(readDocument('CHANGELOG.md')).includes('unreleased'))
  })

  test('describes each folder of the package in ARCHITECTURE.md', () => {
    const text = readDocument('ARCHITECTURE.md')
    const source = join(ROOT, 'packages/throughline/src')
    const folders = readdirSync(source, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)

    assert.ok(folders.length > 0, 'no folder was read')
    assert.deepEqual(
      folders.filter((folder) => !new RegExp(`\\b${folder}\\b`).test(text)),
      [],
    )
  })

  test('defines each term of the glossary once', () => {
    const terms = termsOf(readDocument('GLOSSARY.md'))

    assert.ok(terms.length > 0, 'no term was read')
    assert.deepEqual(
      terms.filter((term, index) => terms.indexOf(term) !== index),
      [],
    )
  })

  test('holds no path of one machine, no registry and no private key', () => {
    const documents = textDocuments()

    assert.ok(documents.length > 0, 'no file was read')
    assert.deepEqual(documents.flatMap(findForbiddenWords), [])
  })
})

describe('findDeadLinks()', () => {
  const read = () => '# Here\n\n## A part, with signs (two)\n'
  const linksIn = (text: string) => findDeadLinks({ file: 'a.md', text }, ROOT, read)

  test('passes a file, a heading and an address elsewhere', () => {
    const text = '[a](package.json) [b](LICENSE "title") [c](https://example.org/x) [d](#here)'

    assert.deepEqual(linksIn(text.replace('[d](#here)', '')), [])
  })

  test('finds a file that is not there', () => {
    assert.deepEqual(linksIn('[a](no/such.md)'), ['a.md: no/such.md leads to no file'])
  })

  test('passes over code', () => {
    assert.deepEqual(linksIn('`[a](no/such.md)`\n```\n[b](no/such.md)\n```'), [])
  })

  test('finds a heading that is not there', () => {
    const linksOfReal = (text: string) =>
      findDeadLinks({ file: 'CONTRIBUTING.md', text }, ROOT, read)

    assert.deepEqual(linksOfReal('[a](#a-part-with-signs-two)'), [])
    assert.equal(linksOfReal('[a](#another-part)').length, 1)
  })
})

describe('termsOf()', () => {
  test('reads the first cell of each row, several terms apart', () => {
    const table =
      '| term | meaning |\n|---|---|\n| `page` | a path |\n| code, code verifier | x |\n'

    assert.deepEqual(termsOf(table), ['page', 'code', 'code verifier'])
  })
})

describe('findForbiddenWords()', () => {
  const wordsIn = (text: string) => findForbiddenWords({ file: 'a.ts', text }).length

  test('finds a path, a registry, a download address and a private key', () => {
    assert.equal(wordsIn(`cd ${['', 'root', 'x'].join('/')}`), 1)
    assert.equal(wordsIn(['registry', 'npmjs', 'org'].join('.')), 1)
    assert.equal(wordsIn(['"resolved": "https', '//example.org/a.tgz"'].join(':')), 1)
    assert.equal(wordsIn(`-----BEGIN RSA PRIVATE ${'KEY'}-----`), 1)
  })

  test('passes paths of an app, and words that only look alike', () => {
    assert.equal(wordsIn(`pages: { '/home': home, '/work': work } // root/`), 0)
    assert.equal(wordsIn('https://example.org/root/a /roots/b'), 0)
  })
})
