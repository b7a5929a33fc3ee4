import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stepsOf } from './steps.ts'

const divide = (sizes: readonly number[], most = 3) => [...stepsOf(sizes, most, (size) => size)]

describe('stepsOf()', () => {
  test('divides by number and by size, and loses nothing', () => {
    assert.deepEqual(divide([]), [])
    assert.deepEqual(divide([1, 2, 3]), [[1, 2, 3]])
    assert.deepEqual(divide([1, 2, 3, 4]), [[1, 2, 3], [4]])
    assert.deepEqual(divide([600_000, 400_000, 1]), [[600_000, 400_000], [1]])
    assert.deepEqual(divide([1, 2_000_000, 1]), [[1], [2_000_000], [1]])
  })
})
