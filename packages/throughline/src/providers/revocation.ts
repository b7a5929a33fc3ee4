/*
 * Ending a token set at its provider, in the way that the provider's record names.
 */
import { ThroughlineError } from '../base/error.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import { createBoundedFetch } from '../oauth/bounded-fetch.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import { toShownText } from '../oauth/oauth-error.ts'
import { readJsonObject } from '../oauth/plain-json.ts'
import { requestRevocation } from '../oauth/revocation.ts'
import { errorOf, meaningOf } from '../oauth/token-quirks.ts'
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
  const only = quirks.revokesOnce?.token
  await requestRevocation({ authorizationServer, client, tokenSet, fetch, quirks, only })
  return true
}

async function revokeByApi(
  { provider, authorizationServer, client, tokenSet, fetch }: ProviderRevocation,
  { method, path, asClient = false }: NonNullable<Provider['quirks']['revokesBy']>,
): Promise<void> {
  const { quirks } = provider
  const url =
    path === undefined
      ? (authorizationServer.revocation_endpoint ?? '')
      : toApiUrl(provider, path.replace('{client_id}', encodeURIComponent(client.clientId)))
  const headers = toApiHeaders(provider, tokenSet)
  if (asClient) {
    const credentials = `${client.clientId}:${client.clientSecret ?? ''}`
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
    headers.set('content-type', 'application/json')
  }
  const response = await createBoundedFetch(fetch)(url, {
    method,
    headers,
    ...(asClient && { body: JSON.stringify({ access_token: tokenSet.accessToken }) }),
  })
  const { ok, status } = response
  const error = await errorIn(response, quirks)
  // The token was dead already.
  if ((status === 401 && !asClient) || error === 'invalid_grant') return
  if (ok && error === undefined) return
  const isTransient = status >= 500 || status === 429
  throw new ThroughlineError(
    isTransient ? 'oauth.unavailable' : 'providers.revocation-failed',
    `${provider.title} did not revoke the token: status ${status}. The consent can be ended in the account there.`,
    { attribution: 'provider', details: { status, error } },
  )
}

/** The error in an answer, whatever its status, in the RFC's word where the record knows it. */
async function errorIn(
  response: Response,
  { errorsMean }: Provider['quirks'],
): Promise<string | undefined> {
  const read = readJsonObject(new Uint8Array(await response.arrayBuffer()))
  const error = 'object' in read ? errorOf(read.object, errorsMean) : undefined
  return error === undefined ? undefined : toShownText(meaningOf(error, errorsMean))
}
