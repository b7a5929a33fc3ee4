/** Switches that change a running simulator as a whole: failures, delay, the token's media type. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import {
  callApi,
  connect,
  consent,
  readApi,
  readJson,
  requestToken,
  startTestSimulator,
} from './testing.ts'

describe('setSwitches()', () => {
  test('changes what it names and leaves the rest', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { plan: 'free' } })
    const token = await connect(simulator)

    simulator.setSwitches({ pastEnd: 'empty' })

    assert.equal((await readApi(simulator, token, '/me'))['account'], 'free')
    assert.equal((await callApi(simulator, token, '/me/videos?page=9')).status, 200)
  })

  test('fails the calls that are named, counted from then on, and only those', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    await callApi(simulator, token, '/me')
    simulator.setSwitches({
      failures: [
        { call: 2, answer: 'error' },
        { call: 3, answer: 'overloaded' },
        { call: 4, answer: 'rate-limit' },
        { call: 5, answer: 'html' },
      ],
    })

    const answers: Response[] = []
    for (let call = 1; call <= 6; call += 1) answers.push(await callApi(simulator, token, '/me'))

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 500, 503, 429, 403, 200],
    )
    assert.match(answers[4]?.headers.get('content-type') ?? '', /^text\/html/)
    assert.match((await answers[4]?.text()) ?? '', /^<!doctype html>/)
  })

  test('can send tokens under the vendor media type', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { tokenContentType: 'vendor' } })
    const code = (await consent(simulator)).searchParams.get('code') ?? ''

    const response = await requestToken(simulator, { code })

    assert.equal(response.headers.get('content-type'), 'application/vnd.vimeo.auth+json')
    assert.equal((await readJson(response))['token_type'], 'bearer')
  })

  test('can keep passwords out of unfiltered bodies', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const read = async () => JSON.stringify(await readApi(simulator, token, '/me/videos'))

    assert.match(await read(), /"password"/)
    simulator.setSwitches({ passwords: false })
    assert.doesNotMatch(await read(), /"password"/)
  })

  test('can make answers slow', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    simulator.setSwitches({ delayMilliseconds: 60 })

    const startedAt = performance.now()
    const response = await callApi(simulator, token, '/me')

    assert.equal(response.status, 200)
    assert.ok(performance.now() - startedAt >= 55)
  })
})
