import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { toFileName, toFileNames } from './file-name.ts'

const piece = fc.constantFrom('con', 'COM1', ' ', ' '.repeat(250), '.', '.mp4', '~', 'a')
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
)

describe('toFileName()', () => {
  for (const [given, name] of [
    ['Harbour at dawn.mp4', 'Harbour at dawn.mp4'],
    ['日本語 – „Quotes“.mp4', '日本語 – „Quotes“.mp4'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a/b\\c:d', 'a-b-c-d'],
    ['.htaccess', 'htaccess'],
    ['-rf', 'rf'],
    ['CON.mp4', '_CON.mp4'],
    ['con ', '_con'],
    ['nul\u3000.mp4', '_nul\u3000.mp4'],
    ['COM¹.mp4', '_COM¹.mp4'],
    ['conin$', '_conin$'],
    ['a\r\nb', 'ab'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['end. . ', 'end'],
    ['', 'Untitled'],
    ['...', 'Untitled'],
  ] as const) {
    test(`makes ${JSON.stringify(name)} of ${JSON.stringify(given)} (FI-01)`, () => {
      assert.equal(toFileName(given), name)
    })
  }

  test('makes of any text a name that is a file’s in any folder, and stays so (FI-01)', () => {
    fc.assert(
      fc.property(anyName, (given) => {
        const name = toFileName(given)

        assert.doesNotMatch(name, /^(?:con|com1)\s*(?:\.|$)/i)
        assert.doesNotMatch(name, /[\p{Cc}/\\:*?"<>|]|^[\s.~-]|[\s.]$/u)
        assert.ok(name.length > 0 && Buffer.byteLength(name) <= 255)
        assert.equal(toFileName(name), name)
      }),
    )
  })

  test('keeps the extension of a name that is too long (FI-01)', () => {
    const name = toFileName(`${'é'.repeat(300)}.mp4`)

    assert.match(name, /^é+\.mp4$/)
    assert.ok(Buffer.byteLength(name) > 250 && Buffer.byteLength(name) <= 255)
  })
})

describe('toFileNames()', () => {
  test('tells alike names apart, also where case does not count', () => {
    assert.deepEqual(toFileNames(['a.mp4', 'A.mp4', 'a.mp4', 'a (2).mp4']), [
      'a.mp4',
      'A (2).mp4',
      'a (3).mp4',
      'a (2) (2).mp4',
    ])
  })

  test('gives each of any names one of its own', () => {
    fc.assert(
      fc.property(fc.array(anyName), (given) => {
        const names = toFileNames(given).map((name) => name.toLowerCase())

        assert.equal(new Set(names).size, given.length)
        assert.deepEqual(
          names.filter((name) => Buffer.byteLength(name) > 300),
          [],
        )
      }),
    )
  })

  for (const [what, names] of [
    ['are all alike', Array<string>(2000).fill('Untitled.mp4')],
    ['have one beginning', Array.from({ length: 4000 }, (_, at) => `${'a'.repeat(60)}${at >> 1}`)],
  ] as const) {
    test(`FI-01: names thousands that ${what} in a moment`, () => {
      const startedAt = performance.now()

      assert.equal(new Set(toFileNames(names)).size, names.length)
      assert.ok(performance.now() - startedAt < 1000)
    })
  }
})
