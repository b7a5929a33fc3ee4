import assert from 'node:assert/strict'
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import * as oauth from 'oauth4webapi'
import { ThroughlineError } from '../base/error.ts'
import { authorizeAt, createTestClient } from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type Behaviour,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { readAuthorizationResponse, openAuthorizationResponse } from './authorization-response.ts'
import { toOAuthError, toShownText } from './oauth-error.ts'
import { requestRevocation } from './revocation.ts'
import { requestFreshTokenSet, requestTokenSet } from './token-request.ts'
import { createTokenSet } from './token-set.ts'

let server: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer()
})
after(() => server.close())

/** Everything that printing an error in the usual ways would write. */
function printed(thrown: unknown): string {
  const chunks: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, written) {
      chunks.push(String(chunk))
      written()
    },
  })
  const console = new Console(sink, sink)
  console.error(thrown)
  console.log('%o %O %s %j', thrown, thrown, thrown, thrown)
  const error = thrown as Error
  return [
    ...chunks,
    inspect(thrown, { depth: Infinity, showHidden: true, getters: true }),
    JSON.stringify(thrown),
    JSON.stringify(thrown, Object.getOwnPropertyNames(error)),
    String(error),
    error.stack,
    inspect(error.cause, { depth: Infinity, showHidden: true }),
  ].join('\n')
}

/** Which of the secrets stand in a text, in clear or in a usual encoding. */
function leaked(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => {
    const bytes = Buffer.from(secret)
    const forms = [
      secret,
      encodeURIComponent(secret),
      bytes.toString('hex'),
      bytes.toString('base64url'),
      bytes.toString('base64'),
    ]
    return forms.some((form) => text.includes(form))
  })
}

/** Answers that give back what they were sent, or tokens that cannot be used. */
function leakingAnswers(secrets: readonly string[]): readonly Behaviour[] {
  const all = secrets.join(' ')
  const tokens = { access_token: 'planted-new-access', refresh_token: 'planted-new-refresh' }
  const json = (members: object, status = 200) => ({ status, body: JSON.stringify(members) })
  return [
    json({ error: 'invalid_grant', error_description: `You sent ${all}`, ...tokens }, 400),
    json({ error: 'invalid_grant', error_description: encodeURIComponent(all) }, 400),
    json({ error: all.slice(0, 250), error_uri: all }, 400),
    json({ error: 'invalid_client', error_description: all }, 401),
    {
      ...json({ error: 'invalid_client' }, 401),
      headers: { 'www-authenticate': `Bearer a="${secrets[0]}"` },
    },
    json({ error: 'server_error', error_description: all }, 500),
    json({ error: all, error_description: all }),
    json({ ...tokens }),
    json({ ...tokens, token_type: 'mac' }),
    json({ ...tokens, token_type: all }),
    json({ ...tokens, token_type: 'bearer', expires_in: all }),
    json({ ...tokens, token_type: 'bearer', scope: [all] }),
    json({ ...tokens, token_type: 'bearer', refresh_token: { all } }),
    json({ access_token: { ...tokens }, token_type: 'bearer' }),
    json([tokens]),
    { body: `{"access_token":"planted-new-access" ${all}` },
    { status: 502, body: `<h1>${all}`, headers: { 'content-type': 'text/html' } },
    { status: 404, body: all },
    { redirectTo: `https://evil.example/?all=${encodeURIComponent(all)}` },
    { body: `{"access_token":"planted-new-access${'x'.repeat(1_200_000)}` },
    { drop: 'before-answer' },
    { body: JSON.stringify({ ...tokens, all }), drop: 'within-body' },
  ]
}

const NEW = ['planted-new-access', 'planted-new-refresh']

