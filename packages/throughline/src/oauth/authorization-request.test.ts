import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { calculatePKCECodeChallenge } from 'oauth4webapi'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import {
  createAuthorizationRequest,
  toCodeChallenge,
  type AuthorizationRequestOptions,
} from './authorization-request.ts'

const options: AuthorizationRequestOptions = {
  authorizationServer: {
    issuer: 'https://as.example',
    authorization_endpoint: 'https://as.example/authorize',
    token_endpoint: 'https://as.example/token',
  },
  client: { clientId: 'the client', authentication: 'none' },
  redirectUri: 'https://app.example/oauth/callback/test?kept=a%2Fb',
  scope: ['public', 'private'],
  random: systemRandom,
}

const create = (changes: Partial<AuthorizationRequestOptions> = {}) =>
  createAuthorizationRequest({ ...options, ...changes })

const queryOf = (url: string) => new URL(url).searchParams

describe('createAuthorizationRequest()', () => {
  test('AR-01 PK-01 asks for a code with S256, whatever it is configured with', () => {
    const scopeName = fc.stringMatching(/^[a-z:._]{1,12}$/)
    const arbitrary = fc.record({
      clientId: fc.string({ minLength: 1, unit: 'grapheme' }),
      scope: fc.array(scopeName, { maxLength: 5 }),
      extra: fc.dictionary(fc.stringMatching(/^x_[a-z_]{1,10}$/), fc.string(), { maxKeys: 4 }),
      path: fc.webPath(),
    })
    fc.assert(
      fc.property(arbitrary, ({ clientId, scope, extra, path }) => {
        const { authorizationServer } = options
        const { url } = create({
          authorizationServer: {
            ...authorizationServer,
            authorization_endpoint: `https://as.example${path}?response_type=token&scope=all`,
          },
          client: { clientId, authentication: 'none' },
          scope,
          extraParameters: extra,
        })
        const query = queryOf(url)
        assert.deepEqual(query.getAll('response_type'), ['code'])
        assert.deepEqual(query.getAll('code_challenge_method'), ['S256'])
        assert.deepEqual(query.getAll('code_challenge').length, 1)
        assert.deepEqual(query.getAll('state').length, 1)
        assert.equal(query.has('response_mode'), false)
        assert.equal(query.get('client_id'), clientId.toWellFormed())
      }),
      { numRuns: 1_000 },
    )
  })

  test('sends what was asked, spaces as %20, and keeps the query of the endpoint', () => {
    const endpoint = 'https://as.example/authorize?tenant=7'
    const { url } = create({
      authorizationServer: { ...options.authorizationServer, authorization_endpoint: endpoint },
      scope: ['public', 'private', 'public'],
      extraParameters: { prompt: 'select account' },
    })

    const query = queryOf(url)
    assert.equal(query.get('tenant'), '7')
    assert.equal(query.get('scope'), 'public private')
    assert.equal(query.get('prompt'), 'select account')
    assert.match(url, /scope=public%20private/)
    assert.doesNotMatch(url, /\+/)
  })

  test('joins the scope by the separator of the provider, and leaves an empty one out', () => {
    assert.equal(queryOf(create({ scopeSeparator: ',' }).url).get('scope'), 'public,private')
    assert.equal(queryOf(create({ scope: [] }).url).has('scope'), false)
  })

  test('AR-02 AT-08 makes states of 256 bits, none of them twice (CVE-2023-31999)', () => {
    const states = new Set<string>()
    for (let index = 0; index < 10_000; index++) {
      const { state } = create()
      assert.match(state, /^[A-Za-z0-9_-]{43}$/)
      states.add(state)
    }
    assert.equal(states.size, 10_000)
  })

  test('AR-02 AR-03 PK-02 takes state and verifier from the generator, and nothing else', () => {
    const given = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const asked: number[] = []
    const request = create({
      random: (bytes) => {
        asked.push(bytes)
        return given[asked.length - 1] ?? new Uint8Array()
      },
    })

    assert.deepEqual(asked, [32, 32])
    assert.equal(request.state, Buffer.alloc(32, 1).toString('base64url'))
    assert.equal(request.codeVerifier, Buffer.alloc(32, 2).toString('base64url'))
    assert.equal(queryOf(request.url).get('state'), request.state)
  })

  test('AR-02 refuses a generator that gives too few bytes', () => {
    assert.throws(() => create({ random: () => new Uint8Array(8) }), TypeError)
  })

  test('AR-04 sends the redirect URI byte for byte', () => {
    for (const redirectUri of [
      options.redirectUri,
      'http://127.0.0.1:8501/',
      'https://App.example',
    ]) {
      assert.equal(queryOf(create({ redirectUri }).url).get('redirect_uri'), redirectUri)
    }
  })

  for (const redirectUri of [
    '/back',
    'app:/back',
    'https://a:b@app.example/',
    'https://a.example/#x',
  ]) {
    test(`AR-04 refuses the redirect URI ${redirectUri}`, () => {
      assert.throws(
        () => create({ redirectUri }),
        (thrown) => isThroughlineError(thrown, 'oauth.redirect-uri-refused'),
      )
    })
  }

  const reserved = [
    'client_id',
    'client_secret',
    'redirect_uri',
    'state',
    'scope',
    'code_challenge',
    'code_challenge_method',
    'code_verifier',
    'response_type',
    'response_mode',
    'nonce',
    'iss',
    'request',
    'request_uri',
    'State',
    ' state',
  ]
  for (const name of reserved) {
    test(`AR-06 refuses the extra parameter "${name}"`, () => {
      assert.throws(
        () => create({ extraParameters: { [name]: 'x' } }),
        (thrown) => isThroughlineError(thrown, 'oauth.parameter-reserved'),
      )
    })
  }

  for (const name of ['', 'two words', 'quo"te', 'back\\slash', 'umläut', 'line\nbreak']) {
    test(`AR-06 refuses the scope ${JSON.stringify(name)}`, () => {
      assert.throws(
        () => create({ scope: [name] }),
        (thrown) => isThroughlineError(thrown, 'oauth.scope-invalid'),
      )
    })
  }

  test('AR-09 refuses an authorization endpoint that is not https', () => {
    const evil = { ...options.authorizationServer, authorization_endpoint: 'javascript:alert(1)' }
    assert.throws(
      () => create({ authorizationServer: evil }),
      (thrown) => isThroughlineError(thrown, 'oauth.endpoint-refused'),
    )
  })

  test('AR-10 says so when the URL has more than 8,000 characters', () => {
    const scope = Array.from({ length: 200 }, (_, index) => `${'scope'.repeat(10)}${index}`)

    assert.ok(create({ scope: scope.slice(0, 100) }).url.length <= 8_000)
    assert.throws(
      () => create({ scope }),
      (thrown) =>
        isThroughlineError(thrown, 'oauth.request-too-long') &&
        thrown.attribution === 'script' &&
        Number(thrown.details['received']) > 8_000,
    )
  })

  test('PK-03 keeps the verifier out of the URL', () => {
    const { url, codeVerifier } = create()

    assert.equal(url.includes(codeVerifier), false)
    assert.equal(queryOf(url).get('code_challenge'), toCodeChallenge(codeVerifier))
  })
})

describe('toCodeChallenge()', () => {
  test('PK-02 gives the challenge of RFC 7636 appendix B', () => {
    const challenge = toCodeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')

    assert.equal(challenge, 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  })

  test('PK-02 agrees with another implementation on fresh verifiers', async () => {
    for (let index = 0; index < 500; index++) {
      const { codeVerifier } = create()
      assert.match(codeVerifier, /^[A-Za-z0-9._~-]{43,128}$/)
      assert.equal(toCodeChallenge(codeVerifier), await calculatePKCECodeChallenge(codeVerifier))
    }
  })
})
