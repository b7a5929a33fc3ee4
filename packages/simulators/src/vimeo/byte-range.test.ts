import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { isRangeFresh, readByteRange } from './byte-range.ts'

describe('readByteRange()', () => {
  test('reads one range and clips it to the file', () => {
    assert.deepEqual(readByteRange('bytes=0-0', 10), { start: 0, end: 0 })
    assert.deepEqual(readByteRange('bytes=5-', 10), { start: 5, end: 9 })
    assert.deepEqual(readByteRange('bytes=5-99', 10), { start: 5, end: 9 })
    assert.deepEqual(readByteRange('bytes=-3', 10), { start: 7, end: 9 })
    assert.deepEqual(readByteRange('bytes=-99', 10), { start: 0, end: 9 })
  })

  test('is unsatisfiable past the end, for no bytes, and for an empty file', () => {
    assert.equal(readByteRange('bytes=10-', 10), 'unsatisfiable')
    assert.equal(readByteRange('bytes=-0', 10), 'unsatisfiable')
    assert.equal(readByteRange('bytes=0-', 0), 'unsatisfiable')
  })

  test('passes over what it does not understand', () => {
    for (const header of [
      undefined,
      'bytes=',
      'bytes=-',
      'bytes=5-2',
      'bytes=0-1,4-5',
      'lines=1-2',
    ])
      assert.equal(readByteRange(header, 10), undefined)
  })
})

describe('isRangeFresh()', () => {
  test('holds for the tag or the date as it stands, and without the header', () => {
    const file = { etag: '"a"', lastModified: 'Mon, 23 Nov 2026 12:00:00 GMT' }

    assert.equal(isRangeFresh(undefined, file), true)
    assert.equal(isRangeFresh('"a"', file), true)
    assert.equal(isRangeFresh(file.lastModified, file), true)
    assert.equal(isRangeFresh('W/"a"', file), false)
    assert.equal(isRangeFresh('"b"', file), false)
  })
})
