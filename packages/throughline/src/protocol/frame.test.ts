import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseFrame, serializeFrame, type Frame } from './frame.ts'

describe('serializeFrame()', () => {
  test('XS-03: no text begins another line, and each comes back as it was', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.constantFrom(
        '\n',
        '\r',
        '\r\n',
        '\u2028',
        '\u2029',
        '\ud800',
        '"\n{"type":"end"}',
        'id: 1',
      ),
    )
    fc.assert(
      fc.property(texts, texts, (id, html) => {
        const frame: Frame = { type: 'put', id, html }

        const lines = serializeFrame(frame).split(/\r\n|[\r\n]/)

        assert.equal(lines.length, 2)
        assert.deepEqual(parseFrame(lines[0] ?? ''), frame)
      }),
      { numRuns: 500 },
    )
  })
})
