import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { closingLine, ONE_PASSED, oneFailed, sumOf } from './tally.ts'

describe('closingLine()', () => {
  test('says what passed and what failed', () => {
    assert.equal(closingLine(sumOf([ONE_PASSED, ONE_PASSED, oneFailed('a')])), '2 passed, 1 failed')
  })

  test('says what was skipped only where something was', () => {
    const skipped = [{ name: 'a', file: 'a.test.ts', reason: 'no server' }]

    assert.equal(closingLine({ ...ONE_PASSED, skipped }), '1 passed, 0 failed, 1 skipped')
  })

  test('says zero of nothing', () => {
    assert.equal(closingLine(sumOf([])), '0 passed, 0 failed')
  })
})
