/** A strict OAuth library gets along with the simulator where it gets along with Vimeo, and nowhere else. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import * as oauth from 'oauth4webapi'

import {
  consent,
  startTestSimulator,
  TEST_REDIRECT_URI,
  type ConsentOptions,
  type TestSimulator,
} from '../../src/vimeo/testing.ts'

const options = { [oauth.allowInsecureRequests]: true }

function serverOf({ origin }: TestSimulator): oauth.AuthorizationServer {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/oauth/authorize`,
    token_endpoint: `${origin}/oauth/access_token`,
    device_authorization_endpoint: `${origin}/oauth/device`,
  }
}

/** The Basic header with the secret as it is, which the library does not bring. */
function rawBasic(secret: string): oauth.ClientAuth {
  return (_server, client, _body, headers) => {
    headers.set('authorization', `Basic ${btoa(`${client.client_id}:${secret}`)}`)
  }
}

interface Exchange {
  readonly consent?: ConsentOptions
  readonly auth?: oauth.ClientAuth
  readonly verifier?: string
  /** Changes where the person came back to. */
  readonly bend?: (location: URL) => void
}

async function exchange(
  simulator: TestSimulator,
  { bend, verifier, ...given }: Exchange = {},
): Promise<oauth.TokenEndpointResponse> {
  const server = serverOf(simulator)
  const client = { client_id: simulator.clientId }
  const location = await consent(simulator, given.consent)
  bend?.(location)
  const parameters = oauth.validateAuthResponse(server, client, location, 'a b+c&d')
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    given.auth ?? rawBasic(simulator.clientSecret),
    parameters,
    TEST_REDIRECT_URI,
    verifier ?? oauth.nopkce,
    options,
  )
  return oauth.processAuthorizationCodeResponse(server, client, response)
}

/** The error of an exchange that fails. */
async function failure(exchanged: Promise<unknown>): Promise<unknown> {
  return exchanged.then(
    () => assert.fail('the exchange succeeded'),
    (error: unknown) => error,
  )
}

function assertBodyError(error: unknown, name: string, status: number): void {
  assert.ok(error instanceof oauth.ResponseBodyError, String(error))
  assert.equal(error.error, name)
  assert.equal(error.status, status)
}

