/** A client without a library, as one writes it with curl: what may vary in a request and what may not. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import {
  connect,
  consent,
  readJson,
  requestToken,
  startTestSimulator,
  TEST_REDIRECT_URI,
} from '../../src/vimeo/testing.ts'

describe('the Accept header', () => {
  for (const accept of [
    'application/vnd.vimeo.*+json;version=3.4',
    'application/vnd.vimeo.*+json; version=3.4',
    'application/vnd.vimeo.*;version=3.4',
    'application/vnd.vimeo.video+json;version=3.4.9',
    'application/json',
    '*/*',
  ]) {
    test(`may be ${accept}`, async (t) => {
      const simulator = await startTestSimulator(t)
      const authorization = `Bearer ${await connect(simulator)}`

      const response = await fetch(`${simulator.origin}/me/videos?per_page=1`, {
        headers: { authorization, accept },
      })
      const [video] = (await readJson(response))['data'] as Record<string, unknown>[]

      assert.equal(response.status, 200)
      assert.equal(response.headers.get('content-type'), 'application/vnd.vimeo.video+json')
      assert.ok(Array.isArray(video?.['download']))
    })
  }

  test('keeps file links away when it names an older version', async (t) => {
    const simulator = await startTestSimulator(t)
    const authorization = `Bearer ${await connect(simulator)}`

    const response = await fetch(`${simulator.origin}/me/videos?per_page=1`, {
      headers: { authorization, accept: 'application/vnd.vimeo.*+json;version=3.2' },
    })
    const [video] = (await readJson(response))['data'] as Record<string, unknown>[]

    assert.equal('download' in (video ?? {}), false)
  })
})

describe('the Authorization header', () => {
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    test(`may say ${scheme}`, async (t) => {
      const simulator = await startTestSimulator(t)
      const headers = { authorization: `${scheme} ${await connect(simulator)}` }

      assert.equal((await fetch(`${simulator.origin}/me`, { headers })).status, 200)
    })
  }

  for (const scheme of ['Basic', 'basic']) {
    test(`may say ${scheme} for the client`, async (t) => {
      const simulator = await startTestSimulator(t)
      const code = (await consent(simulator)).searchParams.get('code') ?? ''
      const authorization = simulator.basic.replace('Basic', scheme)

      assert.equal((await requestToken(simulator, { code }, { authorization })).status, 200)
    })
  }

  test('is needed: a token in the query is not read', async (t) => {
    const simulator = await startTestSimulator(t)
    const token = await connect(simulator)

    const response = await fetch(`${simulator.origin}/me?access_token=${token}`)

    assert.equal(response.status, 401)
    assert.equal((await readJson(response))['error_code'], 8003)
  })
})

describe('the body of a token request', () => {
  const types = {
    'application/x-www-form-urlencoded': (parameters: Record<string, string>) =>
      new URLSearchParams(parameters).toString(),
    'application/x-www-form-urlencoded; charset=UTF-8': (parameters: Record<string, string>) =>
      new URLSearchParams(parameters).toString(),
    'application/json': (parameters: Record<string, string>) => JSON.stringify(parameters),
    'application/vnd.vimeo.auth+json': (parameters: Record<string, string>) =>
      JSON.stringify(parameters),
  }
  for (const [type, write] of Object.entries(types)) {
    test(`may be ${type}`, async (t) => {
      const simulator = await startTestSimulator(t)
      const code = (await consent(simulator)).searchParams.get('code') ?? ''

      const response = await fetch(`${simulator.origin}/oauth/access_token`, {
        method: 'POST',
        headers: { authorization: simulator.basic, 'content-type': type },
        body: write({
          grant_type: 'authorization_code',
          code,
          redirect_uri: TEST_REDIRECT_URI,
        }),
      })

      assert.equal(response.status, 200)
    })
  }

  test('may not be anything else', async (t) => {
    const simulator = await startTestSimulator(t)

    const response = await fetch(`${simulator.origin}/oauth/access_token`, {
      method: 'POST',
      headers: { authorization: simulator.basic, 'content-type': 'text/plain' },
      body: 'grant_type=authorization_code',
    })

    assert.equal(response.status, 400)
    assert.equal((await readJson(response))['error'], 'invalid_request')
  })
})
