/*
 * What an authorization server grants: tokens, their scope, their end. A token is opaque here, never parsed.
 */
import { ThroughlineError } from '../base/error.ts'
import { createRedacted } from './redacted.ts'

/** Tokens as granted. Made by {@link createTokenSet}, so that printing one shows no token. */
export interface TokenSet {
  readonly accessToken: string
  /** Absent where the server issues none. */
  readonly refreshToken?: string
  /** The granted scope, each name once, in the server's order. */
  readonly scope: readonly string[]
  /** Epoch seconds (UTC); absent when the server gave no `expires_in`. */
  readonly expiresAt?: number
}

/**
 * Creates a token set that shows `[redacted]` in place of its tokens when it is inspected, serialised or spread.
 * Two token sets are compared by what {@link serializeTokenSet} says, for their tokens are not enumerable.
 */
export function createTokenSet(tokenSet: TokenSet): TokenSet {
  const { accessToken, refreshToken, expiresAt } = tokenSet
  const scope = Object.freeze([...new Set(tokenSet.scope)])
  const open = expiresAt === undefined ? { scope } : { scope, expiresAt }
  const secrets = refreshToken === undefined ? { accessToken } : { accessToken, refreshToken }
  return createRedacted('TokenSet', open, secrets)
}

/** Writes a token set, tokens in clear, as JSON: only ever to be sealed. */
export function serializeTokenSet(tokenSet: TokenSet): string {
  const { accessToken, refreshToken, scope, expiresAt } = tokenSet
  return JSON.stringify({ accessToken, refreshToken, scope, expiresAt })
}

/**
 * Reads what {@link serializeTokenSet} wrote.
 *
 * @throws `oauth.token-set-unreadable`, without quoting what was read.
 */
export function parseTokenSet(serialized: string): TokenSet {
  const value = parseObject(serialized)
  const { accessToken, refreshToken, scope, expiresAt } = value
  const isSound =
    typeof accessToken === 'string' &&
    accessToken !== '' &&
    (refreshToken === undefined || typeof refreshToken === 'string') &&
    Array.isArray(scope) &&
    scope.every((name) => typeof name === 'string') &&
    (expiresAt === undefined || Number.isSafeInteger(expiresAt))
  if (!isSound) throw unreadable()
  return createTokenSet(value as unknown as TokenSet)
}

/** Splits a scope as it travels into its names, each once; empty for the empty string. */
export function splitScope(scope: string, separator = ' '): readonly string[] {
  return [...new Set(scope.split(separator).flatMap((part) => part.split(' ')))].filter(
    (name) => name !== '',
  )
}

/** Tells whether everything asked was granted; order and repetition do not count. */
export function isScopeWithin(asked: readonly string[], granted: readonly string[]): boolean {
  return new Set(asked).isSubsetOf(new Set(granted))
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
