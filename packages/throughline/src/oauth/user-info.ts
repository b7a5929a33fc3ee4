/*
 * UserInfo: what an issuer tells of the account that an access token belongs to.
 */
import { ThroughlineError } from '../base/error.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { createBoundedFetch } from './bounded-fetch.ts'
import { createAwayError, createInvalidAnswerError, isTransient, toPlace } from './oauth-error.ts'
import { readJsonBody } from './plain-json.ts'
import type { TokenSet } from './token-set.ts'

/** The whole of somebody's claims, in bytes. */
const MAXIMUM_BYTES = 65_536

/** What {@link requestUserInfo} is asked. */
export interface UserInfoRequest {
  readonly authorizationServer: AuthorizationServer
  readonly tokenSet: TokenSet
  /** The subject of the validated ID token. */
  readonly subject: string
  readonly fetch: typeof globalThis.fetch
}

/**
 * Asks for the claims of the account that an access token belongs to.
 *
 * @returns The claims, deep-frozen; none where there is no such endpoint, where it does not take this token (one for
 *   another API), or where it answers with a signed token.
 * @throws `oauth.subject-mismatch` when they are another account's; `oauth.unavailable`, `oauth.answer-invalid`; the
 *   codes of `createBoundedFetch`.
 * @see OpenID Connect Core §5.3
 */
export async function requestUserInfo(
  request: UserInfoRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const { authorizationServer, tokenSet, subject } = request
  const endpoint = authorizationServer.userinfo_endpoint
  if (endpoint === undefined) return {}
  const { accessToken } = tokenSet
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
  const fetch = createBoundedFetch(request.fetch, { maximumBytes: MAXIMUM_BYTES })
  const response = await fetch(endpoint, { headers })
  const { status } = response
  if (isTransient(status)) throw createAwayError(response, endpoint)
  const isSigned = /^application\/jwt\b/i.test(response.headers.get('content-type') ?? '')
  if (status !== 200 || isSigned) return {}
  const read = await readJsonBody(response)
  const context = { kind: 'user-info', endpoint, secrets: [accessToken] } as const
  if ('fault' in read) throw createInvalidAnswerError(context, read.fault)
  if (read.object['sub'] === subject) return read.object
  throw new ThroughlineError(
    'oauth.subject-mismatch',
    `${toPlace(endpoint)} tells of another account than the ID token. Nothing of either was kept. Connect again.`,
    { attribution: 'provider', details: { endpoint: toPlace(endpoint) } },
  )
}
