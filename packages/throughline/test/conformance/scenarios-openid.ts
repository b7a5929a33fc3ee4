/*
 * Scenarios of the suite's plans for clients of OpenID Connect.
 */
import assert from 'node:assert/strict'
import { createSigningKey } from '../../src/testing/signed-token.ts'
import { signedAnew, unsigned, withBrokenSignature } from './bent-issuer.ts'
import { asItIs, badIdToken, claims, succeeds, type Scenario } from './scenario.ts'

const SIGNATURE = /its signature is not that of the issuer/
const ELSEWHERE = 'http://127.0.0.1:9/claims'

/** Without the prefix that all names have. */
const scenarios: readonly Scenario[] = [
  { name: '', ...asItIs, expected: succeeds },
  {
    name: '-invalid-iss',
    bent: 'the ID token is of another issuer',
    bend: claims(() => ({ iss: 'https://evil.example' })),
    expected: badIdToken(/"iss" is another issuer/),
  },
  {
    name: '-missing-sub',
    bent: 'the ID token tells of nobody',
    bend: claims(() => ({ sub: undefined })),
    expected: badIdToken(/"sub" is not 1 to 255 characters/),
  },
  {
    name: '-invalid-aud',
    bent: 'the ID token is for another program',
    bend: claims(() => ({ aud: 'another' })),
    expected: badIdToken(/"aud" is not this program/),
  },
  {
    name: '-missing-aud',
    bent: 'the ID token is for nobody',
    bend: claims(() => ({ aud: undefined })),
    expected: badIdToken(/"aud" is not this program/),
  },
  {
    name: '-missing-iat',
    bent: 'the ID token does not say when it was made',
    bend: claims(() => ({ iat: undefined })),
    expected: badIdToken(/it has no "iat"/),
  },
  {
    name: '-nonce-invalid',
    bent: 'the ID token answers another request',
    bend: claims(() => ({ nonce: 'another' })),
    expected: badIdToken(/"nonce" is not that of the request/),
  },
  {
    name: '-invalid-athash',
    bent: 'the ID token came with another access token',
    bend: claims(() => ({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })),
    expected: badIdToken(/"at_hash" belongs to something else/),
  },
  {
    name: '-kid-absent-single-jwks',
    bent: 'the ID token names no key; there is one',
    bend: ({ idToken }) => idToken((header) => delete header['kid']),
    expected: succeeds,
  },
  {
    name: '-kid-absent-multiple-jwks',
    bent: 'the ID token names no key; there are three',
    async bend({ idToken, addKey }) {
      await addKey()
      await addKey()
      idToken((header) => delete header['kid'])
    },
    expected: succeeds,
  },
  { name: '-idtoken-sig-rs256', ...asItIs, expected: succeeds },
  {
    name: '-idtoken-sig-none',
    bent: 'the ID token is not signed, and says so',
    bend: ({ forged }) => forged((right) => unsigned(right, { alg: 'none' })),
    expected: badIdToken(/not signed by RS256/),
  },
  {
    name: '-invalid-sig-rs256',
    bent: 'a bit of the signature is turned',
    bend: ({ forged }) => forged(withBrokenSignature),
    expected: badIdToken(SIGNATURE),
  },
  {
    name: '-invalid-sig-es256',
    bent: 'the issuer may sign by ES256, and the ID token is signed so under its name by another',
    async bend({ forged, metadata, addKey }) {
      const kid = await addKey('ES256')
      metadata((body) => (body['id_token_signing_alg_values_supported'] = ['RS256', 'ES256']))
      forged((right) => signedAnew(right, { alg: 'ES256', kid }, createSigningKey('ES256')))
    },
    expected: badIdToken(SIGNATURE),
  },
  {
    name: '-invalid-sig-hs256',
    bent: 'the ID token has a MAC by the client’s secret, and the metadata has HS256',
    bend({ forged, metadata, clientSecret }) {
      metadata((body) => (body['id_token_signing_alg_values_supported'] = ['RS256', 'HS256']))
      forged((right) => unsigned(right, { alg: 'HS256' }, clientSecret))
    },
    expected: badIdToken(/not signed by RS256/),
  },
  {
    name: '-userinfo-invalid-sub',
    bent: 'UserInfo tells of another account',
    bend: ({ userInfo }) => userInfo((body) => (body['sub'] = 'another')),
    expected: { outcome: 'refused', code: 'oauth.subject-mismatch', about: /another account/ },
  },
  {
    name: '-userinfo-bearer-header',
    ...asItIs,
    expected: succeeds,
    check({ requests }) {
      const asked = requests.filter(({ url }) => url.endsWith('/userinfo'))
      assert.equal(asked.length, 1)
      assert.match(asked[0]?.headers.get('authorization') ?? '', /^Bearer ./)
    },
  },
  {
    name: '-userinfo-signed',
    bent: 'UserInfo answers with a signed token, which is not read',
    bend({ metadata, origin, service }) {
      metadata((body) => (body['userinfo_endpoint'] = `${origin}/signed`))
      service.addRoute('GET', '/signed', (_, response) => {
        response.writeHead(200, { 'content-type': 'application/jwt' }).end('a.b.c')
      })
    },
    expected: { outcome: 'succeeds', shows: /Connected as johndoe/ },
  },
  {
    name: '-scope-userinfo-claims',
    bent: 'not at all: UserInfo has the name, for the scope that was asked',
    bend: () => {},
    expected: { outcome: 'succeeds', shows: /Connected as Ada Example \(openid profile\)/ },
  },
  ...(['aggregated', 'distributed'] as const).map((kind): Scenario => ({
    name: `-${kind}-claims`,
    bent: 'UserInfo leaves claims to somebody else, whom nobody asks',
    bend: ({ userInfo }) =>
      userInfo((body) => {
        const source = kind === 'aggregated' ? { JWT: 'a.b.c' } : { endpoint: ELSEWHERE }
        Object.assign(body, { _claim_names: { email: 's' }, _claim_sources: { s: source } })
      }),
    expected: succeeds,
    check: ({ requests }) => assert.ok(!requests.some(({ url }) => url === ELSEWHERE)),
  })),
  {
    name: '-client-secret-basic',
    ...asItIs,
    expected: succeeds,
    check({ exchanges }) {
      assert.match(exchanges[0]?.headers.get('authorization') ?? '', /^Basic ./)
      assert.equal(exchanges[0]?.form.has('client_secret'), false)
    },
  },
  {
    name: '-discovery-openid-config',
    ...asItIs,
    expected: succeeds,
    check: ({ requests }, { origin }) =>
      assert.equal(requests[0]?.url, `${origin}/.well-known/openid-configuration`),
  },
  {
    name: '-discovery-jwks-uri-keys',
    ...asItIs,
    expected: succeeds,
    check: ({ requests }, { origin }) =>
      assert.ok(requests.some(({ url }) => url === `${origin}/jwks`)),
  },
  {
    name: '-discovery-issuer-mismatch',
    bent: 'the metadata is of another issuer',
    bend: ({ metadata, origin }) => metadata((body) => (body['issuer'] = `${origin}/another`)),
    expected: { outcome: 'refused', code: 'oauth.metadata-invalid', about: /its "issuer" is/ },
  },
  {
    name: '-signing-key-rotation-just-before-signing',
    bent: 'there is another key once the person has left',
    bend: ({ redirect, addKey }) => redirect(() => void addKey()),
    expected: succeeds,
  },
  {
    name: '-signing-key-rotation',
    bent: 'there is another key after the first sign-in',
    bend: () => {},
    onceConnected: 'rotate-and-connect-again',
    expected: succeeds,
  },
  { name: '-refresh-token', ...asItIs, onceConnected: 'refresh', expected: succeeds },
  {
    name: '-refresh-token-invalid-issuer',
    bent: 'the ID token of a refresh is of another issuer',
    bend: onlyInRefresh({ iss: 'https://evil.example' }),
    onceConnected: 'refresh',
    expected: badRefresh(/"iss" is another issuer/),
  },
  {
    name: '-refresh-token-invalid-sub',
    bent: 'the ID token of a refresh tells of another account',
    bend: onlyInRefresh({ sub: 'another' }),
    onceConnected: 'refresh',
    expected: badRefresh(/"sub" is another account/),
  },
]

function badRefresh(about: RegExp): Scenario['expected'] {
  return { outcome: 'asked-again', code: 'oauth.id-token-invalid', about }
}

/** Bends the ID tokens that are made after the first answer was sent. */
function onlyInRefresh(bent: Readonly<Record<string, unknown>>): Scenario['bend'] {
  return (issuer) => {
    let answered = 0
    issuer.tokens(() => void (answered += 1))
    return claims(() => (answered > 0 ? bent : {}))(issuer)
  }
}

/** By their whole names. */
export const OPENID_SCENARIOS: readonly Scenario[] = scenarios.map((scenario) => ({
  ...scenario,
  name: `oidcc-client-test${scenario.name}`,
}))
