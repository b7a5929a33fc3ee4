/*
 * Ending a token set at its provider, in the way that the provider's record names.
 */
import type { Clock } from '../base/clock.ts'
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import { createBoundedFetch } from '../oauth/bounded-fetch.ts'
import { toBasic, type OAuthClient } from '../oauth/oauth-client.ts'
import { createAwayError, isTransient, toShownText } from '../oauth/oauth-error.ts'
import { readJsonObject } from '../oauth/plain-json.ts'
import { requestRevocation } from '../oauth/revocation.ts'
import { errorOf, meaningOf } from '../oauth/token-quirks.ts'
import { requestFreshTokenSet } from '../oauth/token-request.ts'
import { createTokenSet, type TokenSet } from '../oauth/token-set.ts'
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
  readonly now: Clock
  /** Keeps what a refresh has put in the place of the token set, should it be revoked another time only (nothing). */
  readonly keep?: (fresh: TokenSet) => Promise<void>
}

/**
 * Revokes a token set: by the quirk `revokesBy` where the record has it, else by RFC 7009. A token that the
 * provider no longer knows counts as revoked; where only a live access token can end the grant, one is fetched first.
 *
 * @returns False when the provider offers no way: the person ends the consent in their account there.
 * @throws `oauth.unavailable`: try again later. `providers.revocation-failed`; the codes of `requestRevocation` and
 *   `requestFreshTokenSet`.
 */
export async function requestProviderRevocation(options: ProviderRevocation): Promise<boolean> {
  const { provider, authorizationServer, client, tokenSet, fetch, now } = options
  const { quirks } = provider
  const { revokesBy, revokesOnce } = quirks
  if (revokesBy === undefined && authorizationServer.revocation_endpoint === undefined) return false
  const isByAccess = revokesBy ? revokesBy.asClient !== true : revokesOnce?.token === 'access_token'
  const isOver = tokenSet.expiresAt !== undefined && tokenSet.expiresAt * 1_000 <= now()
  const live = isByAccess && isOver ? await refreshed(options) : tokenSet
  // The grant has ended already.
  if (live === undefined) return true
  if (revokesBy === undefined) {
    const only = revokesOnce?.token
    await requestRevocation({ authorizationServer, client, tokenSet: live, fetch, quirks, only })
    return true
  }
  const isKnown = await revokeByApi({ ...options, tokenSet: live }, revokesBy)
  if (isKnown || live !== tokenSet || tokenSet.refreshToken === undefined) return true
  const again = await refreshed(options)
  if (again !== undefined) await revokeByApi({ ...options, tokenSet: again }, revokesBy)
  return true
}

/** A token set whose access token is live, where there is a refresh token; undefined where the grant has ended. */
async function refreshed(options: ProviderRevocation): Promise<TokenSet | undefined> {
  const { provider, tokenSet } = options
  if (tokenSet.refreshToken === undefined) return tokenSet
  const { quirks, scopeSeparator } = provider
  try {
    // Who had signed in is of no matter to a token that is about to end.
    const { accessToken, refreshToken, scope } = tokenSet
    const plain = createTokenSet({ accessToken, refreshToken, scope })
    const request = { ...options, tokenSet: plain, quirks, scopeSeparator }
    const fresh = await requestFreshTokenSet(request)
    await options.keep?.(fresh)
    return fresh
  } catch (error) {
    if (isThroughlineError(error, 'oauth.grant-dead')) return undefined
    throw error
  }
}

/** Revokes; false where the provider does not know the token. */
async function revokeByApi(
  { provider, authorizationServer, client, tokenSet, fetch }: ProviderRevocation,
  { method, path, asClient = false }: NonNullable<Provider['quirks']['revokesBy']>,
): Promise<boolean> {
  const { quirks } = provider
  const url =
    path === undefined
      ? (authorizationServer.revocation_endpoint ?? '')
      : toApiUrl(provider, path.replace('{client_id}', encodeURIComponent(client.clientId)))
  const headers = toApiHeaders(provider, tokenSet)
  if (asClient) {
    headers.set('authorization', toBasic(client.clientId, client.clientSecret ?? ''))
    headers.set('content-type', 'application/json')
  }
  const response = await createBoundedFetch(fetch)(url, {
    method,
    headers,
    ...(asClient && { body: JSON.stringify({ access_token: tokenSet.accessToken }) }),
  })
  const { ok, status } = response
  const error = await errorIn(response, quirks)
  if ((status === 401 && !asClient) || error === 'invalid_grant') return false
  if (ok && error === undefined) return true
  if (isTransient(status)) throw createAwayError(response, String(url))
  throw new ThroughlineError(
    'providers.revocation-failed',
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
