import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { authorizeAt, createTestClient } from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type Behaviour,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { requestFreshTokenSet, requestTokenSet } from './token-request.ts'
import { createTokenSet, serializeTokenSet, type TokenSet } from './token-set.ts'

let server: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer({ expiresIn: 3_600 })
})
after(() => server.close())

const lastRequest = () => server.requests.at(-1) ?? assert.fail('no request arrived')

const statusOfMe = async ({ accessToken }: TokenSet) => {
  const headers = { authorization: `Bearer ${accessToken}` }
  return (await fetch(`${server.origin}/me`, { headers })).status
}

describe('requestFreshTokenSet()', () => {
  const start = async () => (await requestTokenSet(await authorizeAt(server))).tokenSet
  const refresh = (tokenSet: TokenSet) =>
    requestFreshTokenSet({
      authorizationServer: server.metadata,
      client: createTestClient(),
      tokenSet,
      fetch,
      now: () => 2_000_000,
    })

  test('RF-01 gives new tokens, which work', async () => {
    const old = await start()
    const fresh = await refresh(old)

    assert.notEqual(fresh.accessToken, old.accessToken)
    assert.notEqual(fresh.refreshToken, old.refreshToken)
    assert.equal(fresh.expiresAt, 2_000 + 3_600)
    assert.equal(await statusOfMe(fresh), 200)
  })

  for (const absent of [undefined, null]) {
    test(`RF-01 keeps the old refresh token when the new one is ${absent}`, async () => {
      const old = await start()
      server.next({ members: { refresh_token: absent, scope: absent, expires_in: absent } })

      const fresh = await refresh(old)
      assert.equal(fresh.refreshToken, old.refreshToken)
      assert.deepEqual(fresh.scope, old.scope)
      assert.equal(fresh.expiresAt, undefined)
      assert.match(serializeTokenSet(fresh), /"refreshToken":"refresh-/)
    })
  }

  test('RF-07 asks for no scope', async () => {
    await refresh(await start())

    assert.deepEqual([...lastRequest().form.keys()].toSorted(), ['grant_type', 'refresh_token'])
  })

  test('RF-02 a refresh token that is used twice is the end of the grant', async () => {
    const old = await start()
    await refresh(old)

    assert.equal((await failureOf(refresh(old))).code, 'oauth.grant-dead')
  })

  test('says that a grant without a refresh token has ended, without a request', async () => {
    const before = server.requests.length
    const tokenSet = createTokenSet({ accessToken: 'planted', scope: [] })

    assert.equal((await failureOf(refresh(tokenSet))).code, 'oauth.grant-dead')
    assert.equal(server.requests.length, before)
  })

  const json = (status: number, error: string): Behaviour => ({
    status,
    body: JSON.stringify({ error }),
  })
  const answers: Readonly<Record<string, readonly [Behaviour, string]>> = {
    invalid_grant: [json(400, 'invalid_grant'), 'oauth.grant-dead'],
    'invalid_grant with 200': [json(200, 'invalid_grant'), 'oauth.grant-dead'],
    'invalid_grant with 401': [json(401, 'invalid_grant'), 'oauth.grant-dead'],
    invalid_client: [json(401, 'invalid_client'), 'oauth.client-rejected'],
    'invalid_client with 400': [json(400, 'invalid_client'), 'oauth.client-rejected'],
    unauthorized_client: [json(400, 'unauthorized_client'), 'oauth.client-rejected'],
    'invalid_client behind a challenge': [
      { ...json(401, 'invalid_client'), headers: { 'www-authenticate': 'Basic realm="x"' } },
      'oauth.client-rejected',
    ],
    'invalid_grant behind a challenge': [
      { ...json(400, 'invalid_grant'), headers: { 'www-authenticate': 'Bearer' } },
      'oauth.grant-dead',
    ],
    '401 without a word': [{ status: 401, body: '' }, 'oauth.client-rejected'],
    'a sentence with 401': [json(401, 'Something strange occurred.'), 'oauth.client-rejected'],
    invalid_request: [json(400, 'invalid_request'), 'oauth.request-rejected'],
    invalid_scope: [json(400, 'invalid_scope'), 'oauth.request-rejected'],
    unsupported_grant_type: [json(400, 'unsupported_grant_type'), 'oauth.grant-dead'],
    'an error of its own': [json(400, 'constructor'), 'oauth.request-rejected'],
    'temporarily_unavailable with 400': [json(400, 'temporarily_unavailable'), 'oauth.unavailable'],
    'invalid_grant with 503': [json(503, 'invalid_grant'), 'oauth.unavailable'],
    'invalid_grant with 429': [json(429, 'invalid_grant'), 'oauth.unavailable'],
    server_error: [json(500, 'server_error'), 'oauth.unavailable'],
    '502 in HTML': [
      { status: 502, body: '<h1>Bad', headers: { 'content-type': 'text/html' } },
      'oauth.unavailable',
    ],
    '504 without a word': [{ status: 504, body: '' }, 'oauth.unavailable'],
    '408': [{ status: 408, body: '' }, 'oauth.unavailable'],
    '403 in HTML': [
      { status: 403, body: '<h1>No', headers: { 'content-type': 'text/html' } },
      'oauth.answer-invalid',
    ],
    '404': [{ status: 404, body: '' }, 'oauth.answer-invalid'],
    'a reset': [{ drop: 'before-answer' }, 'oauth.unavailable'],
    'half an answer': [{ drop: 'within-body' }, 'oauth.unavailable'],
  }
  for (const [name, [behaviour, code]] of Object.entries(answers)) {
    test(`RF-05 PF-02 ${name} is ${code}`, async () => {
      const tokenSet = createTokenSet({
        accessToken: 'planted-access',
        refreshToken: 'planted-refresh',
        scope: [],
      })
      const before = server.requests.length
      server.next(behaviour)

      assert.equal((await failureOf(refresh(tokenSet))).code, code)
      assert.equal(server.requests.length, before + 1)
    })
  }

  for (const [value, seconds] of [
    ['7', 7],
    ['999999', 3_600],
    ['-1', undefined],
    ['soon', undefined],
  ] as const) {
    test(`TK-13 passes Retry-After: ${value} on as ${seconds}`, async () => {
      const tokenSet = await start()
      server.next({ status: 503, headers: { 'retry-after': value } })

      assert.equal((await failureOf(refresh(tokenSet))).details['retryAfterSeconds'], seconds)
    })
  }
})
