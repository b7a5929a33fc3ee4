import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { readOpenIdAccount } from './openid-account.ts'
import { completeProvider, type ProviderRecord } from './provider-record.ts'
import { assertProvider, relocate } from './provider.ts'
import { vimeo } from './vimeo.ts'

const openId: ProviderRecord = {
  name: 'company',
  title: 'Example Company',
  authorizationServer: { issuer: 'https://login.company.example/main' },
}
const plain: ProviderRecord = {
  name: 'films',
  title: 'Example Films',
  authorizationServer: {
    issuer: 'https://login.films.example',
    authorization_endpoint: 'https://login.films.example/authorize',
    token_endpoint: 'https://login.films.example/token',
  },
  api: 'https://api.films.example/v1',
  account: async () => ({ subject: '1', name: 'Ada', claims: {} }),
}

const isInvalid = (member: string) => (thrown: unknown) =>
  isThroughlineError(thrown, 'providers.record-invalid') && thrown.details['member'] === member

describe('completeProvider()', () => {
  test('makes a sound provider of a name, a title and an issuer', () => {
    const { account, ...provider } = completeProvider(openId)

    assert.equal(account, readOpenIdAccount)
    assert.deepEqual(provider, {
      ...openId,
      clientAuthentication: 'basic',
      api: 'https://login.company.example',
      apiOrigins: ['https://login.company.example'],
      quirks: {},
      alwaysScope: ['openid'],
    })
    assertProvider({ ...provider, account })
  })

  test('makes a sound provider of plain endpoints and a function that reads the account', () => {
    const provider = completeProvider(plain)

    assert.deepEqual(provider.apiOrigins, ['https://api.films.example'])
    assert.equal(provider.alwaysScope, undefined)
    assertProvider(provider)
  })

  test('leaves a complete record as it is, and completes nothing twice', () => {
    assert.deepEqual(completeProvider(vimeo), vimeo)
    const once = completeProvider({ ...openId, alwaysScope: ['email', 'openid'] })
    assert.deepEqual(once.alwaysScope, ['openid', 'email'])
    assert.deepEqual(completeProvider(once), once)
  })

  test('lets an issuer whose endpoints are stated be one to sign in at, where its keys are stated', () => {
    const { account: _, ...rest } = plain
    const { authorizationServer } = plain
    const jwks_uri = 'https://login.films.example/keys'
    const stated = { ...authorizationServer, jwks_uri } as typeof authorizationServer

    assert.equal(
      completeProvider({ ...rest, authorizationServer: stated }).account,
      readOpenIdAccount,
    )
    assert.throws(() => completeProvider(rest), isInvalid('account'))
  })

  for (const authorizationServer of [undefined, null, 'https://a.example', {}, { issuer: 5 }]) {
    test(`refuses the authorization server ${JSON.stringify(authorizationServer)}`, () => {
      const record = { ...openId, authorizationServer } as unknown as ProviderRecord

      assert.throws(() => completeProvider(record), isInvalid('authorizationServer'))
    })
  }
})

describe('assertProvider()', () => {
  for (const [what, change, code] of [
    [
      'an issuer that is no URL',
      { authorizationServer: { issuer: 'company' } },
      'endpoint-refused',
    ],
    ['a query', { authorizationServer: { issuer: 'https://a.example?b' } }, 'metadata-invalid'],
    ['plain http', { authorizationServer: { issuer: 'http://a.example' } }, 'endpoint-refused'],
    ['an API that is no URL', { api: 'here' }, 'endpoint-refused'],
  ] as const) {
    test(`SS-02 MD-01 refuses ${what} at start-up`, () => {
      assert.throws(
        () => assertProvider(completeProvider({ ...openId, ...change })),
        (thrown) => isThroughlineError(thrown, `oauth.${code}`),
      )
    })
  }

  test('MD-04 refuses half of the endpoints at start-up, where discovery would be a guess', () => {
    const half = { issuer: 'https://a.example', token_endpoint: 'https://a.example/token' }
    const authorizationServer = half as unknown as ProviderRecord['authorizationServer']
    const record = { ...plain, authorizationServer }

    assert.throws(
      () => assertProvider(completeProvider(record)),
      (thrown) => isThroughlineError(thrown, 'oauth.endpoint-refused'),
    )
  })

  test('ID-08 refuses a max_age that is no number of seconds', () => {
    const asking = (max_age: string) =>
      completeProvider({ ...openId, authorizationParameters: { max_age } })

    assertProvider(asking('3600'))
    for (const odd of ['soon', '-1', '1e3', '']) {
      assert.throws(() => assertProvider(asking(odd)), isInvalid('authorizationParameters.max_age'))
    }
  })

  test('refuses endpointOrigins that are more than origins', () => {
    const origins = ['https://tokens.example/path']

    assertProvider(completeProvider({ ...openId, endpointOrigins: ['https://tokens.example'] }))
    assert.throws(
      () => assertProvider(completeProvider({ ...openId, endpointOrigins: origins })),
      isInvalid('endpointOrigins'),
    )
  })
})

describe('relocate()', () => {
  test('moves an issuer to be discovered, path and all, and what its metadata may name', () => {
    const provider = completeProvider({ ...openId, endpointOrigins: ['https://tokens.example'] })
    const moved = relocate(provider, 'http://127.0.0.1:4000')

    assert.deepEqual(moved.authorizationServer, { issuer: 'http://127.0.0.1:4000/main' })
    assert.deepEqual(moved.endpointOrigins, ['http://127.0.0.1:4000'])
    assert.equal(moved.api, 'http://127.0.0.1:4000')
  })
})
