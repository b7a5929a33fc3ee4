import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import {
  startAuthorizationServer,
  type Behaviour,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { discoverServer, wellKnownUrls } from './discovery.ts'

const OPENID = '/.well-known/openid-configuration'
const RFC_8414 = '/.well-known/oauth-authorization-server'
const ISSUER = 'https://login.films.example'

let server: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer()
})
after(() => server.close())

const metadata = (members: Readonly<Record<string, unknown>> = {}) => ({
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  ...members,
})

/** Every host is the test's server, so that names of public issuers can be used. */
const fetchHere: typeof globalThis.fetch = (input, init) => {
  const { pathname, search } = new URL(input instanceof Request ? input.url : input)
  return fetch(server.origin + pathname + search, init)
}

interface Told {
  readonly issuer?: string
  readonly endpointOrigins?: readonly string[]
  readonly fetch?: typeof globalThis.fetch
}

/** Discovers an issuer whose server answers so. */
function discover(behaviours: readonly Behaviour[], told: Told = {}) {
  for (const behaviour of behaviours) server.next({ isPlain: true, ...behaviour })
  return discoverServer({ issuer: ISSUER, endpointOrigins: [], fetch: fetchHere, ...told })
}

const saying = (members: Readonly<Record<string, unknown>>, more: Told = {}) =>
  discover([{ path: OPENID, members: metadata(members) }], more)

describe('wellKnownUrls()', () => {
  for (const [issuer, openId, rfc8414] of [
    ['https://h.example', OPENID, RFC_8414],
    ['https://h.example/', OPENID, RFC_8414],
    ['https://h.example/t1', `/t1${OPENID}`, `${RFC_8414}/t1`],
    ['https://h.example/t1/', `/t1${OPENID}`, `${RFC_8414}/t1`],
    ['https://h.example/a/b', `/a/b${OPENID}`, `${RFC_8414}/a/b`],
  ] as const) {
    test(`MD-01 looks for ${issuer} where both specifications say`, () => {
      assert.deepEqual(wellKnownUrls(issuer), [
        `https://h.example${openId}`,
        `https://h.example${rfc8414}`,
      ])
    })
  }

  for (const [issuer, code] of [
    ['https://h.example?tenant=1', 'oauth.metadata-invalid'],
    ['https://h.example/#a', 'oauth.endpoint-refused'],
    ['https://ada@h.example', 'oauth.endpoint-refused'],
    ['http://h.example', 'oauth.endpoint-refused'],
    ['h.example', 'oauth.endpoint-refused'],
  ] as const) {
    test(`MD-01 SS-02 refuses the issuer ${issuer}`, () => {
      assert.throws(
        () => wellKnownUrls(issuer),
        (thrown) => isThroughlineError(thrown, code),
      )
    })
  }
})

