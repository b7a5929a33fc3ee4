/*
 * The ID token: who has signed in, said by the issuer to this client, in answer to this very request.
 *
 * size → header → signature → issuer → audience → times → nonce → hashes. The signature is always verified, although
 * OpenID Connect would let a token that came over TLS go without. Must never keep or show a token.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { ThroughlineError } from '../base/error.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { isSameText } from './authorization-response.ts'
import { TokenFault, verifySignedToken, type KeySet } from './key-set.ts'

/** How far the issuer's clock may be from ours. */
const SKEW_SECONDS = 30
/** An ID token is made when it is asked for: one that is older answers somebody else. */
const MAXIMUM_AGE_SECONDS = 3_600
/** The end of the year 9999: a later time is no time. */
const LAST_SECOND = 253_402_300_799

/** What an ID token is checked against. */
export interface ExpectedIdToken {
  readonly authorizationServer: AuthorizationServer
  readonly clientId: string
  readonly keys: KeySet
  readonly now: Clock
  /** The access token that came along, for `at_hash`. */
  readonly accessToken: string
  /** The code that was exchanged, for `c_hash`; absent in a refresh. */
  readonly code?: string
  /** The nonce of the authorization request. */
  readonly nonce: string
  /** The subject of the first ID token, in a refresh, where the nonce may be missing. */
  readonly subject?: string
  /** What the authorization request had as `max_age`. */
  readonly maxAgeSeconds?: number | undefined
}

/** The claims of an ID token that was validated: data by somebody else, deep-frozen. */
export interface IdTokenClaims extends Readonly<Record<string, unknown>> {
  /** The issuer's stable id of the account: 1 to 255 characters. */
  readonly sub: string
}

/**
 * Validates an ID token in full.
 *
 * @throws `oauth.id-token-invalid`; the codes of `createBoundedFetch` and `oauth.keys-invalid` where the issuer's keys
 *   cannot be read.
 * @see OpenID Connect Core §3.1.3.7, §3.1.3.8, §12.2
 */
export async function readIdToken(
  idToken: string | undefined,
  expected: ExpectedIdToken,
): Promise<IdTokenClaims> {
  const { authorizationServer, keys } = expected
  try {
    if (idToken === undefined) throw new TokenFault('there is none')
    const supported = authorizationServer.id_token_signing_alg_values_supported
    const { algorithm, payload } = await verifySignedToken(idToken, keys, supported)
    assertParties(payload, expected)
    assertTimes(payload, expected)
    assertNonce(payload, expected)
    assertHash(payload, 'at_hash', expected.accessToken, algorithm)
    assertHash(payload, 'c_hash', expected.code, algorithm)
    return payload as IdTokenClaims
  } catch (thrown) {
    if (!(thrown instanceof TokenFault)) throw thrown
    throw new ThroughlineError(
      'oauth.id-token-invalid',
      `The ID token of ${authorizationServer.issuer} cannot be believed: ${thrown.message}. Nothing was kept of it. Connect again.`,
      { attribution: 'provider', details: { reason: thrown.message } },
    )
  }
}

type Payload = Readonly<Record<string, unknown>>

function assertParties(payload: Payload, expected: ExpectedIdToken): void {
  const { iss, aud, azp, sub } = payload
  const { authorizationServer, clientId, subject } = expected
  if (iss !== authorizationServer.issuer) throw new TokenFault('its "iss" is another issuer')
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audience.includes(clientId)) throw new TokenFault('its "aud" is not this program')
  if (audience.some((one) => one !== clientId)) {
    throw new TokenFault('its "aud" has others than this program')
  }
  if (azp !== undefined && azp !== clientId) throw new TokenFault('its "azp" is another program')
  if (typeof sub !== 'string' || !/^.{1,255}$/su.test(sub)) {
    throw new TokenFault('its "sub" is not 1 to 255 characters')
  }
  if (subject !== undefined && sub !== subject) throw new TokenFault('its "sub" is another account')
}

function assertTimes(payload: Payload, { now, maxAgeSeconds }: ExpectedIdToken): void {
  const present = now() / 1_000
  const expiresAt = secondsOf(payload, 'exp')
  const issuedAt = secondsOf(payload, 'iat')
  const notBefore = secondsOf(payload, 'nbf')
  if (expiresAt === undefined) throw new TokenFault('it has no "exp"')
  if (issuedAt === undefined) throw new TokenFault('it has no "iat"')
  if (expiresAt + SKEW_SECONDS <= present) throw new TokenFault('its "exp" is over')
  if (issuedAt - SKEW_SECONDS > present) throw new TokenFault('its "iat" is yet to come')
  if (issuedAt + MAXIMUM_AGE_SECONDS + SKEW_SECONDS < present) {
    throw new TokenFault('its "iat" is more than an hour ago')
  }
  if (notBefore !== undefined && notBefore - SKEW_SECONDS > present) {
    throw new TokenFault('its "nbf" is yet to come')
  }
  if (maxAgeSeconds === undefined) return
  const signedInAt = secondsOf(payload, 'auth_time')
  if (signedInAt === undefined || signedInAt + maxAgeSeconds + SKEW_SECONDS < present) {
    throw new TokenFault('its "auth_time" is longer ago than the "max_age" that was asked')
  }
}

function secondsOf(payload: Payload, name: string): number | undefined {
  const seconds = payload[name]
  if (seconds === undefined) return undefined
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= LAST_SECOND) return seconds
  throw new TokenFault(`its "${name}" is no time`)
}

function assertNonce({ nonce }: Payload, expected: ExpectedIdToken): void {
  if (nonce === undefined && expected.subject !== undefined) return
  if (typeof nonce === 'string' && isSameText(nonce, expected.nonce)) return
  throw new TokenFault('its "nonce" is not that of the request')
}

/** Compares a hash with the left half of its value's, where the token has one. */
function assertHash(
  payload: Payload,
  name: 'at_hash' | 'c_hash',
  value: string | undefined,
  algorithm: string,
): void {
  const hash = payload[name]
  if (hash === undefined || value === undefined) return
  // RFC 8032: Ed25519 hashes by SHA-512; all others have the size in their name.
  const size = /\d{3}$/.exec(algorithm)?.[0]
  const digest = createHash(size === undefined || algorithm === 'Ed25519' ? 'sha512' : `sha${size}`)
    .update(value, 'ascii')
    .digest()
  const half = digest.subarray(0, digest.length / 2).toString('base64url')
  if (typeof hash !== 'string' || !isSameText(hash, half)) {
    throw new TokenFault(`its "${name}" belongs to something else`)
  }
}
