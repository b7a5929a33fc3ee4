import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { startVimeoSimulator, type VimeoSimulator } from '../../../simulators/src/vimeo/start.ts'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { createAuthorizationRequest } from '../oauth/authorization-request.ts'
import { readAuthorizationResponse, readState } from '../oauth/authorization-response.ts'
import { requestTokenSet } from '../oauth/token-request.ts'
import { isScopeWithin } from '../oauth/token-set.ts'
import { statedServer } from '../testing/provider-at.ts'
import { requestAccount } from './account-request.ts'
import { registrationFromEnvironment, relocate, toOAuthClient, type Provider } from './provider.ts'
import { requestProviderRevocation } from './revocation.ts'
import { vimeo } from './vimeo.ts'

const redirectUri = 'http://127.0.0.1:9/oauth/callback/vimeo'
const scope = ['public', 'private', 'video_files']
// With what form-encoding would change: sent the RFC's way, this secret is refused.
const clientSecret = `${randomBytes(24).toString('base64')}+/=`
const env = { VIMEO_CLIENT_ID: randomBytes(20).toString('hex'), VIMEO_CLIENT_SECRET: clientSecret }

let simulator: VimeoSimulator
let provider: Provider
before(async () => {
  simulator = await startVimeoSimulator({
    clientId: env.VIMEO_CLIENT_ID,
    clientSecret,
    redirectUris: [redirectUri],
  })
  provider = relocate(vimeo, simulator.origin)
})
after(() => simulator.close())

function createClient(from: Provider = provider) {
  return toOAuthClient(from, registrationFromEnvironment(from, env) ?? assert.fail())
}

/** Presses a button on the consent page, and reads the way back. */
async function goAndReturn(decision: 'allow' | 'deny', ticked: readonly string[] = scope) {
  const authorizationServer = statedServer(provider)
  const client = createClient()
  const options = { authorizationServer, client, redirectUri, scope, random: systemRandom }
  const { url, state, codeVerifier } = createAuthorizationRequest(options)
  const form = new URL(url).searchParams
  form.set('person', simulator.people[0].id)
  form.set('decision', decision)
  for (const name of ticked) form.append('granted', name)
  const page = await fetch(url.replace(/\?.*/, ''), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  const { searchParams } = new URL(page.headers.get('location') ?? '')
  return { authorizationServer, client, redirectUri, codeVerifier, state, searchParams }
}

async function exchange(ticked?: readonly string[], from: Provider = provider) {
  const { searchParams, state, ...rest } = await goAndReturn('allow', ticked)
  const client = createClient(from)
  const expected = { authorizationServer: rest.authorizationServer, client, state }
  assert.equal(readState(searchParams), state)
  const response = readAuthorizationResponse(searchParams, expected)
  const request = {
    ...rest,
    client,
    response,
    askedScope: scope,
    fetch,
    now: Date.now,
    quirks: provider.quirks,
  }
  return { request, ...(await requestTokenSet(request)) }
}

const hasCode = (code: string) => (thrown: unknown) => isThroughlineError(thrown, code)

describe('vimeo, at the simulator', () => {
  test('runs the code grant from consent to account, and revokes the token', async () => {
    const { tokenSet, answer, request } = await exchange()

    assert.equal(tokenSet.refreshToken, undefined)
    assert.equal(tokenSet.expiresAt, undefined)
    assert.equal(isScopeWithin(scope, tokenSet.scope), true)
    const { authorizationServer } = request
    const asked = { provider, authorizationServer, tokenSet, fetch }
    const account = await requestAccount({ ...asked, answer })
    assert.equal(account.subject, simulator.people[0].uri)
    assert.equal(account.name, simulator.people[0].name)
    assert.deepEqual(await requestAccount({ ...asked, answer: {} }), account)

    assert.equal(
      await requestProviderRevocation({ ...asked, client: request.client, now: Date.now }),
      true,
    )
    await assert.rejects(
      requestAccount({ ...asked, answer: {} }),
      hasCode('providers.account-unreadable'),
    )
    assert.equal(
      await requestProviderRevocation({ ...asked, client: request.client, now: Date.now }),
      true,
    )
  })

  test('TK-09 sees that the person ticked less', async () => {
    const { tokenSet } = await exchange(['public', 'private'])

    assert.equal(isScopeWithin(scope, tokenSet.scope), false)
    assert.equal(isScopeWithin(['private', 'public'], tokenSet.scope), true)
  })

  test('CB-03 knows a code that was used by Vimeo’s own error', async () => {
    const { request } = await exchange()

    await assert.rejects(requestTokenSet(request), hasCode('oauth.code-rejected'))
  })

  test('CB-07 reads a refusal as the person’s', async () => {
    const { searchParams, authorizationServer, client, state } = await goAndReturn('deny')

    assert.throws(
      () => readAuthorizationResponse(searchParams, { authorizationServer, client, state }),
      (thrown) =>
        isThroughlineError(thrown, 'oauth.authorization-refused') &&
        thrown.attribution === 'person',
    )
  })

  test('TK-02 would be refused with the encoding of the RFC', async () => {
    const encoding = { ...provider, clientAuthentication: 'basic' } as const

    await assert.rejects(exchange(scope, encoding), hasCode('oauth.client-rejected'))
  })
})
