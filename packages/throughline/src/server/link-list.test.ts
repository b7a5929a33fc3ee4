import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { toFileName } from '../protocol/file-name.ts'
import { writeLinkList } from './link-list.ts'

const URL_OF = 'http://127.0.0.1:3000/-/file/id/0-proof/a.mp4'
const facts = { list: 'videos.txt', expiresAt: Date.UTC(2026, 0, 2, 3, 4, 5) }
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '-o/etc/passwd',
    'a\n  out=../b',
    'a"\nurl = "file:///etc/passwd',
    "a'; rm -rf ~; '",
    '$(id)`id`',
    '\\',
    '#1',
    '~',
  ),
)
const rows = (text: string) =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

describe('writeLinkList()', () => {
  for (const [format, command] of [
    ['aria2', "aria2c -i 'videos.txt'"],
    ['curl', "curl -K 'videos.txt'"],
    ['wget', "sh 'videos.txt'"],
  ] as const) {
    test(`says in the head of a list for ${format} how to use it and when it ends`, () => {
      const text = writeLinkList(format, [], facts)

      assert.ok(text.includes(`# In the folder for the files, run: ${command}\n`), text)
      assert.ok(text.includes('It ends on Fri, 02 Jan 2026 03:04:05 GMT'), text)
    })

    test(`keeps the head of a list for ${format} whatever the list is called (FI-01)`, () => {
      fc.assert(
        fc.property(anyName, (list) => {
          const lines = writeLinkList(format, [], { ...facts, list }).split('\n').length
          assert.equal(lines, writeLinkList(format, [], facts).split('\n').length)
        }),
      )
    })
  }

  test('gives aria2 one file per link, whatever its name (FI-01)', () => {
    fc.assert(
      fc.property(anyName, (given) => {
        const name = toFileName(given)
        const lines = rows(writeLinkList('aria2', [{ url: URL_OF, name }], facts))

        assert.deepEqual(lines.slice(0, 2), [URL_OF, `  out=${name}`])
        assert.equal(lines.length, 4)
        assert.doesNotMatch(name, /[\\/\n\r]|^[-~.\s]/)
      }),
    )
  })

  test('gives curl one file per link, whatever its name (FI-01)', () => {
    fc.assert(
      fc.property(anyName, (given) => {
        const name = toFileName(given)
        const [url, output, ...more] = rows(
          writeLinkList('curl', [{ url: URL_OF, name }], facts),
        ).slice(4)

        assert.equal(url, `url = "${URL_OF}"`)
        assert.equal(JSON.parse(output?.slice('output = '.length) ?? ''), `./${name}`)
        assert.deepEqual(more, [])
      }),
    )
  })

  test('gives a shell nothing but words, whatever a file is called (FI-01)', () => {
    fc.assert(
      fc.property(anyName, (given) => {
        const name = toFileName(given)
        const line = rows(writeLinkList('wget', [{ url: URL_OF, name }], facts))[2] ?? ''
        const words = line.replaceAll(String.raw`'\''`, '\u0000')

        assert.match(words, /^get '[^']*' '[^']*'$/)
        assert.equal(words.split("'")[1]?.replaceAll('\u0000', "'"), name)
      }),
    )
  })
})
