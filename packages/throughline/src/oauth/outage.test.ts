import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import { Outage } from './outage.ts'

/** An outage on a clock that is moved by hand; `spread` is the byte that the pause is made longer by. */
function start(spread = 0) {
  const time = { now: 1_000_000 }
  const outage = new Outage(
    () => time.now,
    () => Uint8Array.of(spread),
  )
  let requests = 0
  const fail = (details: ThroughlineError['details']) =>
    outage.ask(() => {
      requests += 1
      return Promise.reject(
        new ThroughlineError('oauth.unavailable', 'away', { attribution: 'provider', details }),
      )
    })
  const answer = () =>
    outage.ask(async () => {
      requests += 1
      return 'answer'
    })
  return { time, outage, fail, answer, requests: () => requests }
}

const isAway = (thrown: unknown) => isThroughlineError(thrown, 'oauth.unavailable')
const busy = (retryAfterSeconds?: number) => ({ reason: 'status', status: 503, retryAfterSeconds })
const REFUSED = { reason: 'ECONNREFUSED' }

describe('a server that says how long to wait', () => {
  test('TK-13: is left alone for as long, and told how much of that is left', async () => {
    const { time, fail, answer, requests } = start()
    await assert.rejects(fail(busy(30)), isAway)
    time.now += 29_500

    await assert.rejects(answer(), (thrown) => {
      assert.ok(isThroughlineError(thrown, 'oauth.unavailable'))
      assert.deepEqual(thrown.details, { reason: 'retry-after', retryAfterSeconds: 1 })
      return true
    })
    assert.equal(requests(), 1)
    time.now += 500
    assert.equal(await answer(), 'answer')
  })

  test('TK-13: is asked again after five minutes, whatever it says, and not by all at once', async () => {
    for (const [spread, afterMs] of [
      [0, 300_000],
      [255, 330_000],
    ] as const) {
      const { time, fail, answer } = start(spread)
      await assert.rejects(fail({ reason: 'status', status: 429, retryAfterSeconds: 3600 }), isAway)
      time.now += afterMs - 1
      await assert.rejects(answer(), isAway)
      time.now += 1
      assert.equal(await answer(), 'answer')
    }
  })

  test('TK-13: is sent what works once all the same', async () => {
    const { outage, fail } = start()
    await assert.rejects(fail(busy(30)), isAway)

    assert.equal(await outage.askNow(async () => 'sent'), 'sent')
  })

  test('PF-05: a clock that is set back makes no pause longer', async () => {
    const { time, fail, answer } = start()
    await assert.rejects(fail(busy(30)), isAway)
    time.now -= 600_000

    assert.equal(await answer(), 'answer')
  })
})

describe('a server that is down', () => {
  test('PF-04: counts as down after three failures in a row, for a while, and again with the next', async () => {
    const { time, outage, fail } = start()
    for (const isDown of [false, false, true]) {
      await assert.rejects(fail(REFUSED), isAway)
      assert.equal(outage.isDown, isDown)
      time.now += 10_000
    }
    time.now += 5000
    assert.equal(outage.isDown, false)
    await assert.rejects(fail(busy()), isAway)
    assert.equal(outage.isDown, true)
  })

  test('PF-04: is well again with any answer, and a failure now and then is none', async () => {
    const { time, outage, fail, answer } = start()
    for (let times = 0; times < 3; times += 1) await assert.rejects(fail(REFUSED), isAway)
    await answer()
    assert.equal(outage.isDown, false)
    for (let times = 0; times < 9; times += 1) {
      await assert.rejects(fail(REFUSED), isAway)
      time.now += 61_000
    }
    assert.equal(outage.isDown, false)
  })

  test('PF-04: is not taken for down because of what one request may bring about', async () => {
    const { outage, fail } = start()
    for (let times = 0; times < 9; times += 1) {
      await assert.rejects(fail({ reason: 'status', status: 500 }), isAway)
      await assert.rejects(fail({ reason: 'status', status: 429 }), isAway)
    }
    assert.equal(outage.isDown, false)
  })

  test('PF-05: a clock that is set back keeps nobody down', async () => {
    const { time, outage, fail } = start()
    for (let times = 0; times < 3; times += 1) await assert.rejects(fail(REFUSED), isAway)
    time.now -= 600_000

    assert.equal(outage.isDown, false)
  })
})
