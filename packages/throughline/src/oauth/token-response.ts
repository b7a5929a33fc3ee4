/*
 * The answer of a token endpoint, made fit for oauth4webapi: strict about what it is, calm about what it adds.
 *
 * Gaps of the library that are closed here, each measured: errors with status 200, own `__proto__` members,
 * repeated members, an `expires_in` of 1e300, a challenge header that hides the JSON error.
 */
import * as oauth from 'oauth4webapi'
import type { Clock } from '../base/clock.ts'
import { isSignIn, type AuthorizationServer } from './authorization-server.ts'
import {
  createAwayError,
  createInvalidAnswerError,
  createStatusError,
  isTransient,
  type RequestContext,
} from './oauth-error.ts'
import { readJsonBody } from './plain-json.ts'
import { createRedacted } from './redacted.ts'
import { errorOf, toGrantedScope, tokenMembersOf, type TokenQuirks } from './token-quirks.ts'
import { createTokenSet, splitScope, type TokenSet } from './token-set.ts'

/** Longest token that is kept, in characters. RFC 6749 sets no limit; 16 kB must work. */
const MAXIMUM_TOKEN_LENGTH = 32_768

/** Longest scope that is taken, in characters: twice what a request can ask for. It is read at every run of a page. */
const MAXIMUM_SCOPE_LENGTH = 16_384

/** Ends further away than ten years are brought to it: nobody means 1e300 seconds. */
const MAXIMUM_LIFETIME_SECONDS = 10 * 365 * 24 * 3_600

/** Members that are never given away with an answer. */
const TOKEN_NAMES = new Set(['access_token', 'refresh_token', 'id_token'])

/** OpenID Connect Core §3.1.2.1, §5.4, §11. */
const SIGN_IN_SCOPE = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/** A token response as read: the tokens, and what else the server said. */
export interface TokenAnswer {
  readonly tokenSet: TokenSet
  /** The members other than tokens, deep-frozen, without `__proto__`: data, to be checked by who reads it. */
  readonly answer: Readonly<Record<string, unknown>>
  /** As it came, for `readIdToken`; absent where there is none. */
  readonly idToken?: string
}

/** What an answer is read against. */
export interface TokenAnswerExpectation {
  readonly authorizationServer: AuthorizationServer
  readonly clientId: string
  /** The scope that a missing `scope` member stands for. */
  readonly askedScope: readonly string[]
  readonly scopeSeparator?: string | undefined
  readonly quirks?: TokenQuirks | undefined
  readonly context: RequestContext
  readonly now: Clock
}

/**
 * Reads a complete (bounded) response of a token endpoint.
 *
 * `expires_in` may be a number or a numeral; missing or null: no `expiresAt`; 0: ends now; more than ten years:
 * ten years; anything else is an invalid answer. A missing `scope` means as asked.
 *
 * @throws `ThroughlineError`s, and raw errors of oauth4webapi, which must go through `toOAuthError`.
 * @see RFC 6749 §5.1, §5.2
 */
export async function readTokenResponse(
  response: Response,
  expectation: TokenAnswerExpectation,
): Promise<TokenAnswer> {
  const { authorizationServer, clientId, context, askedScope, scopeSeparator, quirks, now } =
    expectation
  const answer = await readAnswer(response, context)
  const members = tokenMembersOf(answer, quirks)
  const { access_token, refresh_token, scope, expires_in, token_type, id_token } = members
  const conform = Response.json(withoutAbsent({ access_token, token_type, refresh_token, scope }))
  const as = { ...authorizationServer }
  const client = { client_id: clientId }
  const tokens = await oauth.processRefreshTokenResponse(as, client, conform)
  // oauth4webapi lets `DPoP` pass; we never send a proof, so such a token would be useless.
  if (tokens.token_type !== 'bearer') {
    throw createInvalidAnswerError(context, 'its token_type is not Bearer')
  }
  assertToken(tokens.access_token, 'access_token', context)
  if (tokens.refresh_token !== undefined)
    assertToken(tokens.refresh_token, 'refresh_token', context)
  if ((tokens.scope ?? '').length > MAXIMUM_SCOPE_LENGTH) {
    throw createInvalidAnswerError(context, `its scope has over ${MAXIMUM_SCOPE_LENGTH} characters`)
  }
  const expiresAt = toExpiresAt(expires_in, now, context)
  const separator = quirks?.scopeAnsweredWith?.separator ?? scopeSeparator
  const said = tokens.scope === undefined ? askedScope : splitScope(tokens.scope, separator)
  const granted = toGrantedScope(said, askedScope, quirks)
  const tokenSet = createTokenSet({
    accessToken: tokens.access_token,
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    scope: isSignIn(as, askedScope) ? withSignInScope(granted, askedScope) : granted,
    ...(expiresAt !== undefined && { expiresAt }),
  })
  const read = { tokenSet, answer: withoutTokens(answer) }
  if (typeof id_token !== 'string') return read
  return createRedacted('TokenAnswer', read, { idToken: id_token })
}

