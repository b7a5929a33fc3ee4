/*
 * What an authorization server grants: tokens, their scope, their end. A token is opaque here, never parsed.
 */
import { ThroughlineError } from '../base/error.ts'
import { createRedacted } from './redacted.ts'

/** Who had signed in when a token set was granted, and by which request: what a refresh is held to. */
export interface SignedInAs {
  /** The `sub` of the ID token. */
  readonly subject: string
  readonly nonce: string
}

/** Tokens as granted. Made by {@link createTokenSet}, so that printing one shows no token. */
export interface TokenSet {
  readonly accessToken: string
  /** Absent where the server issues none. */
  readonly refreshToken?: string
  /** The granted scope, each name once, in the server's order. */
  readonly scope: readonly string[]
  /** Epoch seconds (UTC); absent when the server gave no `expires_in`. */
  readonly expiresAt?: number
  /** Absent where nobody signed in (plain OAuth). */
  readonly signedIn?: SignedInAs
}

/**
 * Creates a token set that shows `[redacted]` in place of its tokens when it is inspected, serialised or spread.
 * Two token sets are compared by what {@link serializeTokenSet} says, for their tokens are not enumerable.
 */
export function createTokenSet(tokenSet: TokenSet): TokenSet {
  const { accessToken, refreshToken, expiresAt, signedIn } = tokenSet
  const scope = Object.freeze([...new Set(tokenSet.scope)])
  const open = expiresAt === undefined ? { scope } : { scope, expiresAt }
  return createRedacted('TokenSet', open, {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(signedIn !== undefined && { signedIn }),
  })
}

/** Notes in a token set who had signed in. */
export function withSignedIn(tokenSet: TokenSet, signedIn: SignedInAs): TokenSet {
  const { accessToken, refreshToken, scope, expiresAt } = tokenSet
  return createTokenSet({
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    scope,
    ...(expiresAt !== undefined && { expiresAt }),
    signedIn,
  })
}

/** Writes a token set, tokens in clear, as JSON: only ever to be sealed. */
export function serializeTokenSet(tokenSet: TokenSet): string {
  const { accessToken, refreshToken, scope, expiresAt, signedIn } = tokenSet
  return JSON.stringify({ accessToken, refreshToken, scope, expiresAt, signedIn })
}

/**
 * Reads what {@link serializeTokenSet} wrote.
 *
 * @throws `oauth.token-set-unreadable`, without quoting what was read.
 */
export function parseTokenSet(serialized: string): TokenSet {
  const value = parseObject(serialized)
  const { accessToken, refreshToken, scope, expiresAt, signedIn } = value
  const isSound =
    typeof accessToken === 'string' &&
    accessToken !== '' &&
    (refreshToken === undefined || typeof refreshToken === 'string') &&
    Array.isArray(scope) &&
    scope.every((name) => typeof name === 'string') &&
    (expiresAt === undefined || Number.isSafeInteger(expiresAt)) &&
    (signedIn === undefined || isSignedInAs(signedIn))
  if (!isSound) throw unreadable()
  return createTokenSet(value as unknown as TokenSet)
}

/**
 * Splits a scope as it travels into its names, each once; empty for the empty string. What is no name is left out:
 * what was granted is asked for again where more is needed, and no request could carry it.
 */
export function splitScope(scope: string, separator = ' '): readonly string[] {
  return [...new Set(scope.split(separator).flatMap((part) => part.split(' ')))].filter(isScopeName)
}

/** Tells whether a text is a name of a scope: printable ASCII without space, quote and backslash (RFC 6749 §3.3). */
export function isScopeName(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text)
}

/** Tells whether everything asked was granted; order and repetition do not count. */
export function isScopeWithin(asked: readonly string[], granted: readonly string[]): boolean {
  return new Set(asked).isSubsetOf(new Set(granted))
}

function isSignedInAs(value: unknown): value is SignedInAs {
  if (typeof value !== 'object' || value === null) return false
  const { subject, nonce } = value as { readonly [Name in keyof SignedInAs]?: unknown }
  return typeof subject === 'string' && typeof nonce === 'string'
}

function parseObject(serialized: string): { readonly [Name in keyof TokenSet]?: unknown } {
  try {
    const value: unknown = JSON.parse(serialized)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // The parser's message quotes the text, which may be tokens in clear.
  }
  throw unreadable()
}

function unreadable(): ThroughlineError {
  return new ThroughlineError(
    'oauth.token-set-unreadable',
    'A stored token set is not what was written. The person must connect again.',
    { attribution: 'framework' },
  )
}
