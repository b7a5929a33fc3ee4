import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readRange } from './file-range.ts'

describe('readRange()', () => {
  for (const [header, size, range] of [
    [null, 10, 'whole'],
    ['bytes=0-', 10, { first: 0, last: 9 }],
    ['bytes=3-5', 10, { first: 3, last: 5 }],
    ['bytes=3-99', 10, { first: 3, last: 9 }],
    ['bytes=-4', 10, { first: 6, last: 9 }],
    ['bytes=-40', 10, { first: 0, last: 9 }],
    ['bytes=-0', 10, 'beyond'],
    ['bytes=10-', 10, 'beyond'],
    ['bytes=0-', 0, 'beyond'],
    ['bytes=5-3', 10, 'whole'],
    ['bytes=0-1,3-4', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    ['bytes=99999999999999999999-', 10, 'whole'],
  ] as const) {
    test(`reads ${header} of ${size} bytes`, () => {
      assert.deepEqual(readRange(header, size), range)
    })
  }

  test('never leaves the file, whatever is asked for (FI-05)', () => {
    const number = fc.oneof(
      fc.constant(''),
      fc.nat().map(String),
      fc.bigInt({ min: 0n }).map(String),
    )
    fc.assert(
      fc.property(number, number, fc.nat(), (from, to, size) => {
        const range = readRange(`bytes=${from}-${to}`, size)
        if (typeof range === 'string') return
        assert.ok(0 <= range.first && range.first <= range.last && range.last < size)
      }),
    )
  })
})