describe('oauth4webapi', () => {
  for (const tokenContentType of ['json', 'vendor'] as const) {
    test(`takes the token response under the ${tokenContentType} media type`, async (t) => {
      const simulator = await startTestSimulator(t, { switches: { tokenContentType } })

      const token = await exchange(simulator)

      assert.equal(token.token_type, 'bearer')
      assert.equal((token['user'] as { name: string }).name, 'Ada Example')
      assert.deepEqual(token['app'], { name: 'Your app', uri: '/apps/123456' })
    })
  }

  test('takes a response with expires_on, expires_in and a refresh token, and refreshes', async (t) => {
    const simulator = await startTestSimulator(t, {
      switches: {
        tokenSeconds: 60,
        expiryMembers: ['expires_on', 'expires_in', 'refresh_token'],
        refreshGrant: true,
      },
    })
    const server = serverOf(simulator)
    const client = { client_id: simulator.clientId }
    const token = await exchange(simulator)

    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      rawBasic(simulator.clientSecret),
      token.refresh_token ?? '',
      options,
    )
    const fresh = await oauth.processRefreshTokenResponse(server, client, response)

    assert.equal(token.expires_in, 60)
    assert.equal(typeof token['expires_on'], 'string')
    assert.notEqual(fresh.access_token, token.access_token)
  })

  test('hears that the person denied, with the state checked', async (t) => {
    const simulator = await startTestSimulator(t)

    const error = await failure(exchange(simulator, { consent: { decision: 'deny' } }))

    assert.ok(error instanceof oauth.AuthorizationResponseError)
    assert.equal(error.error, 'access_denied')
  })

  test('refuses a state that is not the one it sent', async (t) => {
    const simulator = await startTestSimulator(t)

    const error = await failure(
      exchange(simulator, { bend: ({ searchParams }) => searchParams.set('state', 'other') }),
    )

    assert.ok(error instanceof oauth.OperationProcessingError)
    assert.match(error.message, /"state"/)
    assert.ok(!simulator.requests.some(({ path }) => path === '/oauth/access_token'))
  })

  test('hears of a wrong code', async (t) => {
    const simulator = await startTestSimulator(t)

    const error = await failure(
      exchange(simulator, { bend: ({ searchParams }) => searchParams.set('code', 'ab') }),
    )

    assertBodyError(error, 'invalid_request', 400)
  })

  for (const invalidClientStatus of [400, 401] as const) {
    test(`hears of a wrong secret when that is answered ${invalidClientStatus}`, async (t) => {
      const simulator = await startTestSimulator(t, { switches: { invalidClientStatus } })

      const error = await failure(exchange(simulator, { auth: rawBasic('wrong') }))

      assertBodyError(error, 'invalid_client', invalidClientStatus)
    })
  }

  test('is refused with its own ClientSecretBasic, which encodes the secret first', async (t) => {
    const simulator = await startTestSimulator(t)
    const auth = oauth.ClientSecretBasic(simulator.clientSecret)

    assertBodyError(await failure(exchange(simulator, { auth })), 'invalid_client', 400)
    simulator.setSwitches({ basic: 'rfc6749' })
    assert.equal((await exchange(simulator, { auth })).token_type, 'bearer')
  })

  test('is refused with ClientSecretPost unless the switch takes it', async (t) => {
    const simulator = await startTestSimulator(t)
    const auth = oauth.ClientSecretPost(simulator.clientSecret)

    assertBodyError(await failure(exchange(simulator, { auth })), 'invalid_client', 400)
    simulator.setSwitches({ secretInBody: true })
    assert.equal((await exchange(simulator, { auth })).token_type, 'bearer')
  })

  test('proves its code verifier where PKCE is enforced', async (t) => {
    const simulator = await startTestSimulator(t, { switches: { pkce: 'enforce' } })
    const verifier = oauth.generateRandomCodeVerifier()
    const parameters = {
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }

    const token = await exchange(simulator, { consent: { parameters }, verifier })
    const other = oauth.generateRandomCodeVerifier()
    const error = await failure(exchange(simulator, { consent: { parameters }, verifier: other }))

    assert.equal(token.token_type, 'bearer')
    assertBodyError(error, 'invalid_request', 400)
  })

  test('gets a token of the client alone at the address that is not the token endpoint', async (t) => {
    const simulator = await startTestSimulator(t)
    const server = {
      ...serverOf(simulator),
      token_endpoint: `${simulator.origin}/oauth/authorize/client`,
    }
    const client = { client_id: simulator.clientId }

    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      rawBasic(simulator.clientSecret),
      { scope: 'public' },
      options,
    )
    const token = await oauth.processClientCredentialsResponse(server, client, response)

    assert.equal(token.scope, 'public')
  })

  test('reads no device codes, since Vimeo does not name its links as RFC 8628 does', async (t) => {
    const simulator = await startTestSimulator(t)
    const server = serverOf(simulator)
    const client = { client_id: simulator.clientId }

    const response = await oauth.deviceAuthorizationRequest(
      server,
      client,
      rawBasic(simulator.clientSecret),
      { grant_type: 'device_grant', scope: 'public' },
      options,
    )

    assert.equal(response.status, 200)
    await assert.rejects(
      oauth.processDeviceAuthorizationResponse(server, client, response),
      /verification_uri/,
    )
  })

  test('calls the API with the token, and is challenged once it has ended', async (t) => {
    const simulator = await startTestSimulator(t)
    const { access_token: token } = await exchange(simulator)
    const me = new URL(`${simulator.origin}/me`)
    const call = () =>
      oauth.protectedResourceRequest(token, 'GET', me, undefined, undefined, options)

    assert.equal((await call()).status, 200)
    simulator.revokeGrant(simulator.people[0].uri)
    await assert.rejects(call(), (error: unknown) => {
      assert.ok(error instanceof oauth.WWWAuthenticateChallengeError)
      assert.equal(error.cause[0]?.parameters.error, 'invalid_token')
      return true
    })
  })
})
