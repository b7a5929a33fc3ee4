import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { createTokenSet } from '../oauth/token-set.ts'
import { createTestClient } from '../testing/authorization-journey.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { statedServer } from '../testing/provider-at.ts'
import { relocate, type Provider } from './provider.ts'
import { requestProviderRevocation } from './revocation.ts'
import { vimeo } from './vimeo.ts'

let server: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer()
})
after(() => server.close())

const tokenSet = createTokenSet({ accessToken: 'planted-access', scope: [] })
const revoke = (provider: Provider) => {
  const authorizationServer = statedServer(provider)
  const client = createTestClient()
  return requestProviderRevocation({
    provider,
    authorizationServer,
    client,
    tokenSet,
    fetch,
    now: () => 0,
  })
}
const hasCode = (code: string) => (thrown: unknown) => isThroughlineError(thrown, code)

describe('requestProviderRevocation()', () => {
  test('RV-01 sends Vimeo’s DELETE /tokens with the token, and takes 204 and 401 for revoked', async () => {
    for (const status of [204, 401]) {
      server.next({ path: '/tokens', isPlain: true, status })

      assert.equal(await revoke(relocate(vimeo, server.origin)), true)
      const { method, headers, body } = server.requestsTo('/tokens').at(-1) ?? assert.fail()
      assert.equal(method, 'DELETE')
      assert.equal(headers.authorization, 'Bearer planted-access')
      assert.equal(body, '')
    }
  })

  test('RV-01 tells a server that is away from one that refuses', async () => {
    for (const [status, code] of [
      [503, 'oauth.unavailable'],
      [429, 'oauth.unavailable'],
      [400, 'providers.revocation-failed'],
    ] as const) {
      server.next({ path: '/tokens', isPlain: true, status })
      await assert.rejects(revoke(relocate(vimeo, server.origin)), hasCode(code))
    }
  })

  test('RV-01 uses RFC 7009 where the provider has an endpoint and no quirk', async () => {
    const provider = { ...vimeo, authorizationServer: server.metadata, quirks: {} }

    assert.equal(await revoke(provider), true)
    assert.equal(server.requestsTo('/revoke').at(-1)?.form.get('token'), 'planted-access')
  })

  test('says that there is no way where there is none', async () => {
    const before = server.requests.length

    assert.equal(await revoke({ ...relocate(vimeo, server.origin), quirks: {} }), false)
    assert.equal(server.requests.length, before)
  })
})

describe('requestProviderRevocation() by revokesBy', () => {
  const withQuirks = (quirks: Provider['quirks']) => ({ ...relocate(vimeo, server.origin), quirks })
  const reason = 'as a vendor does'

  test('RV-01 sends id, secret and token where only the program may revoke', async () => {
    const path = '/applications/the-client/grant'
    server.next({ path, isPlain: true, status: 204 })
    const byClient = { method: 'DELETE', path: '/applications/{client_id}/grant', reason } as const

    assert.equal(await revoke(withQuirks({ revokesBy: { ...byClient, asClient: true } })), true)
    const { headers, body, method } = server.requestsTo(path).at(-1) ?? assert.fail()
    assert.equal(method, 'DELETE')
    assert.deepEqual(JSON.parse(body), { access_token: 'planted-access' })
    const { clientId, clientSecret } = createTestClient()
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    assert.equal(headers.authorization, `Basic ${credentials}`)

    server.next({ path, isPlain: true, status: 401 })
    const refused = revoke(withQuirks({ revokesBy: { ...byClient, asClient: true } }))
    await assert.rejects(refused, hasCode('providers.revocation-failed'))
  })

  test('RV-01 TK-05 believes no status 200 that carries an error, unless the token was dead', async () => {
    const names = { token_revoked: 'invalid_grant' }
    const revokesBy = { method: 'POST', path: '/auth.revoke', reason } as const
    const provider = withQuirks({ revokesBy, errorsMean: { names, reason } })
    const answer = { path: '/auth.revoke', isPlain: true }

    server.next({ ...answer, members: { ok: false, error: 'fatal_error' } })
    await assert.rejects(revoke(provider), hasCode('providers.revocation-failed'))
    server.next({ ...answer, members: { ok: false, error: 'token_revoked' } })
    assert.equal(await revoke(provider), true)
    server.next({ ...answer, members: { ok: true, revoked: true } })
    assert.equal(await revoke(provider), true)
  })

  test('RV-01 goes to the revocation endpoint where the quirk has no path', async () => {
    server.next({ path: '/revoke', isPlain: true })
    const quirks = { revokesBy: { method: 'POST', reason } } as const
    const provider = { ...vimeo, authorizationServer: server.metadata, quirks }

    assert.equal(await revoke(provider), true)
    const { headers } = server.requestsTo('/revoke').at(-1) ?? assert.fail()
    assert.equal(headers.authorization, 'Bearer planted-access')
  })
})
