import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { isThroughlineError } from '../base/error.ts'
import {
  assertProvider,
  registrationFromEnvironment,
  relocate,
  toOAuthClient,
  type Provider,
} from './provider.ts'

const sound = {
  name: 'two-words',
  title: 'Two Words',
  authorizationServer: {
    issuer: 'https://login.example',
    authorization_endpoint: 'https://login.example/authorize?tenant=1',
    token_endpoint: 'https://login.example/token',
    revocation_endpoint: 'https://api.example/v1/revoke',
    authorization_response_iss_parameter_supported: true,
  },
  clientAuthentication: 'basic',
  api: 'https://api.example/v1',
  apiOrigins: ['https://api.example', 'https://uploads.example'],
  quirks: { pkceUnconfirmed: { reason: 'not documented' } },
  account: async () => ({ subject: '1', name: 'Ada', claims: {} }),
  source: 'https://docs.example/oauth',
  checked: '2026-11-23',
} satisfies Provider

const hasCode = (code: string) => (thrown: unknown) => isThroughlineError(thrown, code)

const { revocation_endpoint: _none, ...withoutRevocation } = sound.authorizationServer

describe('assertProvider()', () => {
  test('accepts a sound record', () => {
    assertProvider(sound)
  })

  const bad: Readonly<Record<string, Partial<Provider>>> = {
    'name empty': { name: '' },
    'name with a slash': { name: 'a/b' },
    'name in capitals': { name: 'Vimeo' },
    'title empty': { title: '' },
    'title of many lines': { title: 'a\nb' },
    'api with a final slash': { api: 'https://api.example/' },
    'api with a query': { api: 'https://api.example?a=b' },
    'apiOrigins without that of api': { apiOrigins: ['https://uploads.example'] },
    'apiOrigins with a path': { apiOrigins: ['https://api.example', 'https://uploads.example/a'] },
    'quirks.pkceUnconfirmed without a reason': { quirks: { pkceUnconfirmed: { reason: '' } } },
    'quirks.revokesBy with a URL': {
      quirks: { revokesBy: { method: 'DELETE', path: 'https://evil.example', reason: 'x' } },
    },
    'quirks.revokesBy without path and endpoint': {
      quirks: { revokesBy: { method: 'POST', reason: 'x' } },
      authorizationServer: withoutRevocation,
    },
    'account missing': { account: undefined as never },
    'source missing': { source: '' },
    'checked undated': { checked: 'yesterday' },
  }
  for (const [name, change] of Object.entries(bad)) {
    test(`refuses ${name}, naming the member`, () => {
      assert.throws(
        () => assertProvider({ ...sound, ...change }),
        (thrown) =>
          isThroughlineError(thrown, 'providers.record-invalid') &&
          thrown.details['member'] === name.split(' ')[0],
      )
    })
  }

  test('AR-09 TK-14 refuses endpoints and APIs that are not https', () => {
    const authorizationServer = { ...sound.authorizationServer, token_endpoint: 'http://a.example' }
    const api = 'http://api.example'

    const refused = hasCode('oauth.endpoint-refused')
    assert.throws(() => assertProvider({ ...sound, authorizationServer }), refused)
    assert.throws(() => assertProvider({ ...sound, api, apiOrigins: [api] }), refused)
  })
})

