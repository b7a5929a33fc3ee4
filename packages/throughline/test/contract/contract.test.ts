import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReasons, type Skip } from './contract.ts'

const CASES = { 'keeps a record': async () => {} }

describe('toReasons()', () => {
  test('maps a skipped test to its reason', () => {
    const reasons = toReasons([{ reason: 'It has no disk.', tests: ['keeps a record'] }], CASES)

    assert.deepEqual([...reasons], [['keeps a record', 'It has no disk.']])
  })

  test('refuses a skip of a test that is not there', () => {
    assert.throws(() => toReasons([{ reason: 'It has no disk.', tests: ['keeps'] }], CASES), {
      message: /"keeps", which the contract does not have/,
    })
  })

  test('refuses a skip that does not say why', () => {
    // @ts-expect-error A skip without a reason must not compile.
    const unexplained: Skip = { tests: ['keeps a record'] }

    assert.throws(() => toReasons([{ ...unexplained, reason: ' ' }], CASES), /must say why/)
  })
})