describe('discoverServer()', () => {
  test('MD-04 takes metadata without anything optional', async () => {
    assert.deepEqual(await saying({}), metadata())
  })

  test('MD-04 takes what is of use to us, and leaves the rest', async () => {
    const known = {
      revocation_endpoint: `${ISSUER}/revoke`,
      jwks_uri: `${ISSUER}/keys`,
      userinfo_endpoint: 'https://api.films.example/me',
      id_token_signing_alg_values_supported: ['ES256', 'none'],
      authorization_response_iss_parameter_supported: true,
    }
    const found = await saying({ ...known, registration_endpoint: 'x', jwks: {}, scopes: [1] })

    assert.deepEqual(found, metadata(known))
  })

  test('reads by RFC 8414 where there is nothing of OpenID, whatever is in its place', async () => {
    for (const nothing of [
      { status: 404 },
      { status: 400, members: { error: 'no' } },
      { headers: { 'content-type': 'text/html' }, body: '<h1>Films</h1>' },
      { redirectTo: '/login' },
      { body: '[]' },
    ] satisfies Behaviour[]) {
      const found = await discover([
        { path: OPENID, ...nothing },
        { path: RFC_8414, members: metadata() },
      ])
      assert.equal(found.token_endpoint, `${ISSUER}/token`)
    }
  })

  test('MD-01 finds an issuer with a path at its own path', async () => {
    const issuer = `${ISSUER}/t1`
    const path = `/t1${OPENID}`

    const found = await discover([{ path, members: metadata({ issuer }) }], { issuer })
    assert.equal(found.issuer, issuer)
  })

  for (const issuer of [
    `${ISSUER}/`,
    'https://LOGIN.films.example',
    `${ISSUER}:443`,
    'http://login.films.example',
    'https://evil.example',
    `${ISSUER}\n`,
    '',
    undefined,
    5,
    [ISSUER],
  ]) {
    test(`MX-08 refuses metadata whose issuer is ${JSON.stringify(issuer)}`, async () => {
      const { code, message } = await failureOf(saying({ issuer }))

      assert.equal(code, 'oauth.metadata-invalid')
      assert.match(message, /its "issuer" is .*Write the issuer as the server does/)
    })
  }

  for (const [member, value] of [
    ['authorization_endpoint', undefined],
    ['token_endpoint', undefined],
    ['token_endpoint', null],
    ['token_endpoint', 5],
    ['jwks_uri', {}],
    ['userinfo_endpoint', `${ISSUER}/${'x'.repeat(2_000)}`],
  ] as const) {
    test(`MD-04 refuses ${member} ${JSON.stringify(value)?.slice(0, 12)}, and names it`, async () => {
      const { code, message } = await failureOf(saying({ [member]: value }))

      assert.equal(code, 'oauth.metadata-invalid')
      assert.ok(message.includes(`"${member}"`))
    })
  }

  for (const [what, behaviour] of [
    ['no JSON', { body: 'hello' }],
    ['no object', { body: 'null' }],
    ['a member twice', { body: `{"issuer":"${ISSUER}","issuer":"https://evil.example"}` }],
    ['status 404', { status: 404 }],
    ['status 206', { status: 206, members: metadata() }],
    ['another content type', { headers: { 'content-type': 'text/plain' }, members: metadata() }],
    ['a redirect', { redirectTo: `${RFC_8414}/elsewhere` }],
  ] as const satisfies readonly (readonly [string, Behaviour])[]) {
    test(`MD-02 refuses ${what} at both places, and says what was there`, async () => {
      const before = server.requests.length
      const { code, message } = await failureOf(
        discover([
          { path: OPENID, ...behaviour },
          { path: RFC_8414, ...behaviour },
        ]),
      )

      assert.equal(code, 'oauth.metadata-invalid')
      assert.match(message, /openid-configuration \(.+\) and at .+oauth-authorization-server \(/)
      assert.equal(server.requests.length, before + 2)
    })
  }

  for (const [what, behaviour, code] of [
    ['too large', { body: ' '.repeat(262_145) }, 'oauth.answer-too-large'],
    ['down', { status: 503 }, 'oauth.unavailable'],
    ['busy', { status: 429 }, 'oauth.unavailable'],
    ['cut off', { drop: 'within-body', members: metadata() }, 'oauth.unavailable'],
  ] as const) {
    test(`MD-02 PF-01 does not look on where the server is ${what}`, async () => {
      const before = server.requests.length

      assert.equal((await failureOf(discover([{ path: OPENID, ...behaviour }]))).code, code)
      assert.equal(server.requests.length, before + 1)
    })
  }

  test('MD-02 reads metadata of 200 kB', async () => {
    const members = metadata({ more: 'x'.repeat(200_000) })

    assert.equal((await discover([{ path: OPENID, members }])).issuer, ISSUER)
  })

  for (const url of [
    'https://evil.example/token',
    'https://films.example.evil.example/token',
    'https://10.0.0.1/token',
    'https://169.254.169.254/token',
    'https://[::1]/token',
    'https://[::ffff:10.0.0.1]/token',
    'https://2130706433/token',
    'https://localhost/token',
    'http://127.0.0.1:8080/token',
    'https://intranet/token',
  ]) {
    test(`SS-02 refuses an endpoint of a public issuer at ${url}, and accepts one of its own (GHSA-5rr4-8452-hf4v)`, async () => {
      for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
        const { code, message } = await failureOf(saying({ [name]: url }))
        assert.equal(code, 'oauth.endpoint-foreign')
        assert.ok(message.includes(`endpointOrigins: ['${new URL(url).origin}']`))
      }
      assert.ok(await saying({ token_endpoint: 'https://tokens.films.example/token' }))
    })
  }

  for (const url of ['http://login.films.example/token', 'ftp://login.films.example', '/token']) {
    test(`SS-02 refuses the endpoint ${url}, which nothing secret may be sent to`, async () => {
      assert.equal(
        (await failureOf(saying({ token_endpoint: url }))).code,
        'oauth.endpoint-refused',
      )
    })
  }

  test('SS-02 tells neighbours below a public suffix apart', async () => {
    const issuer = 'https://ada.github.io'
    const own = {
      issuer,
      authorization_endpoint: `${issuer}/a`,
      token_endpoint: 'https://login.ada.github.io/t',
    }
    const foreign = { ...own, token_endpoint: 'https://bob.github.io/t' }

    assert.ok(await saying(own, { issuer }))
    assert.equal((await failureOf(saying(foreign, { issuer }))).code, 'oauth.endpoint-foreign')
  })

  test('SS-02 takes endpoints elsewhere where the record names the origin, and only that', async () => {
    const endpointOrigins = ['https://tokens.example']
    const told = { endpointOrigins }

    assert.ok(await saying({ token_endpoint: 'https://tokens.example/t' }, told))
    for (const url of ['https://a.tokens.example/t', 'https://tokens.example:8443/t']) {
      const failure = await failureOf(saying({ token_endpoint: url }, told))
      assert.equal(failure.code, 'oauth.endpoint-foreign')
    }
  })

  test('SS-02 lets an issuer on this machine have its endpoints on this machine', async () => {
    const issuer = server.origin
    const members = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: 'http://127.0.0.1:1/token',
    }

    assert.deepEqual(await saying(members, { issuer, fetch }), members)
    const foreign = { ...members, token_endpoint: 'https://10.0.0.1/token' }
    const failure = await failureOf(saying(foreign, { issuer, fetch }))
    assert.equal(failure.code, 'oauth.endpoint-foreign')
  })
})
