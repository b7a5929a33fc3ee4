/** The rate limit per person and minute, its headers, and its end. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { callApi, connect, readJson, startTestSimulator } from './testing.ts'

function figuresOf({ headers }: Response): readonly (string | null)[] {
  return ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`))
}

describe('the rate limit', () => {
  test('is announced as if fields were always named, and costs double without', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const filtered = await callApi(simulator, token, '/me?fields=uri')
    const whole = await callApi(simulator, token, '/me')

    const empty = await callApi(simulator, token, '/me?fields=')

    assert.deepEqual(figuresOf(filtered), ['500', '499', '2026-11-23T12:01:00+00:00'])
    assert.deepEqual(figuresOf(whole), ['500', '497', '2026-11-23T12:01:00+00:00'])
    assert.equal(figuresOf(empty)[1], '495')
  })

  test('follows the plan', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const limits: (string | null | undefined)[] = []

    for (const plan of ['free', 'studio', 'pro'] as const) {
      simulator.setSwitches({ plan })
      limits.push(figuresOf(await callApi(simulator, token, '/me'))[0])
    }

    assert.deepEqual(limits, ['50', '3000', '500'])
  })

  test('is announced in unix seconds and answered by 9003, as it once was', async (t) => {
    const simulator = await startTestSimulator(t, {
      switches: { requestsPerMinute: 1, rateLimitReset: 'unix', rateLimitCode: 9003 },
    })
    const token = await connect(simulator)
    await callApi(simulator, token, '/me')

    const over = await callApi(simulator, token, '/me')

    assert.equal(figuresOf(over)[2], String(Date.parse('2026-11-23T12:01:00Z') / 1000))
    assert.equal((await readJson(over))['error_code'], 9003)
  })

  test('answers 429 and 9000 for the rest of the minute, then lets through again', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { requestsPerMinute: 2 } })
    const token = await connect(simulator)
    const call = () => callApi(simulator, token, '/me')

    const taken = [(await call()).status, (await call()).status]
    simulator.passSeconds(59)
    const over = await call()
    const body = await readJson(over)
    simulator.passSeconds(1)
    const after = await call()

    assert.deepEqual(taken, [200, 200])
    assert.equal(over.status, 429)
    assert.equal(over.headers.get('content-type'), 'application/vnd.vimeo.error+json')
    assert.deepEqual(figuresOf(over), ['4', '0', '2026-11-23T12:01:00+00:00'])
    assert.deepEqual(body, {
      error: 'Too many API requests. Wait an hour or so, then try again.',
      link: null,
      developer_message: 'Your application has made too many API requests.',
      error_code: 9000,
    })
    assert.equal(after.status, 200)
  })

  test('doubles with fields', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { requestsPerMinute: 2 } })
    const token = await connect(simulator)
    const statuses: number[] = []

    for (let call = 1; call <= 5; call += 1)
      statuses.push((await callApi(simulator, token, '/me?fields=uri')).status)

    assert.deepEqual(statuses, [200, 200, 200, 200, 429])
  })

  test('is counted per person, over all their tokens', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { requestsPerMinute: 1 } })
    const [first, second] = [await connect(simulator), await connect(simulator)]
    const grace = await connect(simulator, { person: 1 })

    assert.equal((await callApi(simulator, first, '/me')).status, 200)
    assert.equal((await callApi(simulator, second, '/me')).status, 429)
    assert.equal((await callApi(simulator, grace, '/me')).status, 200)
  })

  test('is announced on errors too', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const response = await callApi(simulator, token, '/videos/1')

    assert.equal(response.status, 404)
    assert.equal(figuresOf(response)[1], '498')
  })
})
