/*
 * The way from an authorization request to a checked response, for tests that are about what comes after.
 */
import { systemRandom } from '../base/random.ts'
import { createAuthorizationRequest } from '../oauth/authorization-request.ts'
import { readAuthorizationResponse } from '../oauth/authorization-response.ts'
import { isSignIn } from '../oauth/authorization-server.ts'
import { createOAuthClient, type OAuthClient } from '../oauth/oauth-client.ts'
import type { TokenRequest } from '../oauth/token-request.ts'
import type { TestAuthorizationServer } from './authorization-server.ts'

/** Where nobody listens; the journey reads the redirect instead of following it. */
export const TEST_REDIRECT_URI = 'https://app.example/oauth/callback/test'

/** A client whose secret has what form-encoding changes. */
export function createTestClient(
  authentication: OAuthClient['authentication'] = 'basic',
): OAuthClient {
  const clientSecret = ['planted', '+/=', 'client', 'secret'].join('-')
  return createOAuthClient({
    clientId: 'the-client',
    ...(authentication !== 'none' && { clientSecret }),
    authentication,
  })
}

/** Goes to /authorize and comes back. What it returns can be passed to `requestTokenSet`. */
export async function authorizeAt(
  server: TestAuthorizationServer,
  client: OAuthClient = createTestClient(),
  askedScope: readonly string[] = ['public', 'private'],
): Promise<TokenRequest & { readonly nonce: string | undefined }> {
  const authorizationServer = server.metadata
  const { url, state, codeVerifier, nonce } = createAuthorizationRequest({
    authorizationServer,
    client,
    redirectUri: TEST_REDIRECT_URI,
    scope: askedScope,
    isSignIn: isSignIn(authorizationServer, askedScope),
    random: systemRandom,
  })
  const redirect = await fetch(url, { redirect: 'manual' })
  const { searchParams } = new URL(redirect.headers.get('location') ?? '')
  return {
    authorizationServer,
    client,
    response: readAuthorizationResponse(searchParams, { authorizationServer, client, state }),
    redirectUri: TEST_REDIRECT_URI,
    codeVerifier,
    nonce,
    askedScope,
    fetch,
    now: () => 1_000_000,
  }
}
