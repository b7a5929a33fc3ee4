/*
 * Telling an authorization server that tokens are no longer needed (RFC 7009).
 *
 * What we keep is forgotten before, and whatever this comes to.
 */
import * as oauth from 'oauth4webapi'
import { ThroughlineError } from '../base/error.ts'
import { assertEndpoints, type AuthorizationServer } from './authorization-server.ts'
import { secretsOf, toClientAuthentication, type OAuthClient } from './oauth-client.ts'
import { toOAuthError, type RequestContext } from './oauth-error.ts'
import type { TokenQuirks } from './token-quirks.ts'
import { createRequestOptions } from './token-request.ts'
import { readAnswer } from './token-response.ts'
import type { TokenSet } from './token-set.ts'

/** What {@link requestRevocation} is asked. */
export interface RevocationRequest {
  readonly authorizationServer: AuthorizationServer
  readonly client: OAuthClient
  readonly tokenSet: TokenSet
  readonly fetch: typeof globalThis.fetch
  readonly quirks?: TokenQuirks
  /** Revokes this token alone, without a hint (both); where there is no refresh token, the access token. */
  readonly only?: Hint | undefined
}

type Hint = 'refresh_token' | 'access_token'

/**
 * Revokes the refresh token, if there is one, then the access token. A token that the server does not know counts
 * as revoked. A kind of token that the server cannot revoke is tried once more under the other hint, then left.
 *
 * @throws `oauth.unavailable`: try again later. `oauth.no-revocation-endpoint`; the other codes of `toOAuthError`.
 * @see RFC 7009 §2
 */
export async function requestRevocation(request: RevocationRequest): Promise<void> {
  const { authorizationServer, tokenSet } = request
  assertEndpoints(authorizationServer)
  if (authorizationServer.revocation_endpoint === undefined) throw createNoEndpointError()
  const { accessToken, refreshToken } = tokenSet
  if (request.only !== undefined) {
    const token = request.only === 'refresh_token' ? (refreshToken ?? accessToken) : accessToken
    await isRevoked(request, token)
    return
  }
  if (refreshToken !== undefined) await revoke(request, refreshToken, 'refresh_token')
  await revoke(request, accessToken, 'access_token')
}

async function revoke(request: RevocationRequest, token: string, hint: Hint): Promise<void> {
  const other = hint === 'access_token' ? 'refresh_token' : 'access_token'
  if (await isRevoked(request, token, hint)) return
  await isRevoked(request, token, other)
}

/** Sends one revocation request; false when the server does not revoke this kind of token. */
async function isRevoked(request: RevocationRequest, token: string, hint?: Hint): Promise<boolean> {
  const { authorizationServer, client, tokenSet, quirks } = request
  const { accessToken, refreshToken = '' } = tokenSet
  const context: RequestContext = {
    kind: 'revocation',
    endpoint: authorizationServer.revocation_endpoint ?? '',
    secrets: [accessToken, refreshToken, ...secretsOf(client)],
  }
  try {
    const response = await oauth.revocationRequest(
      { ...authorizationServer },
      { client_id: client.clientId },
      toClientAuthentication(client),
      token,
      {
        ...createRequestOptions(request.fetch, quirks),
        ...(hint !== undefined && { additionalParameters: { token_type_hint: hint } }),
      },
    )
    if (!response.ok) await readAnswer(response, context)
    return true
  } catch (thrown) {
    const error = toOAuthError(thrown, context)
    if (error.details['error'] === 'unsupported_token_type') return false
    throw error
  }
}

function createNoEndpointError(): ThroughlineError {
  return new ThroughlineError(
    'oauth.no-revocation-endpoint',
    'The authorization server has no revocation endpoint: the person ends the consent in their account there.',
    { attribution: 'provider' },
  )
}
