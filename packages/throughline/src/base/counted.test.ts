import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted } from './counted.ts'

test('counted() says one and many as they are said, large numbers with commas', () => {
  assert.deepEqual(
    [0, 1, 2, 10_000_000].map((count) => counted(count, 'cell')),
    ['0 cells are', '1 cell is', '2 cells are', '10,000,000 cells are'],
  )
})