describe('errors', () => {
  test('LG-02 the search finds what oauth4webapi’s own errors give away', async () => {
    const response = Response.json({ access_token: 'planted-new-access', token_type: 'mac' })
    const client = { client_id: 'the-client' }

    const raw = await oauth
      .processRefreshTokenResponse(server.metadata as never, client, response)
      .catch((thrown: unknown) => thrown)
    assert.deepEqual(leaked(printed(raw), NEW), ['planted-new-access'])
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const hidden = new Error(Buffer.from('planted-new-access').toString(encoding))
      assert.deepEqual(leaked(printed(hidden), NEW), ['planted-new-access'])
    }
  })

  test('LG-02 no error of a code exchange shows a secret', async () => {
    for (const authentication of ['basic', 'basic-raw', 'body'] as const) {
      const client = createTestClient(authentication)
      const count = leakingAnswers(['x']).length
      for (let index = 0; index < count; index++) {
        const request = await authorizeAt(server, client)
        const code = openAuthorizationResponse(request.response).get('code') ?? ''
        const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')
        const secrets = [code, request.codeVerifier, client.clientSecret ?? '', basic]
        server.next(
          leakingAnswers(secrets.slice(0, authentication === 'basic-raw' ? 4 : 3))[index] ?? {},
        )

        const thrown = await requestTokenSet(request).catch((error: unknown) => error)
        assert.ok(thrown instanceof ThroughlineError, `answer ${index}`)
        assert.deepEqual(leaked(printed(thrown), [...secrets, ...NEW]), [], `answer ${index}`)
        assert.equal(thrown.cause, undefined)
      }
    }
  })

  test('LG-02 no error of a refresh or a revocation shows a secret', async () => {
    const client = createTestClient('body')
    const authorizationServer = server.metadata
    const secrets = ['planted-old-access', 'planted-old-refresh', client.clientSecret ?? '']
    const [accessToken = '', refreshToken = ''] = secrets
    const tokenSet = createTokenSet({ accessToken, refreshToken, scope: [] })
    const options = { authorizationServer, client, tokenSet, fetch, now: () => 0 }
    for (const behaviour of leakingAnswers(secrets)) {
      server.next(behaviour)
      const refused = await requestFreshTokenSet(options).catch((error: unknown) => error)
      assert.ok(refused instanceof ThroughlineError)
      assert.deepEqual(leaked(printed(refused), [...secrets, ...NEW]), [])

      // A revocation that is answered with 200 succeeds, whatever the body.
      server.next({ path: '/revoke', ...behaviour, status: behaviour.status ?? 400 })
      const kept = await requestRevocation(options).catch((error: unknown) => error)
      assert.ok(kept instanceof ThroughlineError || behaviour.status === 200)
      assert.deepEqual(leaked(printed(kept ?? new Error()), [...secrets, ...NEW]), [])
    }
  })

  test('LG-02 no error of an authorization response shows code or state', () => {
    const state = 'planted-state'.padEnd(43, '-')
    const secrets = ['planted-code', state]
    const queries = [
      `code=planted-code&code=planted-code&state=${state}`,
      `code=planted-code&state=${state}x`,
      `code=planted-code&state=${state}&iss=https://evil.example`,
      `code=planted-code&state=${state}&error=access_denied&error_description=planted-code+${state}`,
      `code=planted-code&state=${state}&error=planted-code`,
      `code=${'planted-code'.repeat(500)}&state=${state}`,
      `state=${state}`,
    ]
    for (const query of queries) {
      const expected = { authorizationServer: server.metadata, client: createTestClient(), state }
      assert.throws(
        () => readAuthorizationResponse(new URLSearchParams(query), expected),
        (thrown) =>
          thrown instanceof ThroughlineError && leaked(printed(thrown), secrets).length === 0,
        query,
      )
    }
  })

  test('LG-02 an error that nobody foresaw keeps its name and loses everything else', () => {
    const context = {
      kind: 'code',
      endpoint: 'https://as.example/token?a=planted-query',
      secrets: [],
    } as const
    const odd = new TypeError('planted-message', { cause: { token: 'planted-cause' } })

    const error = toOAuthError(odd, context)
    assert.equal(error.code, 'oauth.request-failed')
    assert.equal(error.details['name'], 'TypeError')
    assert.doesNotMatch(printed(error), /planted/)
  })
})

describe('toShownText()', () => {
  test('cuts after it has taken the secrets out', () => {
    const secret = 'planted-secret'

    assert.equal(toShownText(`${'x'.repeat(295)}${secret}`, [secret]), `${'x'.repeat(295)}[reda`)
    assert.equal(toShownText('a short ab', ['ab']), 'a short ab')
  })
})
