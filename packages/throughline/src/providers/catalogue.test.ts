import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createAuthorizationRequest } from '../oauth/authorization-request.ts'
import { readAuthorizationResponse } from '../oauth/authorization-response.ts'
import { requestFreshTokenSet, requestTokenSet } from '../oauth/token-request.ts'
import { createTokenSet } from '../oauth/token-set.ts'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { statedServer } from '../testing/provider-at.ts'
import { requestAccount } from './account-request.ts'
import { catalogue } from './catalogue.ts'
import { assertProvider, relocate, toOAuthClient, type Provider } from './provider.ts'
import { requestProviderRevocation } from './revocation.ts'

const unrefreshed = ['github', 'linkedin', 'vimeo']

describe('the catalogue', () => {
  test('has each name once, in order', () => {
    const names = catalogue.map(({ name }) => name)
    assert.deepEqual(names, [...new Set(names)].toSorted())
  })
})

for (const record of catalogue) {
  const { title, name, quirks } = record

  describe(`${name}, a record`, () => {
    let server: TestAuthorizationServer
    let provider: Provider
    before(async () => {
      server = await startAuthorizationServer({ provider: record })
      provider = relocate(record, server.origin)
    })
    after(() => server.close())

    const at = (secret: Provider['clientAuthentication'] = record.clientAuthentication) => ({
      authorizationServer: statedServer(provider),
      client: toOAuthClient(
        { ...provider, clientAuthentication: secret },
        { clientId: 'test-client', clientSecret: 'test-secret' },
      ),
      fetch,
      now: Date.now,
      quirks,
      scopeSeparator: provider.scopeSeparator,
    })
    const exchange = async (asked: ReturnType<typeof at>, code?: string) => {
      const scope = provider.alwaysScope ?? []
      const redirectUri = 'https://app.example/cb'
      const { url, state, codeVerifier } = createAuthorizationRequest({
        ...asked,
        redirectUri,
        scope: quirks.scopeOfRegistration ? [] : scope,
        scopeParameter: quirks.scopeAskedAs?.parameter,
        withoutPkce: quirks.withoutPkce !== undefined,
        extraParameters: provider.authorizationParameters ?? {},
        random: systemRandom,
      })
      const { searchParams } = await server.consent(new URL(url))
      if (code !== undefined) searchParams.set('code', code)
      const response = readAuthorizationResponse(searchParams, { ...asked, state })
      return requestTokenSet({ ...asked, response, redirectUri, codeVerifier, askedScope: scope })
    }

    test('is sound: a source and pages of the vendor, a date, a reason for each quirk', () => {
      assertProvider(record)
      const { source = '', pages = assert.fail(), checked } = record
      for (const page of [source, ...Object.values(pages)]) assert.match(page, /^https:\/\//)
      assert.equal(checked, '2026-11-25')
      for (const { reason } of Object.values(quirks)) assert.match(reason, /^[A-Z`].*\.$/s)
    })

    test('says of refresh and revocation what there is, and one thing only', () => {
      const isRefreshed = !unrefreshed.includes(name)
      const never = quirks.tokenNeverExpires ?? quirks.noRefreshToken
      if (!isRefreshed) assert.ok(never)
      const revokes = quirks.revokesBy ?? statedServer(record).revocation_endpoint
      assert.equal(revokes === undefined, quirks.noRevocation !== undefined)
      const isSignIn = statedServer(record).jwks_uri !== undefined
      assert.equal(isSignIn && quirks.idTokenUnusable !== undefined, false)
    })

    test('CB-03 TK-05 knows a wrong code by the vendor’s answer', async () => {
      const failure = await failureOf(exchange(at(), 'a-code-that-nobody-gave'))
      assert.equal(failure.code, 'oauth.code-rejected')
      assert.equal(failure.attribution, 'person')
    })

    test('TK-05 knows a client that shows its secret in the wrong way', async () => {
      const other = record.clientAuthentication === 'body' ? 'basic' : 'body'
      const failure = await failureOf(exchange(at(other)))
      assert.equal(failure.code, 'oauth.client-rejected')
    })

    test('RF-05 knows a dead refresh token by the vendor’s answer', async () => {
      const tokenSet = createTokenSet({ accessToken: 'a', refreshToken: 'not-given', scope: [] })
      const failure = await failureOf(requestFreshTokenSet({ ...at(), tokenSet }))
      assert.equal(failure.code, 'oauth.grant-dead')
    })

    // Of Google people sign in: there is no account without an ID token.
    test('reads no account where the vendor tells of none', async () => {
      const { tokenSet } = await exchange(at())
      const failing = { ...provider, api: `${provider.api}/nowhere` }
      const asked = requestAccount({ provider: failing, tokenSet, answer: {}, fetch })
      const failure = await failureOf(asked)
      assert.equal(failure.code, 'providers.account-unreadable')
      assert.match(failure.message, name === 'google' ? /signed in/ : new RegExp(title))
    })

    for (const isOver of [false, true]) {
      const state = isOver ? 'after its access token has ended' : 'while its access token lives'
      test(`RV-01 ends a grant ${state}, or says that there is no way`, async () => {
        const { tokenSet } = await exchange(at())
        const { accessToken, refreshToken } = tokenSet
        const isEnding = isOver && tokenSet.expiresAt !== undefined && refreshToken !== undefined
        const present = isEnding
          ? createTokenSet({ ...tokenSet, accessToken, refreshToken, expiresAt: 1 })
          : tokenSet
        if (isEnding) server.endAccessTokens()

        const revoked = await requestProviderRevocation({ ...at(), provider, tokenSet: present })
        assert.equal(revoked, quirks.noRevocation === undefined)
        if (!revoked || refreshToken === undefined) return
        const failure = await failureOf(requestFreshTokenSet({ ...at(), tokenSet }))
        assert.equal(failure.code, 'oauth.grant-dead')
        const carried = server.requests.findLast(({ path }) => /revoke|deauth|grant/.test(path))
        const { headers = {}, body = '' } = carried ?? {}
        const isOld = `${headers.authorization} ${body}`.includes(accessToken)
        assert.equal(isOld && isEnding, false)
      })
    }
  })
}
