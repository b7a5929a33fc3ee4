import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { authorizeAt, createTestClient } from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { systemRandom } from '../base/random.ts'
import { createAuthorizationRequest } from './authorization-request.ts'
import { readAuthorizationResponse } from './authorization-response.ts'
import { requestRevocation } from './revocation.ts'
import { toGrantedScope, type TokenQuirks } from './token-quirks.ts'
import { requestFreshTokenSet, requestTokenSet } from './token-request.ts'
import { createTokenSet } from './token-set.ts'

let server: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer()
})
after(() => server.close())

const reason = 'as a vendor does'

/** Exchanges a code; the answer has these members over its own. */
async function exchange(quirks: TokenQuirks, members: Readonly<Record<string, unknown>> = {}) {
  server.next({ members })
  return requestTokenSet({ ...(await authorizeAt(server)), quirks })
}

const lastForm = () => server.requestsTo('/token').at(-1) ?? assert.fail()

describe('errorsMean', () => {
  const names = { bad_verification_code: 'invalid_grant', bad_client_secret: 'invalid_client' }
  const quirks = { errorsMean: { names, reason } }

  test('TK-05 takes a vendor’s word in an answer with status 200 for the RFC’s, and keeps it', async () => {
    const rejected = await failureOf(exchange(quirks, { error: 'bad_verification_code' }))
    assert.equal(rejected.code, 'oauth.code-rejected')
    assert.equal(rejected.details['error'], 'bad_verification_code')

    const client = await failureOf(exchange(quirks, { ok: false, error: 'bad_client_secret' }))
    assert.equal(client.code, 'oauth.client-rejected')
    assert.equal(client.attribution, 'operator')
  })

  test('leaves words alone that it does not name, also those of every object', async () => {
    const failure = await failureOf(exchange(quirks, { error: 'constructor' }))
    assert.equal(failure.code, 'oauth.request-rejected')
  })

  test('finds the word where the vendor has it, and knows a dead grant by it', async () => {
    const errorsMean = { at: ['errors', 0, 'field'], names: { refresh_token: 'invalid_grant' } }
    const errors = [{ resource: 'RefreshToken', field: 'refresh_token', code: 'invalid' }]
    server.next({ isPlain: true, status: 400, members: { message: 'Bad Request', errors } })

    const refresh = requestFreshTokenSet({
      ...(await authorizeAt(server)),
      quirks: { errorsMean: { ...errorsMean, reason } },
      tokenSet: createTokenSet({ accessToken: 'a-token', refreshToken: 'r-token', scope: [] }),
    })
    assert.equal((await failureOf(refresh)).code, 'oauth.grant-dead')
  })
})

describe('tokensIn and bearerCalled', () => {
  const quirks = {
    tokensIn: { member: 'authed_user', reason },
    bearerCalled: { name: 'user', reason },
  }

  test('take the tokens, their scope and their end from the member that the record names', async () => {
    const authed = { access_token: 'xoxp-1', token_type: 'user', scope: 'a b', expires_in: 60 }
    const { tokenSet, answer } = await exchange(quirks, {
      access_token: undefined,
      authed_user: { id: 'U1', refresh_token: 'xoxe-1', ...authed },
    })

    assert.deepEqual([tokenSet.accessToken, tokenSet.refreshToken], ['xoxp-1', 'xoxe-1'])
    assert.deepEqual(tokenSet.scope, ['a', 'b'])
    assert.equal(tokenSet.expiresAt, 1_060)
    assert.doesNotMatch(JSON.stringify(answer), /xox/)
  })

  test('take them from outermost where that member has none', async () => {
    const { tokenSet } = await exchange(quirks, { access_token: 'xoxp-2', token_type: 'user' })
    assert.equal(tokenSet.accessToken, 'xoxp-2')
  })

  test('TK-07 refuse every other token_type, and a missing one unless the record expects that', async () => {
    for (const token_type of ['mac', 'bot', undefined]) {
      const failure = await failureOf(exchange(quirks, { token_type }))
      assert.equal(failure.code, 'oauth.answer-invalid', String(token_type))
    }
    const absent = { bearerCalled: { name: undefined, reason } }
    assert.ok(await exchange(absent, { token_type: undefined }))
    assert.ok(await exchange(absent, { token_type: 'Bearer' }))
  })
})

describe('requestsInJson', () => {
  const headers = { 'notion-version': '2025-09-03' }
  const quirks = { requestsInJson: { headers, reason } }

  test('sends the token request as JSON, with the headers of the record, and the secret as ever', async () => {
    server.next({ isPlain: true, members: { access_token: 'a-token', token_type: 'bearer' } })
    await requestTokenSet({ ...(await authorizeAt(server)), quirks })

    const sent = lastForm()
    assert.equal(sent.headers['content-type'], 'application/json')
    assert.equal(sent.headers['notion-version'], '2025-09-03')
    assert.match(sent.headers.authorization ?? '', /^Basic /)
    const { grant_type, code, ...rest } = JSON.parse(sent.body) as Record<string, string>
    assert.equal(grant_type, 'authorization_code')
    assert.match(code ?? '', /^code-/)
    assert.deepEqual(Object.keys(rest).toSorted(), ['code_verifier', 'redirect_uri'])
  })

  test('RV-01 sends a revocation so too, of the one token that the record names', async () => {
    const tokenSet = createTokenSet({ accessToken: 'a-token', refreshToken: 'r-token', scope: [] })
    const asked = { authorizationServer: server.metadata, client: createTestClient(), tokenSet }
    const before = server.requestsTo('/revoke').length
    for (const only of ['access_token', 'refresh_token'] as const) {
      await requestRevocation({ ...asked, fetch, quirks, only })
    }

    const bodies = server.requestsTo('/revoke').slice(before)
    assert.deepEqual(
      bodies.map(({ body }) => JSON.parse(body) as unknown),
      [{ token: 'a-token' }, { token: 'r-token' }],
    )
  })
})

