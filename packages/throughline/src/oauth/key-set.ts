/*
 * An issuer's public keys, and the verification of what it signed. The cryptography is that of jose.
 *
 * A copy is kept for ten minutes: so long a key may be trusted that the issuer has taken back. A key that is not in
 * the copy makes it read anew, at most once a minute, whoever makes up names of keys.
 */
import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet, type JWK } from 'jose'
import type { Clock } from '../base/clock.ts'
import { ThroughlineError } from '../base/error.ts'
import { createBoundedFetch } from './bounded-fetch.ts'
import { keepCopy, type KeptCopy } from './kept-copy.ts'
import { createAwayError, toPlace } from './oauth-error.ts'
import { readJsonBody, readJsonObject } from './plain-json.ts'

const MAXIMUM_AGE_MS = 10 * 60_000
/** Longest key set that is read, in bytes, and most of its keys that are looked at. */
const MAXIMUM_BYTES = 262_144
const MAXIMUM_KEYS = 100
/** RFC 7518 §3.3: shorter keys must not be used. */
const MINIMUM_RSA_BYTES = 2048 / 8
/** Longest signed token that is looked at, in characters. */
const MAXIMUM_SIGNED_LENGTH = 65_536

/** Signatures that are taken, where the issuer's metadata has them too. No `none`, and nothing with a shared secret. */
const ALGORITHMS: ReadonlySet<string> = new Set([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
])

/** Members of a token's header that bring a key along, or ask for what we do not do: never believed. */
const REFUSED_MEMBERS = ['crit', 'jwk', 'jku', 'x5u', 'b64']

/** The keys of one issuer, as we know them. */
export type KeySet = KeptCopy<JSONWebKeySet>

/** Keeps the keys at one URL. */
export function keepKeySet(jwksUri: string, fetch: typeof globalThis.fetch, clock: Clock): KeySet {
  const bounded = createBoundedFetch(fetch, { maximumBytes: MAXIMUM_BYTES })
  const read = async () => {
    const response = await bounded(jwksUri, { headers: { accept: 'application/json' } })
    // Whatever the status says: without keys nothing can be verified now, and that may pass.
    if (response.status !== 200) throw createAwayError(response, jwksUri)
    const body = await readJsonBody(response)
    const keys = 'object' in body ? body.object['keys'] : undefined
    if (!Array.isArray(keys)) throw createKeysError(jwksUri)
    return { keys: keys.slice(0, MAXIMUM_KEYS).filter(isUsable) }
  }
  return keepCopy(read, clock, MAXIMUM_AGE_MS)
}

/** A signed token whose signature is by a key of its issuer. */
export interface VerifiedToken {
  readonly algorithm: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** What cannot be believed of a signed token, in words that quote nothing of it. */
export class TokenFault extends Error {}

/**
 * Verifies the signature of a compact JWS and reads its payload.
 *
 * @param supported The algorithms of the issuer's metadata (`RS256` where it has none).
 * @throws {@link TokenFault}; the codes of `createBoundedFetch` and `oauth.keys-invalid` where there are no keys.
 * @see RFC 7515 §5.2, RFC 8725 §3
 */
export async function verifySignedToken(
  token: string,
  keys: KeySet,
  supported: readonly string[] = ['RS256'],
): Promise<VerifiedToken> {
  if (token.length > MAXIMUM_SIGNED_LENGTH) {
    throw new TokenFault(`it has over ${MAXIMUM_SIGNED_LENGTH} characters`)
  }
  const [header = '', , , ...more] = token.split('.')
  if (more.length > 0) throw new TokenFault('it is encrypted, or no signed token')
  const members = readJsonObject(Buffer.from(header, 'base64url'))
  if ('fault' in members) throw new TokenFault('its header is no JSON object')
  const algorithm = members.object['alg']
  const algorithms = supported.filter((name) => ALGORITHMS.has(name))
  if (typeof algorithm !== 'string' || !algorithms.includes(algorithm)) {
    throw new TokenFault(`it is not signed by ${algorithms.join(', ') || 'any algorithm we take'}`)
  }
  const refused = REFUSED_MEMBERS.find((name) => name in members.object)
  if (refused !== undefined) throw new TokenFault(`its header has "${refused}"`)

  const payload =
    (await verifyBy(await keys.get(), token, algorithm)) ??
    (await verifyBy(await keys.renew(), token, algorithm))
  if (payload === undefined) throw new TokenFault('it is signed by a key that the issuer has not')
  const read = readJsonObject(payload)
  if ('fault' in read) throw new TokenFault(`its payload: ${read.fault}`)
  return { algorithm, payload: read.object }
}

/** Undefined where no key of the set is the one that the header names. */
async function verifyBy(
  keys: JSONWebKeySet,
  token: string,
  algorithm: string,
): Promise<Uint8Array | undefined> {
  const options = { algorithms: [algorithm] }
  try {
    return (await compactVerify(token, createLocalJWKSet(keys), options)).payload
  } catch (thrown) {
    if (thrown instanceof errors.JWKSNoMatchingKey) return undefined
    if (!(thrown instanceof errors.JWKSMultipleMatchingKeys)) throw wrongSignature()
    // A token without `kid`, or two keys of one name: whichever of the issuer's keys it is (RFC 7515 §4.1.4).
    for await (const key of thrown) {
      const verified = await compactVerify(token, key, options).catch(() => undefined)
      if (verified !== undefined) return verified.payload
    }
    throw wrongSignature()
  }
}

function wrongSignature(): TokenFault {
  return new TokenFault('its signature is not that of the issuer')
}

/** Public keys for signatures only: a weak, secret or unknown one is as if it were not there. */
function isUsable(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false
  const { kty, n, d, use } = key as Readonly<Record<string, unknown>>
  if (d !== undefined || (use !== undefined && use !== 'sig')) return false
  if (kty === 'EC' || kty === 'OKP') return true
  return (
    kty === 'RSA' &&
    typeof n === 'string' &&
    withoutZeros(Buffer.from(n, 'base64url')).length >= MINIMUM_RSA_BYTES
  )
}

function withoutZeros(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  return bytes.subarray(first < 0 ? bytes.length : first)
}

function createKeysError(jwksUri: string): ThroughlineError {
  return new ThroughlineError(
    'oauth.keys-invalid',
    `The keys at ${toPlace(jwksUri)} cannot be read: expected a JSON object with "keys". Check "jwks_uri" in the provider record.`,
    { attribution: 'provider', details: { endpoint: toPlace(jwksUri) } },
  )
}
