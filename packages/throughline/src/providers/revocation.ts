/*
 * Ending a token set at its provider, in the way that the provider's record names.
 */
import { ThroughlineError } from '../base/error.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import { createBoundedFetch } from '../oauth/bounded-fetch.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import { requestRevocation } from '../oauth/revocation.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { toApiHeaders, toApiUrl } from './account-request.ts'
import type { Provider } from './provider.ts'

/** What {@link requestProviderRevocation} is asked. */
export interface ProviderRevocation {
  readonly provider: Provider
  /** The provider's, with its endpoints. */
  readonly authorizationServer: AuthorizationServer
  readonly client: OAuthClient
  readonly tokenSet: TokenSet
  readonly fetch: typeof globalThis.fetch
}

/**
 * Revokes a token set: by the quirk `revokesBy` where the record has it, else by RFC 7009. A token that the
 * provider no longer knows counts as revoked.
 *
 * @returns False when the provider offers no way: the person ends the consent in their account there.
 * @throws `oauth.unavailable`: try again later. `providers.revocation-failed`; the codes of `requestRevocation`.
 */
export async function requestProviderRevocation(options: ProviderRevocation): Promise<boolean> {
  const { provider, authorizationServer, client, tokenSet, fetch } = options
  const { quirks } = provider
  if (quirks.revokesBy) {
    await revokeByApi(options, quirks.revokesBy)
    return true
  }
  if (authorizationServer.revocation_endpoint === undefined) return false
  await requestRevocation({ authorizationServer, client, tokenSet, fetch })
  return true
}

async function revokeByApi(
  { provider, tokenSet, fetch }: ProviderRevocation,
  { method, path }: { readonly method: string; readonly path: string },
): Promise<void> {
  const headers = toApiHeaders(provider, tokenSet)
  const { ok, status } = await createBoundedFetch(fetch)(toApiUrl(provider, path), {
    method,
    headers,
  })
  // 401: the token was dead already.
  if (ok || status === 401) return
  const isTransient = status >= 500 || status === 429
  throw new ThroughlineError(
    isTransient ? 'oauth.unavailable' : 'providers.revocation-failed',
    `${provider.title} did not revoke the token: status ${status}. The consent can be ended in the account there.`,
    { attribution: 'provider', details: { status } },
  )
}
