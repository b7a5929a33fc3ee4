import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sortedOrder } from './data-grid-order.ts'

describe('sortedOrder()', () => {
  test('sorts numbers and dates by size, both ways, and leaves what is not known last', () => {
    assert.deepEqual(sortedOrder([10, 9, undefined, Number.NaN, 100], false), [1, 0, 4, 2, 3])
    assert.deepEqual(sortedOrder([10, 9, undefined, null, 100], true), [4, 0, 1, 2, 3])
    const dates = [new Date(2), new Date(Number.NaN), new Date(1)]
    assert.deepEqual(sortedOrder(dates, false), [2, 0, 1])
    assert.deepEqual(sortedOrder([3n, 1n, 2n], false), [1, 2, 0])
  })

  test('sorts text as people read it: case and accents aside, numbers in it by size', () => {
    assert.deepEqual(
      sortedOrder(['part 10', 'Über', 'Part 9', 'zoo', 'under'], false),
      [2, 0, 1, 4, 3],
    )
  })

  test('keeps equal values as they were given, also downwards', () => {
    assert.deepEqual(sortedOrder(['b', 'a', 'B', 'A'], false), [1, 3, 0, 2])
    assert.deepEqual(sortedOrder(['b', 'a', 'B', 'A'], true), [0, 2, 1, 3])
  })

  test('takes no order for that of other values, of another kind, or of the other way', () => {
    assert.deepEqual(sortedOrder(['10', '9'], false), [1, 0])
    assert.deepEqual(sortedOrder([10, 9], true), [0, 1])
    assert.deepEqual(sortedOrder([10, 9], false), [1, 0])
    assert.deepEqual(sortedOrder([9, 10], false), [0, 1])
    assert.deepEqual(sortedOrder(['a', 'b","c'], false), [0, 1])
    assert.deepEqual(sortedOrder([-Infinity, Infinity, undefined], true), [1, 0, 2])
    assert.deepEqual(sortedOrder([Infinity, -Infinity, undefined], true), [0, 1, 2])
  })

  test('sorts as it would afresh, when it has sorted much else meanwhile', () => {
    const lists = Array.from({ length: 50 }, (_, n) => [n + 2, n, n + 1])
    for (const list of [...lists, ...lists]) assert.deepEqual(sortedOrder(list, false), [1, 2, 0])
  })
})
