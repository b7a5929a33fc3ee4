/*
 * The token endpoint: a code, or a refresh token, for a token set. One attempt each: a code works once, and a
 * refresh token may work once.
 *
 * It keeps nothing and coordinates nothing: that only one refresh is under way is for the vault to see to.
 */
import * as oauth from 'oauth4webapi'
import type { Clock } from '../base/clock.ts'
import { ThroughlineError } from '../base/error.ts'
import { openAuthorizationResponse, type AuthorizationResponse } from './authorization-response.ts'
import { assertEndpoints, type AuthorizationServer } from './authorization-server.ts'
import { createBoundedFetch } from './bounded-fetch.ts'
import { readIdToken } from './id-token.ts'
import type { KeySet } from './key-set.ts'
import { secretsOf, toClientAuthentication, type OAuthClient } from './oauth-client.ts'
import { toOAuthError, type RequestContext } from './oauth-error.ts'
import { impliedScope, inJson, type TokenQuirks } from './token-quirks.ts'
import { readTokenResponse, type TokenAnswer } from './token-response.ts'
import { createTokenSet, type TokenSet } from './token-set.ts'

export type { TokenAnswer } from './token-response.ts'

interface TokenEndpointOptions {
  readonly authorizationServer: AuthorizationServer
  readonly client: OAuthClient
  readonly fetch: typeof globalThis.fetch
  readonly now: Clock
  readonly quirks?: TokenQuirks
  /** What stands between two names in the answer's `scope`, besides the space. */
  readonly scopeSeparator?: string | undefined
}

/** What {@link requestTokenSet} is asked. */
export interface TokenRequest extends TokenEndpointOptions {
  /** From `readAuthorizationResponse`. */
  readonly response: AuthorizationResponse
  /** Byte for byte that of the authorization request. */
  readonly redirectUri: string
  /** From the authorization request that was answered. */
  readonly codeVerifier: string
  /** What was asked for; granted when the answer has no `scope`. */
  readonly askedScope: readonly string[]
}

/** What {@link requestFreshTokenSet} is asked. */
export interface RefreshRequest extends TokenEndpointOptions {
  /** The token set to put a fresh one in the place of. */
  readonly tokenSet: TokenSet
  /** The issuer's keys, for the ID token that may come along; needed where somebody has signed in. */
  readonly keys?: KeySet | undefined
}

/**
 * Exchanges an authorization code for a token set, in exactly one request.
 *
 * @returns The token set, and the members of the answer that are no tokens.
 * @throws `oauth.code-rejected`: the person starts again. `oauth.client-rejected`, `oauth.request-rejected`: the
 *   operator must act. `oauth.unavailable`: what became of the code is unknown; never exchange it again.
 *   `oauth.answer-invalid`, `oauth.answer-too-large`, `oauth.redirect-refused`, `oauth.endpoint-refused`.
 * @see RFC 6749 §4.1.3, RFC 7636 §4.5
 */
export async function requestTokenSet(request: TokenRequest): Promise<TokenAnswer> {
  const { authorizationServer, client, redirectUri, codeVerifier, askedScope, quirks } = request
  const parameters = openAuthorizationResponse(request.response)
  const context = createContext('code', request, [parameters.get('code') ?? '', codeVerifier])
  const send = () =>
    oauth.authorizationCodeGrantRequest(
      { ...authorizationServer },
      { client_id: client.clientId },
      toClientAuthentication(client),
      parameters,
      redirectUri,
      quirks?.withoutPkce ? oauth.nopkce : codeVerifier,
      createRequestOptions(request.fetch, quirks),
    )
  const implied = impliedScope(askedScope, parameters, quirks, request.scopeSeparator)
  return requestTokens(send, request, context, implied)
}

/**
 * Exchanges a refresh token for a fresh token set, in exactly one request. The scope is neither widened nor
 * narrowed. A refresh token that the answer does not replace is kept. Where somebody has signed in, an ID token that
 * comes along must name them again; the keys for that are read before the refresh token is used up.
 *
 * @throws `oauth.grant-dead` says that the token set is of no more use; so does `oauth.id-token-invalid`, for what came
 *   is another account's, or nobody knows whose. `oauth.client-rejected`,
 *   `oauth.request-rejected`: the operator must act, tokens are kept. `oauth.unavailable` (with
 *   `details.retryAfterSeconds` where the server said so), `oauth.answer-invalid`, `oauth.answer-too-large`,
 *   `oauth.redirect-refused`, `oauth.keys-invalid`: may pass, tokens are kept.
 * @see RFC 6749 §6, OpenID Connect Core §12.2
 */
export async function requestFreshTokenSet(request: RefreshRequest): Promise<TokenSet> {
  const { authorizationServer, client, tokenSet, keys, now } = request
  const { accessToken, refreshToken, scope, signedIn } = tokenSet
  if (refreshToken === undefined) throw createNoRefreshTokenError()
  if (signedIn !== undefined) await keys?.get()
  const context = createContext('refresh', request, [refreshToken, accessToken])
  const send = () =>
    oauth.refreshTokenGrantRequest(
      { ...authorizationServer },
      { client_id: client.clientId },
      toClientAuthentication(client),
      refreshToken,
      createRequestOptions(request.fetch, request.quirks),
    )
  const { tokenSet: fresh, idToken } = await requestTokens(send, request, context, scope)
  if (signedIn !== undefined && idToken !== undefined) {
    if (keys === undefined) throw new TypeError('"keys" are needed where somebody has signed in')
    const { clientId } = client
    const expected = { authorizationServer, clientId, keys, now, ...signedIn }
    await readIdToken(idToken, { ...expected, accessToken: fresh.accessToken })
  }
  return createTokenSet({
    ...fresh,
    accessToken: fresh.accessToken,
    refreshToken: fresh.refreshToken ?? refreshToken,
    ...(signedIn !== undefined && { signedIn }),
  })
}

async function requestTokens(
  send: () => Promise<Response>,
  options: TokenEndpointOptions,
  context: RequestContext,
  askedScope: readonly string[],
): Promise<TokenAnswer> {
  const { authorizationServer, client, scopeSeparator, quirks, now } = options
  assertEndpoints(authorizationServer)
  try {
    return await readTokenResponse(await send(), {
      authorizationServer,
      clientId: client.clientId,
      askedScope,
      scopeSeparator,
      quirks,
      context,
      now,
    })
  } catch (thrown) {
    throw toOAuthError(thrown, context)
  }
}

/** The options that every request through oauth4webapi shares; https is asserted by the bounded fetch itself. */
export function createRequestOptions(
  fetch: typeof globalThis.fetch,
  { requestsInJson }: TokenQuirks = {},
) {
  const bounded = createBoundedFetch(fetch)
  return {
    [oauth.customFetch]: requestsInJson ? inJson(bounded, requestsInJson) : bounded,
    [oauth.allowInsecureRequests]: true,
    headers: { 'user-agent': 'Throughline' },
  }
}

function createContext(
  kind: RequestContext['kind'],
  { authorizationServer, client, quirks }: TokenEndpointOptions,
  secrets: readonly string[],
): RequestContext {
  return {
    kind,
    endpoint: authorizationServer.token_endpoint,
    secrets: [...secrets, ...secretsOf(client)],
    errorsMean: quirks?.errorsMean,
  }
}

function createNoRefreshTokenError(): ThroughlineError {
  return new ThroughlineError(
    'oauth.grant-dead',
    'The server gave no refresh token, so there is nothing to make a fresh access token from. Connect again.',
    { attribution: 'person', details: { reason: 'no refresh token' } },
  )
}
