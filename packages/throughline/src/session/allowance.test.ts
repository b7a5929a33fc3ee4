import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Allowance, SharedAllowance } from './allowance.ts'

describe('an allowance', () => {
  test('DO-04 gives so many at once, then as many as time has brought, and never more than at once', () => {
    let now = 1_000_000
    const allowance = new Allowance({ atOnce: 3, perSecond: 2 }, () => now)
    const taken = (times: number) =>
      Array.from({ length: times }, () => allowance.take()).filter(Boolean).length

    assert.equal(taken(9), 3)
    now += 499
    assert.equal(taken(9), 0)
    now += 1
    assert.equal(taken(9), 1)
    now += 1000
    assert.equal(taken(9), 2)
    now += 3_600_000
    assert.equal(taken(9), 3)
  })

  test('DO-04 gives nothing for a clock that was set back, and goes on from there', () => {
    let now = 1_000_000
    const allowance = new Allowance({ atOnce: 1, perSecond: 1 }, () => now)
    assert.equal(allowance.take(), true)
    now -= 500_000
    assert.equal(allowance.take(), false)
    now += 1000
    assert.equal(allowance.take(), true)
  })
})

describe('a shared allowance', () => {
  test('DO-04 gives each so many, all together so many, and lets nobody use up what is there for others', () => {
    const allowance = new SharedAllowance(
      { atOnce: 4, perSecond: 0 },
      [{ atOnce: 3, perSecond: 0 }],
      () => 0,
    )
    const taken = (who: string) => [1, 2, 3, 4, 5].filter(() => allowance.take(who)).length

    assert.equal(taken('one'), 3)
    assert.equal(taken('other'), 1)
    assert.equal(taken('third'), 0)
  })

  test('DO-04 HB-08 counts a person by each of their names, and who has none for all alone', () => {
    const [ofSession, ofNetwork] = [2, 3].map((atOnce) => ({ atOnce, perSecond: 0 }))
    const allowance = new SharedAllowance(
      { atOnce: 9, perSecond: 0 },
      [ofSession!, ofNetwork!],
      () => 0,
    )
    const taken = (...who: (string | undefined)[]) =>
      [1, 2, 3, 4, 5].filter(() => allowance.take(...who)).length

    assert.equal(taken('a', 'school'), 2)
    assert.equal(taken('b', 'school'), 1)
    assert.equal(taken('c', 'home'), 2)
    assert.equal(taken(undefined, undefined), 4)
  })
})
