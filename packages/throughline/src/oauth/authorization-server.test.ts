import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { assertEndpoint, assertEndpoints } from './authorization-server.ts'

const sound = {
  issuer: 'https://as.example',
  authorization_endpoint: 'https://as.example/authorize?tenant=1',
  token_endpoint: 'https://as.example/token',
  revocation_endpoint: 'https://as.example/revoke',
}

const refused = (thrown: unknown) => isThroughlineError(thrown, 'oauth.endpoint-refused')

describe('assertEndpoint()', () => {
  const allowed = [
    'https://as.example/token',
    'https://as.example:8443/token?a=b',
    'https://as.example/token?at=a@b',
    'http://127.0.0.1:4000/token',
    'http://[::1]:4000/token',
  ]
  for (const url of allowed) {
    test(`AR-09 TK-14 allows ${url}`, () => {
      assert.equal(assertEndpoint(url, 'token_endpoint').href, url)
    })
  }

  const forbidden = [
    '',
    '/token',
    'as.example/token',
    'http://as.example/token',
    'http://localhost:80/token',
    'http://localhost:80@evil.example/token',
    'http://127.0.0.1:80@evil.example/token',
    'http://127.0.0.1.evil.example/token',
    'http://127.0.0.2/token',
    'http://[::2]/token',
    'http://0.0.0.0/token',
    'https://user@as.example/token',
    'https://user:word@as.example/token',
    'https://@as.example/token',
    'https:\\\\as.example\\token',
    'https://as.example/to\nken',
    ' https://as.example/token',
    'https://as.example/token#part',
    'javascript:alert(1)',
    'javascript://127.0.0.1/%0aalert(1)',
    'data:text/html,x',
    'file:///etc/hosts',
    'ftp://127.0.0.1/token',
    'ws://127.0.0.1/token',
    'app.example:/token',
    'blob:https://as.example/token',
  ]
  for (const url of forbidden) {
    test(`AR-09 TK-14 refuses ${JSON.stringify(url)} (Authlib 1.8)`, () => {
      assert.throws(() => assertEndpoint(url, 'token_endpoint'), refused)
    })
  }

  test('names the endpoint, and does not quote a password', () => {
    assert.throws(
      () => assertEndpoint('https://user:password-in-url@as.example/', 'token_endpoint'),
      (thrown) =>
        refused(thrown) &&
        String(thrown).includes('"token_endpoint"') &&
        !String(thrown).includes('password-in-url'),
    )
  })
})

describe('assertEndpoints()', () => {
  test('AR-09 accepts a server whose URLs are all sound, with and without revocation', () => {
    const { revocation_endpoint: _, ...without } = sound
    assertEndpoints(sound)
    assertEndpoints(without)
  })

  for (const member of Object.keys(sound)) {
    test(`AR-09 refuses a server whose ${member} is not`, () => {
      const evil = { ...sound, [member]: 'http://as.example' }
      assert.throws(() => assertEndpoints(evil), refused)
    })
  }
})
