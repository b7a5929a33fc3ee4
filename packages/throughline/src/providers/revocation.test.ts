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
  return requestProviderRevocation({ provider, authorizationServer, client, tokenSet, fetch })
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
