/** Whose a token is, how it is verified, and how it ends. */
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

describe('/me', () => {
  test('is the person who consented, with the media type of users', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator, { person: 1 })

    const response = await callApi(simulator, token, '/me')
    const me = await readJson(response)

    assert.equal(response.headers.get('content-type'), 'application/vnd.vimeo.user+json')
    assert.equal(me['name'], 'Grace Sample')
    assert.equal(me['uri'], simulator.people[1].uri)
    assert.equal(me['account'], 'standard')
    assert.match(me['created_time'] as string, /\+00:00$/)
    assert.equal('email' in me, false)
  })

  test('can be read with the scope public alone', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator, { ticked: [] })

    assert.equal((await callApi(simulator, token, '/me')).status, 200)
  })

  test('leaks a password when unfiltered and not when fields are named', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const whole = JSON.stringify(await readApi(simulator, token, '/me'))
    const filtered = JSON.stringify(await readApi(simulator, token, '/me?fields=uri,name'))

    assert.match(whole, /"password":"[0-9a-f]{16}"/)
    assert.doesNotMatch(filtered, /password/)
  })
})

describe('credentials', () => {
  test('that are missing answer 401, 8003 and the exact challenge', async (t) => {
    const { origin } = await startTestSimulator(t)

    const response = await fetch(`${origin}/me`)

    assert.equal(response.status, 401)
    assert.equal(response.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
    assert.equal(response.headers.get('content-type'), 'application/vnd.vimeo.error+json')
    assert.equal(response.headers.get('x-ratelimit-limit'), null)
    assert.deepEqual(await readJson(response), {
      error: "Something strange occurred. Please get in touch with the app's creator.",
      link: null,
      developer_message: "The app didn't receive the user's credentials.",
      error_code: 8003,
    })
  })

  test('that are unknown answer 401 with the legacy body and the exact challenge', async (t) => {
    const simulator = await startTestSimulator(t)

    const response = await callApi(simulator, 'ab'.repeat(16), '/me')

    assert.equal(response.status, 401)
    assert.equal(response.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
    assert.deepEqual(await readJson(response), {
      error: 'You must provide a valid authenticated access token.',
    })
  })

  test('may be announced as bearer in lower case', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const response = await fetch(`${simulator.origin}/me`, {
      headers: { authorization: `bearer ${token}` },
    })

    assert.equal(response.status, 200)
  })
})

describe('GET /oauth/verify', () => {
  test('answers the body of the token response for a living token', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator, { ticked: ['private'] })

    const body = await readApi(simulator, token, '/oauth/verify')

    assert.equal(body['access_token'], token)
    assert.equal(body['scope'], 'private public')
    assert.equal((body['user'] as { name: string }).name, 'Ada Example')
  })
})

describe('the end of a token', () => {
  test('comes with DELETE /tokens: 204 without a body, then 401', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)
    const other = await connect(simulator)
    const revoke = () =>
      fetch(`${simulator.origin}/tokens`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      })

    const first = await revoke()
    const second = await revoke()

    assert.equal(first.status, 204)
    assert.equal(await first.text(), '')
    assert.equal(second.status, 401)
    assert.equal((await callApi(simulator, token, '/oauth/verify')).status, 401)
    assert.equal((await callApi(simulator, other, '/me')).status, 200)
  })

  test('comes when the person disconnects the app: all their tokens and unused codes die', async (t) => {
    const simulator = await startTestSimulator(t)
    const tokens = [await connect(simulator), await connect(simulator)]
    const code = (await consent(simulator)).searchParams.get('code') ?? ''
    const grace = await connect(simulator, { person: 1 })

    simulator.revokeGrant(simulator.people[0].uri)

    for (const token of tokens) assert.equal((await callApi(simulator, token, '/me')).status, 401)
    assert.equal((await requestToken(simulator, { code })).status, 400)
    assert.equal((await callApi(simulator, grace, '/me')).status, 200)
  })

  test('is not for people who do not exist', async (t) => {
    const simulator = await startTestSimulator(t)

    assert.throws(() => simulator.revokeGrant('/users/1'), /No person has the uri "\/users\/1"/)
  })

  test('never comes by age, unless the switch gives tokens a lifetime', async (t) => {
    const simulator = await startTestSimulator(t)
    const staying = await connect(simulator)
    simulator.setSwitches({ tokenSeconds: 3600 })
    const ending = await connect(simulator)
    const body = await readApi(simulator, ending, '/oauth/verify')

    simulator.passSeconds(3600)

    assert.equal(body['expires_on'], String(Date.parse('2026-11-23T13:00:00Z') / 1000))
    assert.match(body['refresh_token'] as string, /^[0-9a-f]{40}$/)
    assert.equal((await callApi(simulator, ending, '/me')).status, 401)
    assert.equal((await callApi(simulator, staying, '/me')).status, 200)
  })

  test('comes by disuse where the switch says so, and use puts it off', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { inactiveTokenSeconds: 100 } })
    const used = await connect(simulator)
    const unused = await connect(simulator)

    simulator.passSeconds(60)
    await callApi(simulator, used, '/me')
    simulator.passSeconds(60)

    assert.equal((await callApi(simulator, used, '/me')).status, 200)
    assert.equal((await callApi(simulator, unused, '/me')).status, 401)
  })
})
