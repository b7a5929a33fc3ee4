/*
 * Asks each endpoint of a provider once, for what an answer of it comes to.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readAuthorizationResponse } from '../../src/oauth/authorization-response.ts'
import type { AuthorizationServer } from '../../src/oauth/authorization-server.ts'
import { discoverServer } from '../../src/oauth/discovery.ts'
import { keepKeySet } from '../../src/oauth/key-set.ts'
import { requestRevocation } from '../../src/oauth/revocation.ts'
import { requestFreshTokenSet, requestTokenSet } from '../../src/oauth/token-request.ts'
import { createTokenSet } from '../../src/oauth/token-set.ts'
import { requestUserInfo } from '../../src/oauth/user-info.ts'
import { requestAccount } from '../../src/providers/account-request.ts'
import { accountAt } from '../../src/providers/api-account.ts'
import { createTestClient, TEST_REDIRECT_URI } from '../../src/testing/authorization-journey.ts'
import { sendAnswer, type Behaviour } from '../../src/testing/misbehaviour.ts'
import { providerAt } from '../../src/testing/provider-at.ts'
import type { Endpoint, Outcome } from './outcomes.ts'

/** A provider all of whose endpoints give one answer. */
export interface FaultyProvider {
  readonly origin: string
  /** What it answers from now on: always the same, or by what is asked. */
  behave(behaviour: Behaviour | ((request: IncomingMessage) => Behaviour)): void
  close(): Promise<void>
}

/** Starts one. */
export async function startFaultyProvider(): Promise<FaultyProvider> {
  let present: (request: IncomingMessage) => Behaviour = () => ({})
  const server = createServer((incoming, outgoing) => {
    incoming.resume()
    incoming.once(
      'end',
      () => void sendAnswer(outgoing, { status: 200 }, present(incoming)).catch(() => {}),
    )
  }).unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave: (behaviour) =>
      (present = typeof behaviour === 'function' ? behaviour : () => behaviour),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const client = createTestClient()
const now = () => 1_000_000
const tokenSet = createTokenSet({
  accessToken: 'planted-access',
  refreshToken: 'planted',
  scope: [],
})
const bare = createTokenSet({ accessToken: 'planted-access', scope: [] })

/** Asks one endpoint. Resolves with what came of it where that is no error. */
type Ask = (origin: string) => Promise<Outcome>

/** How each endpoint is asked; the API is asked by a whole program, elsewhere. */
export const ASKING: Readonly<Record<Exclude<Endpoint, 'API'>, Ask>> = {
  code: async (origin) => {
    const authorizationServer = serverAt(origin)
    const parameters = new URLSearchParams({ code: 'planted-code', state: 's'.repeat(43) })
    const expected = { authorizationServer, client, state: 's'.repeat(43) }
    await requestTokenSet({
      authorizationServer,
      client,
      response: readAuthorizationResponse(parameters, expected),
      redirectUri: TEST_REDIRECT_URI,
      codeVerifier: 'v'.repeat(43),
      askedScope: [],
      fetch,
      now,
    })
    return 'passed'
  },
  refresh: async (origin) => {
    const authorizationServer = serverAt(origin)
    await requestFreshTokenSet({ authorizationServer, client, tokenSet, fetch, now })
    return 'passed'
  },
  revocation: async (origin) => {
    await requestRevocation({
      authorizationServer: serverAt(origin),
      client,
      tokenSet: bare,
      fetch,
    })
    return 'done'
  },
  metadata: async (origin) => {
    await discoverServer({ issuer: origin, endpointOrigins: [], fetch })
    return 'passed'
  },
  keys: async (origin) => {
    await keepKeySet(`${origin}/keys`, fetch, now).get()
    return 'passed'
  },
  'user info': async (origin) => {
    const authorizationServer = serverAt(origin)
    const claims = await requestUserInfo({ authorizationServer, tokenSet, subject: 'ada', fetch })
    return Object.keys(claims).length === 0 ? 'none' : 'passed'
  },
  account: async (origin) => {
    const account = accountAt('Acme', '/me', ({ id, name }) => ({ subject: id, name }))
    const provider = providerAt({ origin, metadata: serverAt(origin) }, { account })
    await requestAccount({ provider, tokenSet, answer: {}, fetch })
    return 'passed'
  },
}

function serverAt(origin: string): AuthorizationServer {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
    userinfo_endpoint: `${origin}/userinfo`,
  }
}