describe('relocate()', () => {
  test('moves the authorization server and the API, and nothing else', () => {
    const { authorizationServer, api, apiOrigins, ...rest } = relocate(
      sound,
      'http://127.0.0.1:4000',
    )

    assert.deepEqual(authorizationServer, {
      issuer: 'http://127.0.0.1:4000',
      authorization_endpoint: 'http://127.0.0.1:4000/authorize?tenant=1',
      token_endpoint: 'http://127.0.0.1:4000/token',
      revocation_endpoint: 'http://127.0.0.1:4000/v1/revoke',
      authorization_response_iss_parameter_supported: true,
    })
    assert.equal(api, 'http://127.0.0.1:4000/v1')
    assert.deepEqual(apiOrigins, ['http://127.0.0.1:4000', 'https://uploads.example'])
    const { authorizationServer: _, api: __, apiOrigins: ___, ...before } = sound
    assert.deepEqual(rest, before)
  })

  test('gives a record that is sound again, and leaves the old one alone', () => {
    const copy = structuredClone(sound.authorizationServer)

    assertProvider(relocate(sound, 'http://[::1]:4000'))
    assert.deepEqual(sound.authorizationServer, copy)
  })

  test('moves no host whose name only begins alike', () => {
    const apiOrigins = ['https://api.example', 'https://api.example.evil']

    assert.deepEqual(relocate({ ...sound, apiOrigins }, 'https://sim.example').apiOrigins, [
      'https://sim.example',
      'https://api.example.evil',
    ])
  })

  for (const origin of [
    'http://127.0.0.1:4000/',
    'http://127.0.0.1:4000/a',
    'https://sim.example?a',
  ]) {
    test(`refuses ${origin}, which is more than an origin`, () => {
      assert.throws(() => relocate(sound, origin), hasCode('providers.origin-invalid'))
    })
  }

  for (const origin of ['http://sim.example', 'http://localhost:4000', 'sim.example', '']) {
    test(`TK-14 refuses ${origin || 'the empty origin'}`, () => {
      assert.throws(() => relocate(sound, origin), hasCode('oauth.endpoint-refused'))
    })
  }

  test("names the operator's variable in what it refuses", () => {
    const vimeoLike = { ...sound, name: 'vimeo' }
    assert.throws(() => relocate(vimeoLike, 'nowhere'), /"VIMEO_ORIGIN" is not an absolute URL/)
    assert.throws(
      () => relocate(vimeoLike, 'https://sim.example/'),
      /VIMEO_ORIGIN is "https:\/\/sim\.example\/", expected an origin such as `https:\/\/sim\.example`/,
    )
  })
})

describe('registrationFromEnvironment()', () => {
  const id = { TWO_WORDS_CLIENT_ID: 'the-client' }
  const secret = { TWO_WORDS_CLIENT_SECRET: 'planted-secret' }
  const origin = { TWO_WORDS_ORIGIN: 'http://127.0.0.1:4000' }

  test('reads id, secret and origin under the name of the provider', () => {
    const {
      clientId,
      clientSecret,
      origin: moved,
    } = registrationFromEnvironment(sound, { ...id, ...secret, ...origin, VIMEO_CLIENT_ID: 'x' }) ??
    {}

    assert.deepEqual(
      [clientId, clientSecret, moved],
      ['the-client', 'planted-secret', origin.TWO_WORDS_ORIGIN],
    )
  })

  test('finds none where neither id nor secret is set, or both are empty', () => {
    assert.equal(registrationFromEnvironment(sound, {}), undefined)
    assert.equal(registrationFromEnvironment(sound, origin), undefined)
    const empty = { TWO_WORDS_CLIENT_ID: ' ', TWO_WORDS_CLIENT_SECRET: '' }
    assert.equal(registrationFromEnvironment(sound, empty), undefined)
  })

  for (const [missing, env] of [
    ['TWO_WORDS_CLIENT_SECRET', id],
    ['TWO_WORDS_CLIENT_ID', secret],
    ['TWO_WORDS_CLIENT_SECRET', { ...id, TWO_WORDS_CLIENT_SECRET: ' ' }],
  ] as const) {
    test(`names ${missing} when only ${Object.keys(env).join(' and a blank ')} is set`, () => {
      assert.throws(
        () => registrationFromEnvironment(sound, env),
        (thrown) =>
          isThroughlineError(thrown, 'providers.registration-incomplete') &&
          thrown.details['missing'] === missing &&
          thrown.message.includes(`${missing} is not`) &&
          !inspect(thrown).includes('planted'),
      )
    })
  }

  test('LB-06 asks for no secret where the client is public', () => {
    const provider = { ...sound, clientAuthentication: 'none' } as const
    const registration = registrationFromEnvironment(provider, id)

    assert.deepEqual({ ...registration }, { clientId: 'the-client' })
    assert.ok(registration)
    assert.equal(toOAuthClient(provider, registration).authentication, 'none')
  })

  test('LG-02 shows no secret when it is printed, nor does the client made of it', () => {
    const registration = registrationFromEnvironment(sound, { ...id, ...secret }) ?? assert.fail()
    const client = toOAuthClient(sound, registration)

    assert.equal(client.clientSecret, 'planted-secret')
    assert.equal(client.authentication, 'basic')
    const shown = inspect([registration, client]) + JSON.stringify([registration, client])
    assert.doesNotMatch(shown, /planted/)
  })
})
