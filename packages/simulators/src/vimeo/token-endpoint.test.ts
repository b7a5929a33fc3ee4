/** The exchange of a code for a token, and every way in which it fails. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'

import {
  callApi,
  connect,
  consent,
  readJson,
  requestToken,
  startTestSimulator,
  TEST_REDIRECT_URI,
  type ConsentOptions,
  type TestSimulator,
} from './testing.ts'

async function createCode(simulator: TestSimulator, options?: ConsentOptions): Promise<string> {
  return (await consent(simulator, options)).searchParams.get('code') ?? ''
}

describe('POST /oauth/access_token', () => {
  test('answers token, type, scope, user and app', async (t) => {
    const simulator = await startTestSimulator(t, { appName: 'Clip Mover' })

    const response = await requestToken(simulator, { code: await createCode(simulator) })
    const body = await readJson(response)

    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.match(body['access_token'] as string, /^[0-9a-f]{32}$/)
    assert.equal(body['token_type'], 'bearer')
    assert.deepEqual(
      new Set((body['scope'] as string).split(' ')),
      new Set(['public', 'private', 'video_files']),
    )
    assert.equal((body['user'] as { uri: string }).uri, '/users/98765432')
    assert.deepEqual(body['app'], { name: 'Clip Mover', uri: '/apps/123456' })
    assert.equal('refresh_token' in body || 'expires_on' in body || 'expires_in' in body, false)
  })

  test('takes a JSON body as well as a form', async (t) => {
    const simulator = await startTestSimulator(t)
    const code = await createCode(simulator)

    const response = await fetch(`${simulator.origin}/oauth/access_token`, {
      method: 'POST',
      headers: { authorization: simulator.basic, 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        code,
        redirect_uri: TEST_REDIRECT_URI,
      }),
    })

    assert.equal(response.status, 200)
  })

  test('refuses a malformed JSON body', async (t) => {
    const simulator = await startTestSimulator(t)

    const response = await fetch(`${simulator.origin}/oauth/access_token`, {
      method: 'POST',
      headers: { authorization: simulator.basic, 'content-type': 'application/json' },
      body: '{"grant_type":',
    })

    assert.equal(response.status, 400)
    assert.equal((await readJson(response))['error'], 'invalid_request')
  })

  test('grants only what the person left ticked', async (t) => {
    const simulator = await startTestSimulator(t)

    const code = await createCode(simulator, { ticked: ['public', 'private'] })
    const body = await readJson(await requestToken(simulator, { code }))

    assert.deepEqual((body['scope'] as string).split(' ').toSorted(), ['private', 'public'])
  })

  test('grants public alone where private was unticked, since the others need it', async (t) => {
    const simulator = await startTestSimulator(t)

    const code = await createCode(simulator, { ticked: ['video_files'] })
    const body = await readJson(await requestToken(simulator, { code }))

    assert.equal(body['scope'], 'public')
  })

  test('never grants a ticked scope that was not asked for', async (t) => {
    const simulator = await startTestSimulator(t)

    const code = await createCode(simulator, { ticked: ['private', 'delete'] })
    const body = await readJson(await requestToken(simulator, { code }))

    assert.deepEqual((body['scope'] as string).split(' ').toSorted(), ['private', 'public'])
  })

  test('takes a code once; the second time it is an invalid request', async (t) => {
    const simulator = await startTestSimulator(t)
    const code = await createCode(simulator)

    const first = await requestToken(simulator, { code })
    const second = await requestToken(simulator, { code })

    assert.equal(first.status, 200)
    assert.equal(second.status, 400)
    assert.equal(second.headers.get('content-type'), 'application/json')
    assert.deepEqual(await readJson(second), {
      error: 'invalid_request',
      error_description: 'Invalid authorization code',
    })
  })

  test('lets exactly one of two exchanges at the same time through', async (t) => {
    const simulator = await startTestSimulator(t)
    const code = await createCode(simulator)

    const both = await Promise.all([
      requestToken(simulator, { code }),
      requestToken(simulator, { code }),
    ])

    assert.deepEqual(
      both.map(({ status }) => status).toSorted((left, right) => left - right),
      [200, 400],
    )
  })

  test('refuses a code that never was', async (t) => {
    const simulator = await startTestSimulator(t)

    const response = await requestToken(simulator, { code: 'ab'.repeat(20) })

    assert.equal(response.status, 400)
    assert.equal((await readJson(response))['error'], 'invalid_request')
  })

  test('takes a code in its tenth minute and refuses it afterwards', async (t) => {
    const simulator = await startTestSimulator(t)
    const early = await createCode(simulator)
    const late = await createCode(simulator)

    simulator.passSeconds(599)
    const inTime = await requestToken(simulator, { code: early })
    simulator.passSeconds(1)
    const tooLate = await requestToken(simulator, { code: late })

    assert.equal(inTime.status, 200)
    assert.equal(tooLate.status, 400)
  })

  test('refuses another redirect URI than the one the code was sent to', async (t) => {
    const other = 'http://127.0.0.1:9/other'
    const simulator = await startTestSimulator(t, { redirectUris: [TEST_REDIRECT_URI, other] })
    const code = await createCode(simulator)

    const response = await requestToken(simulator, { code, redirect_uri: other })
    const body = await readJson(response)

    assert.equal(response.status, 400)
    assert.equal(body['error'], 'invalid_request')
    assert.match(body['error_description'] as string, /redirect URI does not match/)
  })

  test('refuses other grant types', async (t) => {
    const simulator = await startTestSimulator(t)

    const response = await requestToken(simulator, { grant_type: 'refresh_token' })

    assert.equal(response.status, 400)
    assert.equal((await readJson(response))['error'], 'unsupported_grant_type')
  })
})

describe('client authentication', () => {
  test('has a made-up secret that holds plus, slash and equals sign', async (t) => {
    const { clientSecret } = await startTestSimulator(t)

    for (const mark of ['+', '/', '=']) assert.ok(clientSecret.includes(mark))
  })

  test('compares the Basic header raw, so that a form-encoded secret is refused', async (t) => {
    const simulator = await startTestSimulator(t)
    const { clientId, clientSecret } = simulator
    const encoded = `Basic ${btoa(`${clientId}:${encodeURIComponent(clientSecret)}`)}`
    const code = await createCode(simulator)

    const refused = await requestToken(simulator, { code }, { authorization: encoded })
    const taken = await requestToken(simulator, { code })

    assert.equal(refused.status, 400)
    assert.equal((await readJson(refused))['error'], 'invalid_client')
    assert.equal(taken.status, 200)
  })

  test('takes the form-encoded secret where the switch says so, and then not the raw one', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { basic: 'rfc6749' } })
    const { clientId, clientSecret } = simulator
    const encoded = `Basic ${btoa(`${clientId}:${encodeURIComponent(clientSecret)}`)}`
    const code = await createCode(simulator)

    const refused = await requestToken(simulator, { code })
    const taken = await requestToken(simulator, { code }, { authorization: encoded })

    assert.equal(refused.status, 400)
    assert.equal(taken.status, 200)
  })

  test('refuses a secret in the body and a bearer token in place of Basic', async (t) => {
    const simulator = await startTestSimulator(t)
    const { clientId, clientSecret } = simulator
    const token = await connect(simulator)
    const code = await createCode(simulator)

    const inBody = await requestToken(
      simulator,
      { code, client_id: clientId, client_secret: clientSecret },
      { authorization: '' },
    )
    const bearer = await requestToken(simulator, { code }, { authorization: `Bearer ${token}` })

    assert.equal(inBody.status, 400)
    assert.equal(bearer.status, 400)
    assert.deepEqual(await readJson(bearer), {
      error: 'invalid_client',
      error_description:
        "A valid client ID must be provided along with any request made to Vimeo's API",
    })
  })
})

describe('PKCE', () => {
  test('is ignored unless the switch enforces it', async (t) => {
    const simulator = await startTestSimulator(t)
    const parameters = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }

    const code = await createCode(simulator, { parameters })
    const response = await requestToken(simulator, { code, code_verifier: 'does-not-fit' })

    assert.equal(response.status, 200)
  })

  test('is checked where the switch enforces it', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { pkce: 'enforce' } })
    const verifier = randomBytes(32).toString('base64url')
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const parameters = { code_challenge: challenge, code_challenge_method: 'S256' }
    const code = await createCode(simulator, { parameters })

    const without = await consent(simulator)
    const wrong = await requestToken(simulator, { code, code_verifier: `${verifier}x` })
    const right = await requestToken(simulator, { code, code_verifier: verifier })

    assert.equal(without.searchParams.get('error'), 'invalid_request')
    assert.equal(wrong.status, 400)
    assert.equal(right.status, 200)
  })
})

describe('POST /oauth/authorize/client', () => {
  test('gives a token without a person, which /me refuses with 8002', async (t) => {
    const simulator = await startTestSimulator(t)
    const response = await fetch(`${simulator.origin}/oauth/authorize/client`, {
      method: 'POST',
      headers: { authorization: simulator.basic },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const body = await readJson(response)

    const me = await callApi(simulator, body['access_token'] as string, '/me')

    assert.equal('user' in body, false)
    assert.equal(me.status, 401)
    assert.equal(me.headers.get('x-ratelimit-limit'), null)
    assert.equal((await readJson(me))['error_code'], 8002)
  })

  test('refuses a body that is neither a form nor JSON', async (t) => {
    const simulator = await startTestSimulator(t)

    const response = await fetch(`${simulator.origin}/oauth/authorize/client`, {
      method: 'POST',
      headers: { authorization: simulator.basic, 'content-type': 'text/plain' },
      body: 'grant_type=client_credentials',
    })

    assert.equal(response.status, 400)
    assert.equal((await readJson(response))['error'], 'invalid_request')
  })

  test('answers 401 and 8001 for a wrong secret', async (t) => {
    const simulator = await startTestSimulator(t)

    const response = await fetch(`${simulator.origin}/oauth/authorize/client`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${simulator.clientId}:wrong`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })

    assert.equal(response.status, 401)
    assert.equal((await readJson(response))['error_code'], 8001)
  })
})