describe('withoutPkce', () => {
  test('leaves PKCE out of both requests, and out of no other provider’s', async () => {
    const client = createTestClient()
    const redirectUri = 'https://app.example/cb'
    const asked = {
      authorizationServer: server.metadata,
      client,
      redirectUri,
      random: systemRandom,
    }
    const { url, state, codeVerifier } = createAuthorizationRequest({
      ...asked,
      scope: ['email'],
      scopeParameter: 'user_scope',
      withoutPkce: true,
    })
    assert.doesNotMatch(url, /code_challenge/)
    assert.equal(new URL(url).searchParams.get('user_scope'), 'email')
    assert.equal(new URL(url).searchParams.get('scope'), null)

    const { searchParams } = await server.consent(new URL(url))
    const response = readAuthorizationResponse(searchParams, { ...asked, state })
    await requestTokenSet({
      ...asked,
      response,
      codeVerifier,
      askedScope: [],
      fetch,
      now: () => 1,
      quirks: { withoutPkce: { reason } },
    })
    assert.equal(lastForm().form.has('code_verifier'), false)
    await exchange({})
    assert.equal(lastForm().form.has('code_verifier'), true)
  })
})

describe('scopeInRedirect and scopeAnsweredWith', () => {
  async function granted(quirks: TokenQuirks, told: readonly string[], scope?: string) {
    const client = createTestClient()
    const { authorizationServer, redirectUri } = await authorizeAt(server)
    const asked = { authorizationServer, client, redirectUri, scope: ['read', 'write'] }
    const { url, state, codeVerifier } = createAuthorizationRequest({
      ...asked,
      random: systemRandom,
    })
    const { searchParams } = await server.consent(new URL(url))
    for (const one of told) searchParams.append('scope', one)
    const response = readAuthorizationResponse(searchParams, { ...asked, state })
    server.next({ members: { scope } })
    const rest = { codeVerifier, askedScope: asked.scope, fetch, now: () => 1, quirks }
    const { tokenSet } = await requestTokenSet({ ...asked, ...rest, response, scopeSeparator: ',' })
    return tokenSet.scope
  }

  test('TK-09 believe the redirect, where the token response has no scope', async () => {
    const quirks = { scopeInRedirect: { reason } }
    assert.deepEqual(await granted(quirks, ['read,read_all']), ['read', 'read_all'])
    assert.deepEqual(await granted(quirks, ['']), [])
    assert.deepEqual(await granted(quirks, []), ['read', 'write'])
    assert.deepEqual(await granted({}, ['read']), ['read', 'write'])
  })

  test('CB-01 refuse a redirect that has two of them', async () => {
    const failure = await failureOf(granted({ scopeInRedirect: { reason } }, ['read', 'write']))
    assert.equal(failure.code, 'oauth.response-invalid')
  })

  test('split an answer by its own separator', async () => {
    const quirks = { scopeAnsweredWith: { separator: ';', reason } }
    assert.deepEqual(await granted(quirks, [], 'read;write'), ['read', 'write'])
  })
})

describe('toGrantedScope()', () => {
  test('TK-09 adds what a wider name includes, at any depth, and what it is otherwise called', () => {
    const names = { admin: ['write'], write: ['read'], 'https://a.example/email': ['email'] }
    const quirks = { scopeIncludes: { names, reason } }

    assert.deepEqual(toGrantedScope(['admin'], [], quirks), ['admin', 'write', 'read'])
    assert.deepEqual(toGrantedScope(['read'], ['admin'], quirks), ['read'])
    const email = ['https://a.example/email', 'email']
    assert.deepEqual(toGrantedScope(email.slice(0, 1), ['email'], quirks), email)
    assert.deepEqual(toGrantedScope(['constructor'], [], quirks), ['constructor'])
  })

  test('TK-09 ends where names include one another', () => {
    const quirks = { scopeIncludes: { names: { a: ['b'], b: ['a'] }, reason } }
    assert.deepEqual(toGrantedScope(['a'], [], quirks), ['a', 'b'])
  })

  test('TK-09 knows a name with and without the prefix, whatever its capitals', () => {
    const prefix = 'https://graph.example/'
    const quirks = { scopePrefix: { prefix, reason } }

    assert.deepEqual(toGrantedScope([`${prefix}User.Read`], ['User.Read'], quirks), [
      `${prefix}User.Read`,
      'User.Read',
    ])
    const asked = [`${prefix}Mail.Read`]
    assert.deepEqual(toGrantedScope(['mail.read'], asked, quirks), ['mail.read', ...asked])
    assert.deepEqual(toGrantedScope(['User.Read'], ['Mail.Read'], quirks), ['User.Read'])
  })

  test('TK-09 counts as granted what no answer lists, only where it was asked', () => {
    const quirks = { scopeUnsaid: { names: ['offline_access'], reason } }
    assert.deepEqual(toGrantedScope(['a'], ['offline_access', 'b'], quirks), [
      'a',
      'offline_access',
    ])
    assert.deepEqual(toGrantedScope(['a'], ['b'], quirks), ['a'])
  })
})
