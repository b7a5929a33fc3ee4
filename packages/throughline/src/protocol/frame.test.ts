import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseFrame, serializeFrame, type Frame } from './frame.ts'

/** Any text, with what ends lines, what other framings know, and halves of pairs. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\0', '\ufeff'),
  fc.constantFrom('data: x\n\nevent: y', 'id: 1\nretry: 2', '</script><!--', '"},{"type":"go"'),
  fc.constantFrom('\ud800', 'a\udfffb', '\udc00\ud800'),
)
const number = fc.nat()
/** As the parser makes them. */
const plain = { noNullPrototype: true } as const
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant('run' as const), run: number, from: fc.option(number) }, plain),
  fc.record({ type: fc.constant('put' as const), id: text, html: text }, plain),
  fc.record({ type: fc.constant('put' as const), id: text, html: text, after: text }, plain),
  fc.record({ type: fc.constant('move' as const), id: text, after: text }, plain),
  fc.record({ type: fc.constant('remove' as const), ids: fc.array(text) }, plain),
  fc.record({ type: fc.constant('notice' as const), text }, plain),
  fc.record({ type: fc.constant('go' as const), url: text, away: fc.boolean() }, plain),
  fc.record({ type: fc.constant('files' as const), url: text }, plain),
  fc.record({ type: fc.constant('end' as const), run: number, title: text, news: number }, plain),
  fc.record({ type: fc.constant('token' as const), token: text }, plain),
)

describe('frames on the wire', () => {
  test('XS-03: no text begins another line', () => {
    for (const html of ['\n', '\r', '\r\n', '\u2028', '\u2029', '\ud800', '"\n{"type":"end"}']) {
      const line = serializeFrame({ type: 'put', id: html, html })
      assert.equal(line.split(/\r\n|[\r\n]/).length, 2)
    }
  })

  test('XS-03: what was written is read, frame by frame, whatever the texts hold', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), (frames) => {
        const bytes = Buffer.from(frames.map(serializeFrame).join(''), 'utf8')
        const lines = bytes.toString('utf8').split('\n')
        assert.equal(lines.pop(), '')
        assert.deepEqual(lines.map(parseFrame), frames)
      }),
      { numRuns: 2000 },
    )
  })
})
