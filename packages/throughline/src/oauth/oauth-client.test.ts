import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { format, inspect } from 'node:util'
import { isThroughlineError } from '../base/error.ts'
import {
  createOAuthClient,
  secretsOf,
  toClientAuthentication,
  type OAuthClient,
} from './oauth-client.ts'

const confidential = {
  clientId: 'the-client',
  clientSecret: 'planted-secret',
  authentication: 'basic',
} as const

describe('createOAuthClient()', () => {
  test('LG-02 LG-03 shows [redacted] in place of the secret, and gives it by name', () => {
    const client = createOAuthClient(confidential)

    assert.equal(client.clientSecret, 'planted-secret')
    const shown = [
      inspect({ client }, { depth: Infinity, showHidden: true }),
      inspect(client, { customInspect: false }),
      format('%o %O %s %j', client, client, client, client),
      JSON.stringify({ client, spread: { ...client } }),
      `${client}`,
    ].join('\n')
    assert.doesNotMatch(shown, /planted/)
    assert.match(inspect(client), /the-client.*\[redacted\]/s)
  })

  test('makes a public client without a secret', () => {
    const client = createOAuthClient({ clientId: 'the-client', authentication: 'none' })

    assert.deepEqual({ ...client }, { clientId: 'the-client', authentication: 'none' })
  })

  const incomplete: Readonly<Record<string, OAuthClient>> = {
    'without an id': { ...confidential, clientId: '' },
    'without the secret that basic needs': { clientId: 'a', authentication: 'basic' },
    'with an empty secret': { ...confidential, clientSecret: '', authentication: 'body' },
    'that is public and has a secret': { ...confidential, authentication: 'none' },
    'with a colon in the id of raw Basic': {
      ...confidential,
      clientId: 'a:b',
      authentication: 'basic-raw',
    },
  }
  for (const [name, client] of Object.entries(incomplete)) {
    test(`refuses a client ${name}`, () => {
      assert.throws(
        () => createOAuthClient(client),
        (thrown) =>
          isThroughlineError(thrown, 'oauth.client-incomplete') &&
          !inspect(thrown).includes('planted'),
      )
    })
  }
})

describe('secretsOf()', () => {
  test('lists the secret and what Basic makes of it', () => {
    const raw = Buffer.from('the-client:planted-secret').toString('base64')

    assert.deepEqual(secretsOf({ ...confidential, authentication: 'basic-raw' }), [
      'planted-secret',
      raw,
    ])
    assert.deepEqual(secretsOf({ ...confidential, authentication: 'body' }), ['planted-secret'])
    assert.equal(secretsOf(confidential).length, 2)
    assert.deepEqual(secretsOf({ clientId: 'a', authentication: 'none' }), [])
  })
})

describe('toClientAuthentication()', () => {
  test('TK-02 encodes for Basic as forms do: a server that forgets to decode sees letters, digits, - _ . and * as they are', () => {
    for (const [secret, sent] of [
      ['a-b_c.d*E0', 'a-b_c.d*E0'],
      ['a:b%c d+e', 'a%3Ab%25c+d%2Be'],
    ] as const) {
      const headers = new Headers()
      const client = createOAuthClient({ ...confidential, clientSecret: secret })
      const prove = toClientAuthentication(client)
      void prove({ issuer: '' }, { client_id: 'the-client' }, new URLSearchParams(), headers)
      const [, credentials = ''] = (headers.get('authorization') ?? '').split('Basic ')
      assert.equal(Buffer.from(credentials, 'base64').toString(), `the-client:${sent}`)
    }
  })
})
