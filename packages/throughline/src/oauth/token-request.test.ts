import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import {
  authorizeAt,
  createTestClient,
  TEST_REDIRECT_URI,
} from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type Behaviour,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { readAuthorizationResponse } from './authorization-response.ts'
import { createOAuthClient } from './oauth-client.ts'
import { requestTokenSet } from './token-request.ts'
import { isScopeWithin, type TokenSet } from './token-set.ts'

let server: TestAuthorizationServer
let canary: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer({ expiresIn: 3_600, iss: true })
  canary = await startAuthorizationServer()
})
after(() => Promise.all([server.close(), canary.close()]))

const lastRequest = () => server.requests.at(-1) ?? assert.fail('no request arrived')

const statusOfMe = async ({ accessToken }: TokenSet) => {
  const headers = { authorization: `Bearer ${accessToken}` }
  return (await fetch(`${server.origin}/me`, { headers })).status
}

describe('requestTokenSet()', () => {
  test('exchanges a code for tokens that work', async () => {
    const { tokenSet, answer } = await requestTokenSet(await authorizeAt(server))

    assert.match(tokenSet.accessToken, /^access-/)
    assert.match(tokenSet.refreshToken ?? '', /^refresh-/)
    assert.deepEqual(tokenSet.scope, ['public', 'private'])
    assert.equal(tokenSet.expiresAt, 1_000 + 3_600)
    assert.equal(await statusOfMe(tokenSet), 200)
    assert.deepEqual(answer['user'], { uri: '/users/1', name: 'Ada Example' })
  })

  test('TK-01 posts a form, with nothing in the URL, and asks for JSON', async () => {
    const request = await authorizeAt(server)
    await requestTokenSet(request)

    const { method, query, headers, form } = lastRequest()
    assert.equal(method, 'POST')
    assert.equal(query.size, 0)
    assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/)
    assert.equal(headers.accept, 'application/json')
    assert.deepEqual([...form.keys()].toSorted(), [
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
    ])
    assert.equal(form.get('grant_type'), 'authorization_code')
  })

  test('AR-04 sends the redirect URI of the authorization request, byte for byte', async () => {
    await requestTokenSet(await authorizeAt(server))

    const sent = server.requestsTo('/authorize').at(-1)?.query.get('redirect_uri')
    assert.equal(sent, TEST_REDIRECT_URI)
    assert.equal(lastRequest().form.get('redirect_uri'), sent)
  })

  const secrets = [
    'a:b',
    'a%b',
    'a+b',
    'a&b',
    'a=b',
    'a/b',
    'a b',
    'aéb',
    'ab+/c=D',
    "a!*'()b",
    'a"\\b',
    '東京',
  ]
  for (const clientSecret of secrets) {
    test(`TK-02 sends the secret ${clientSecret} in the way that each authentication names`, async () => {
      for (const authentication of ['basic', 'basic-raw', 'body'] as const) {
        const client = createOAuthClient({ clientId: 'the-client', clientSecret, authentication })
        await requestTokenSet(await authorizeAt(server, client))

        const { headers, form } = lastRequest()
        const basic = headers.authorization?.replace(/^Basic /, '') ?? ''
        const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(/:(.*)/s)
        if (authentication === 'body') {
          assert.equal(headers.authorization, undefined)
          assert.equal(form.get('client_secret'), clientSecret)
          continue
        }
        assert.equal(form.has('client_secret'), false)
        assert.equal(form.has('client_id'), false)
        const decode = (text: string) => new URLSearchParams(`text=${text}`).get('text')
        const decoded = authentication === 'basic' ? [id, secret].map(decode) : [id, secret]
        assert.deepEqual(decoded, ['the-client', clientSecret])
      }
    })
  }

  test('TK-02 LB-06 sends a public client’s id in the body, and no secret', async () => {
    await requestTokenSet(await authorizeAt(server, createTestClient('none')))

    const { headers, form } = lastRequest()
    assert.equal(headers.authorization, undefined)
    assert.equal(form.get('client_id'), 'the-client')
    assert.equal(form.has('client_secret'), false)
  })

  test('CB-09 sends a code of any legal shape as it came', async () => {
    const text = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
      minLength: 1,
      maxLength: 200,
    })
    const sample = fc.sample(
      fc.oneof(
        text,
        fc.string({ minLength: 1 }).map((s) => s.toWellFormed()),
      ),
      60,
    )
    const request = await authorizeAt(server)
    const { authorizationServer, client } = request
    const state = 'S'.repeat(43)
    for (const code of [
      '%2B',
      'a+b',
      'a/b=',
      '+',
      ' ',
      '%',
      '%25',
      'é東🙅',
      'x'.repeat(4_096),
      ...sample,
    ]) {
      const parameters = new URLSearchParams(
        `code=${encodeURIComponent(code)}&state=${state}&iss=${encodeURIComponent(server.origin)}`,
      )
      const response = readAuthorizationResponse(parameters, { authorizationServer, client, state })

      await failureOf(requestTokenSet({ ...request, response }))
      assert.equal(lastRequest().form.get('code'), code)
    }
  })

  test('PK-06 a code of another authorization request gives nothing', async () => {
    const mine = await authorizeAt(server)
    const theirs = await authorizeAt(server)

    const failure = await failureOf(requestTokenSet({ ...mine, response: theirs.response }))
    assert.equal(failure.code, 'oauth.code-rejected')
    assert.equal((await requestTokenSet(mine)).tokenSet.scope.length, 2)
  })

  test('CB-03 a code that was used is refused, for the person to start again', async () => {
    const request = await authorizeAt(server)
    await requestTokenSet(request)

    const failure = await failureOf(requestTokenSet(request))
    assert.equal(failure.code, 'oauth.code-rejected')
    assert.equal(failure.attribution, 'person')
  })

  test('TK-03 follows no redirect with a code', async () => {
    server.next({ redirectTo: `${canary.origin}/token`, status: 307 })

    const failure = await failureOf(requestTokenSet(await authorizeAt(server)))
    assert.equal(failure.code, 'oauth.redirect-refused')
    assert.equal(canary.requests.length, 0)
  })

  test('TK-12 sends a code once when the server took it and then broke off', async () => {
    const breaks: readonly Behaviour[] = [
      { drop: 'before-answer' },
      { drop: 'within-body' },
      { status: 500 },
      { status: 503, headers: { 'retry-after': '0' } },
      { status: 429 },
      { status: 421 },
    ]
    for (const behaviour of breaks) {
      const request = await authorizeAt(server)
      const before = server.requestsTo('/token').length
      server.next(behaviour)

      await failureOf(requestTokenSet(request))
      assert.equal(server.requestsTo('/token').length, before + 1, JSON.stringify(behaviour))
      // Had it been sent again, the server would now call it used twice and have ended the grant.
    }
  })

  test('TK-09 keeps what was granted: less, more, none said, in another order', async () => {
    const cases: readonly (readonly [unknown, readonly string[], boolean])[] = [
      ['public', ['public'], false],
      ['video_files private public', ['video_files', 'private', 'public'], true],
      ['private public', ['private', 'public'], true],
      ['', [], false],
      [undefined, ['public', 'private'], true],
      [null, ['public', 'private'], true],
    ]
    for (const [scope, granted, isAll] of cases) {
      server.next({ members: { scope } })

      const request = await authorizeAt(server)
      const { tokenSet } = await requestTokenSet(request)
      assert.deepEqual(tokenSet.scope, granted)
      assert.equal(isScopeWithin(request.askedScope, tokenSet.scope), isAll)
    }
  })

  test('TK-09 splits a scope at the separator of the provider', async () => {
    server.next({ members: { scope: 'repo,gist' } })

    const { tokenSet } = await requestTokenSet({
      ...(await authorizeAt(server)),
      scopeSeparator: ',',
    })
    assert.deepEqual(tokenSet.scope, ['repo', 'gist'])
  })

  test('reads the error that a quirk names as a rejected code, and only with the quirk', async () => {
    const errorsMean = { names: { invalid_request: 'invalid_grant' }, reason: 'as Vimeo' }
    const rejects = { status: 400, members: { error: 'invalid_request' } }

    server.next(rejects)
    const with_ = requestTokenSet({ ...(await authorizeAt(server)), quirks: { errorsMean } })
    assert.equal((await failureOf(with_)).code, 'oauth.code-rejected')
    server.next(rejects)
    const without = requestTokenSet(await authorizeAt(server))
    assert.equal((await failureOf(without)).code, 'oauth.request-rejected')
  })

  for (const endpoint of ['http://localhost:1/token', 'http://as.example/token', '/token', '']) {
    test(`TK-14 sends nothing to the token endpoint ${JSON.stringify(endpoint)}`, async () => {
      const request = await authorizeAt(server)
      const authorizationServer = { ...server.metadata, token_endpoint: endpoint }

      const failure = await failureOf(requestTokenSet({ ...request, authorizationServer }))
      assert.equal(failure.code, 'oauth.endpoint-refused')
    })
  }
})
