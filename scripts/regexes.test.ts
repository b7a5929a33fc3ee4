import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readModules, repositoryRoot } from './modules.ts'
import { isBounded, longTexts, millisecondsOf, regexesOf, type WrittenRegex } from './regexes.ts'

const SERVING = /^(?:packages\/throughline\/src|apps)\/(?!testing\/|(?:.*\/)?test-|.*\.test\.ts$)/
const found = readModules(repositoryRoot())
  .filter(({ file }) => SERVING.test(file))
  .map(regexesOf)
const all = found.flatMap(({ regexes }) => regexes)
const nameOf = ({ file, pattern, flags }: WrittenRegex) => `${file} /${pattern}/${flags}`

/** Too slow for long texts, and given short ones only. */
const SHORT_TEXTS: Readonly<Record<string, string>> = {
  [String.raw`[\s.]+$`]: 'a name that was cut to 255 bytes',
  [String.raw`[ (]((?:file:\/\/)?\/[^():]+|[A-Za-z]:\\[^():]+):(\d+):\d+\)?$`]:
    'lines of at most 2,000 characters',
}
/** Goes back over what it has read, once: what the test of long texts shows, and the linter cannot. */
const READ_TWICE = new Set([
  String.raw`\.[a-z0-9]+$`,
  String.raw`\.([a-z0-9]+)$`,
  String.raw`:\d+$`,
  String.raw`\/(\d+)$`,
  String.raw`\u2068([^\u2068\u2069]*)\u2069`,
  String.raw`filename\*?=(?:[\w-]+'[^']*')?"?([^";]+)`,
])

describe('regular expressions that serve people', () => {
  test('DO-06: are bounded by the length of the text, as a linter sees them, but for those that are listed', () => {
    const listed = new Set([...Object.keys(SHORT_TEXTS), ...READ_TWICE])
    const unbounded = all.filter((regex) => !isBounded(regex))

    assert.ok(all.length > 90, `${all.length} were found`)
    assert.deepEqual(unbounded.filter(({ pattern }) => !listed.has(pattern)).map(nameOf), [])
    assert.deepEqual(new Set(unbounded.map(({ pattern }) => pattern)), listed)
  })

  test('DO-06: are all written down, none put together at run time', () => {
    assert.deepEqual(
      found.flatMap(({ computed }) => computed),
      [],
    )
  })

  test('DO-06: take less than 10 ms for 50,000 characters, whatever they are', () => {
    const slow = all
      .filter(({ pattern }) => SHORT_TEXTS[pattern] === undefined)
      .filter((regex) => longTexts(regex).some((text) => millisecondsOf(regex, text) >= 10))

    assert.deepEqual(slow.map(nameOf), [])
  })
})

describe('the checks', () => {
  const written = (pattern: string): WrittenRegex => ({ file: 'a.ts', pattern, flags: '' })

  test('find expressions wherever they stand, and none in a text', () => {
    const text = "const a = /a+/g.test('/b/') // /c/\nexport const b = new RegExp('d' + a)"
    const { regexes, computed } = regexesOf({ file: 'a.ts', text })

    assert.deepEqual(regexes, [{ file: 'a.ts', pattern: 'a+', flags: 'g' }])
    assert.deepEqual(computed, ["a.ts: new RegExp('d' + a)"])
  })

  test('see what takes exponential time, or the square of the length', () => {
    assert.equal(isBounded(written('^(a+)+$')), false)
    assert.equal(isBounded(written(String.raw`[ \t]+$`)), false)
    assert.equal(isBounded(written('^a+b')), true)
    const blanks = written(String.raw`[ \t]+$`)
    assert.ok(longTexts(blanks).some((text) => text.startsWith(' '.repeat(50_000))))
    assert.ok(millisecondsOf(blanks, `${' '.repeat(10_000)}x`) >= 10)
  })
})
