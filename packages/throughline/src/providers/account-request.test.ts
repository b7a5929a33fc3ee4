import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { isThroughlineError } from '../base/error.ts'
import { createTokenSet } from '../oauth/token-set.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { requestAccount, toApiUrl } from './account-request.ts'
import { relocate, type Account, type Provider } from './provider.ts'
import { vimeo } from './vimeo.ts'

let server: TestAuthorizationServer
let provider: Provider
before(async () => {
  server = await startAuthorizationServer()
  provider = relocate(vimeo, server.origin)
})
after(() => server.close())

const tokenSet = createTokenSet({ accessToken: 'planted-access', scope: [] })
const hasCode = (code: string) => (thrown: unknown) =>
  isThroughlineError(thrown, code) && !inspect(thrown).includes('planted')

describe('requestAccount()', () => {
  test('asks the API with the token and the headers of the provider', async () => {
    server.next({ path: '/me', isPlain: true, members: { uri: '/users/7', name: 'Ada' } })

    const account = await requestAccount({ provider, tokenSet, answer: {}, fetch })
    assert.equal(account.subject, '/users/7')
    const { headers, query } = server.requestsTo('/me').at(-1) ?? assert.fail()
    assert.equal(headers.authorization, 'Bearer planted-access')
    assert.equal(headers.accept, 'application/vnd.vimeo.*+json;version=3.4')
    assert.equal(headers['user-agent'], 'Throughline')
    assert.equal(query.get('fields'), 'uri,name')
  })

  test('TK-03 TK-04 is bounded: no redirect, no endless body', async () => {
    const canary = await startAuthorizationServer()
    server.next({ path: '/me', isPlain: true, redirectTo: `${canary.origin}/me` })
    server.next({ path: '/me', isPlain: true, body: new Uint8Array(2_000_000) })

    const options = { provider, tokenSet, answer: {}, fetch }
    await assert.rejects(requestAccount(options), hasCode('oauth.redirect-refused'))
    await assert.rejects(requestAccount(options), hasCode('oauth.answer-too-large'))
    assert.equal(canary.requests.length, 0)
    await canary.close()
  })

  test('ID-10 DO-05 cuts and cleans the name that a record of one’s own passes on', async () => {
    for (const [name, shown] of [
      ['x'.repeat(1_000_000), 'x'.repeat(200)],
      ['Ada\u202e\u0000Example', 'Ada Example'],
      ['\u200b', 'id'],
    ] as const) {
      const account = async () => ({ subject: 'id', name, claims: {} })
      const own = { ...provider, account }

      const read = await requestAccount({ provider: own, tokenSet, answer: {}, fetch })
      assert.equal(read.name, shown)
    }
  })

  for (const subject of ['', 'x'.repeat(256), 5, undefined, 'undefined', 'null', '\ud800']) {
    test(`MX-11 refuses a record that reads the subject ${inspect(subject).slice(0, 12)}`, async () => {
      const account = { subject, name: 'Ada', claims: {} } as Account
      const odd = { ...provider, account: async () => account }

      await assert.rejects(
        requestAccount({ provider: odd, tokenSet, answer: {}, fetch }),
        hasCode('providers.account-unreadable'),
      )
    })
  }
})

describe('toApiUrl()', () => {
  test('TU-01 resolves a path behind the API, and nothing that leads elsewhere', () => {
    assert.equal(toApiUrl(vimeo, '/me?fields=uri').href, 'https://api.vimeo.com/me?fields=uri')
    assert.equal(toApiUrl(vimeo, 'https://api.vimeo.com/me').href, 'https://api.vimeo.com/me')
    for (const path of [
      'me',
      '@evil.example/',
      '.evil.example/',
      ':80/',
      '//evil.example/me',
      'https://evil.example/',
      'https://api.vimeo.com@evil.example/',
      'https://ada@api.vimeo.com/me',
      'http://api.vimeo.com/me',
      '',
    ]) {
      assert.throws(() => toApiUrl(vimeo, path), hasCode('providers.origin-refused'))
    }
  })
})
