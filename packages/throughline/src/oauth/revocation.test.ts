import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { authorizeAt, createTestClient } from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { requestRevocation } from './revocation.ts'
import { requestFreshTokenSet, requestTokenSet } from './token-request.ts'
import { createTokenSet, type TokenSet } from './token-set.ts'

let server: TestAuthorizationServer
let tokenSet: TokenSet
before(async () => {
  server = await startAuthorizationServer({ expiresIn: 60 })
})
after(() => server.close())
beforeEach(async () => {
  tokenSet = (await requestTokenSet(await authorizeAt(server))).tokenSet
})

const optionsFor = (set: TokenSet) => ({
  authorizationServer: server.metadata,
  client: createTestClient(),
  tokenSet: set,
  fetch,
})

const hasCode = (code: string) => (thrown: unknown) => isThroughlineError(thrown, code)

/** The requests to /revoke during a call, as `hint token`. */
async function revocationsOf(call: () => Promise<void>): Promise<readonly string[]> {
  const before = server.requestsTo('/revoke').length
  await call()
  const requests = server.requestsTo('/revoke').slice(before)
  return requests.map(({ form }) => `${form.get('token_type_hint')} ${form.get('token')}`)
}

describe('requestRevocation()', () => {
  test('RV-01 ends the refresh token, then the access token', async () => {
    const sent = await revocationsOf(() => requestRevocation(optionsFor(tokenSet)))

    const { accessToken, refreshToken } = tokenSet
    assert.deepEqual(sent, [`refresh_token ${refreshToken}`, `access_token ${accessToken}`])
    const headers = { authorization: `Bearer ${accessToken}` }
    assert.equal((await fetch(`${server.origin}/me`, { headers })).status, 401)
    await assert.rejects(
      requestFreshTokenSet({ ...optionsFor(tokenSet), now: () => 0 }),
      hasCode('oauth.grant-dead'),
    )
  })

  test('RV-01 ends an access token alone, and takes an unknown one for revoked', async () => {
    const bare = createTokenSet({ accessToken: 'unknown', scope: [] })

    const sent = await revocationsOf(() => requestRevocation(optionsFor(bare)))
    assert.deepEqual(sent, ['access_token unknown'])
  })

  test('RV-01 tries the other hint when the server cannot revoke this kind, once', async () => {
    const bare = createTokenSet({ accessToken: 'token', scope: [] })
    const unsupported = {
      path: '/revoke',
      status: 400,
      members: { error: 'unsupported_token_type' },
    }

    server.next(unsupported)
    const once = await revocationsOf(() => requestRevocation(optionsFor(bare)))
    assert.deepEqual(once, ['access_token token', 'refresh_token token'])
    server.next(unsupported)
    server.next(unsupported)
    const twice = await revocationsOf(() => requestRevocation(optionsFor(bare)))
    assert.equal(twice.length, 2)
  })

  test('RV-01 says that the server is away for 503, 429 and a reset', async () => {
    for (const behaviour of [
      { status: 503 },
      { status: 429 },
      { drop: 'before-answer' },
    ] as const) {
      server.next({ path: '/revoke', ...behaviour })
      await assert.rejects(requestRevocation(optionsFor(tokenSet)), hasCode('oauth.unavailable'))
    }
  })

  test('RV-01 says that the client was rejected', async () => {
    server.next({ path: '/revoke', status: 401, members: { error: 'invalid_client' } })

    await assert.rejects(requestRevocation(optionsFor(tokenSet)), hasCode('oauth.client-rejected'))
  })

  test('sends no token where there is no endpoint, or one that is not https', async () => {
    const { revocation_endpoint: _, ...without } = server.metadata
    const evil = { ...server.metadata, revocation_endpoint: 'http://localhost/revoke' }

    const options = optionsFor(tokenSet)
    await assert.rejects(
      requestRevocation({ ...options, authorizationServer: without }),
      hasCode('oauth.no-revocation-endpoint'),
    )
    await assert.rejects(
      requestRevocation({ ...options, authorizationServer: evil }),
      hasCode('oauth.endpoint-refused'),
    )
  })
})
