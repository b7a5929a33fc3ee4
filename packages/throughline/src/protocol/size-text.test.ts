import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toPartText, toSizeText } from './size-text.ts'

test('toSizeText() says bytes whole, all else with one decimal, up to terabytes', () => {
  assert.deepEqual([0, 5, 999, 1000, 1500, 999_949, 999_950, 6e6, 2.5e9, 7e15].map(toSizeText), [
    '0 bytes',
    '5 bytes',
    '999 bytes',
    '1.0 kB',
    '1.5 kB',
    '999.9 kB',
    '1.0 MB',
    '6.0 MB',
    '2.5 GB',
    '7000.0 TB',
  ])
})

test('toPartText() says the whole where it is known', () => {
  assert.equal(toPartText(1500, 6e6), '1.5 kB of 6.0 MB')
  assert.equal(toPartText(1500, undefined), '1.5 kB')
})