/**
 * Of a sign-in, the scope that asks for claims counts as granted as it was asked: Google answers `email` by a URL, and
 * Microsoft leaves `offline_access` out. Which claims were given, the claims say.
 */
function withSignInScope(granted: readonly string[], asked: readonly string[]): readonly string[] {
  return [...granted, ...asked.filter((name) => SIGN_IN_SCOPE.has(name))]
}

/**
 * Reads the JSON object of an answer; an OAuth `error` in it is thrown as oauth4webapi's `ResponseBodyError`,
 * whatever the status of the answer (GitHub sends errors with 200).
 */
export async function readAnswer(
  response: Response,
  context: RequestContext,
): Promise<Readonly<Record<string, unknown>>> {
  const { status } = response
  if (isTransient(status)) throw createAwayError(response, context.endpoint)
  const read = await readJsonBody(response)
  if ('fault' in read) {
    throw status === 200
      ? createInvalidAnswerError(context, read.fault)
      : createStatusError(status, context)
  }
  const { error_description } = read.object
  const error = errorOf(read.object, context.errorsMean)
  if (error !== undefined) {
    throw new oauth.ResponseBodyError('the answer is an error', {
      cause: { error, ...(typeof error_description === 'string' && { error_description }) },
      response: new Response(null, { status }),
    })
  }
  if (status !== 200) throw createStatusError(status, context)
  return read.object
}

/** Some servers write `null` for what they do not give. */
function withoutAbsent(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  )
}

/** RFC 6749 A.12 and A.17: printable ASCII. Anything else would also break the header that carries it. */
function assertToken(token: string, name: string, context: RequestContext): void {
  if (token.length > MAXIMUM_TOKEN_LENGTH) {
    throw createInvalidAnswerError(
      context,
      `its ${name} has over ${MAXIMUM_TOKEN_LENGTH} characters`,
    )
  }
  if (!/^[\x20-\x7e]+$/.test(token)) {
    throw createInvalidAnswerError(
      context,
      `its ${name} holds characters other than printable ASCII`,
    )
  }
}

function toExpiresAt(expiresIn: unknown, now: Clock, context: RequestContext): number | undefined {
  if (expiresIn === undefined || expiresIn === null) return undefined
  const isNumeral = typeof expiresIn === 'string' && /^\d+(?:\.\d+)?$/.test(expiresIn)
  const seconds = isNumeral ? Number(expiresIn) : expiresIn
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) {
    throw createInvalidAnswerError(context, 'its expires_in is not a number of seconds')
  }
  const lifetime = Math.min(Math.floor(seconds), MAXIMUM_LIFETIME_SECONDS)
  return Math.floor(now() / 1_000) + lifetime
}

/** Copies an answer without its tokens, also where a server nests them; depth is bounded by the reader. */
function withoutTokens<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Object.freeze(value.map(withoutTokens)) as Value
  const kept = Object.entries(value).filter(([name]) => !TOKEN_NAMES.has(name))
  return Object.freeze(
    Object.fromEntries(kept.map(([name, member]) => [name, withoutTokens(member)])),
  ) as Value
}
