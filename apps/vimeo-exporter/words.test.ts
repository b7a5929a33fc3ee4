import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toAccess, toClock, toCount, toResolution, toSize } from './words.ts'

describe('toSize()', () => {
  it('says three digits at most', () => {
    assert.deepEqual([0, 999, 1000, 42_102, 999_949, 999_999, 1.5e9, 5e15].map(toSize), [
      '0 B',
      '999 B',
      '1.0 kB',
      '42.1 kB',
      '1.0 MB',
      '1.0 MB',
      '1.5 GB',
      '5000 TB',
    ])
  })

  it('says that a size is unknown', () => {
    assert.equal(toSize(undefined), '—')
  })
})

describe('toClock()', () => {
  it('says minutes and seconds, and hours where there are some', () => {
    const clocks = [0, 0.4, 59.6, 65, 3599, 3605, 36_000].map(toClock)
    assert.deepEqual(clocks, ['0:00', '0:00', '1:00', '1:05', '59:59', '1:00:05', '10:00:00'])
  })
})

describe('toResolution()', () => {
  it('says width and height, or that they are unknown', () => {
    assert.equal(toResolution(1280, 720), '1280 × 720')
    assert.equal(toResolution(0, 0), '—')
  })
})

describe('toAccess()', () => {
  it('says what is allowed, and leaves a name that is new to us as it is', () => {
    assert.equal(toAccess(['private', 'stats']), 'your private videos, stats')
  })
})

describe('toCount()', () => {
  it('says one video, and several videos', () => {
    const said = [0, 1, 2].map((count) => toCount(count, 'video'))
    assert.deepEqual(said, ['0 videos', '1 video', '2 videos'])
  })
})
