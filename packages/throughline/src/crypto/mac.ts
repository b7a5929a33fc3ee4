/*
 * Short proofs over values that are not secret in themselves: hashes, MACs and blind indexes.
 *
 * Each purpose has a key of its own, so that a value valid in one place is valid in no other. Nothing here is sealed:
 * whoever knows the value sees that it is the same.
 */
import {
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto'
import type { KeyRing } from './key-ring.ts'
import { toPrefixedBytes } from './prefixed.ts'

/** What a MAC is made for: a closed list. */
export type MacPurpose = 'cookie' | 'form-token' | 'download' | 'rotation' | 'session-key'

/** Returns the SHA-256 of an unguessable id: 43 base64url characters. For ids of 128 random bits or more only. */
export function hashOf(value: string): string {
  return hash('sha256', value, 'base64url')
}

/** Returns the HMAC-SHA256 of a value under the primary key's key for this purpose: 43 base64url characters. */
export function mac(ring: KeyRing, purpose: MacPurpose, value: string): string {
  // The primary key is the first of the ring.
  return macWith(macKeys(ring, purpose)[0] as KeyObject, value)
}

/**
 * Tells whether a candidate is the MAC of the value for this purpose, under any key of the ring.
 *
 * Takes the same time wherever two candidates of the right length differ; never throws, whatever the candidate.
 */
export function isMac(
  ring: KeyRing,
  purpose: MacPurpose,
  value: string,
  candidate: string,
): boolean {
  const received = Buffer.from(candidate)
  let found = false
  for (const key of macKeys(ring, purpose)) {
    const expected = Buffer.from(macWith(key, value))
    if (received.length === expected.length && timingSafeEqual(received, expected)) found = true
  }
  return found
}

/**
 * Returns what finds an account without saying who it is: 43 base64url characters. A subject is somebody only at its
 * issuer.
 *
 * The same for the same account as long as the oldest key of the ring stays.
 */
export function blindIndex(ring: KeyRing, issuer: string, subject: string): string {
  const value = toPrefixedBytes([issuer, subject])
  return createHmac('sha256', ring.indexKey).update(value).digest('base64url')
}

function macWith(key: KeyObject, value: string): string {
  return createHmac('sha256', key).update(value).digest('base64url')
}

/**
 * Derived once per ring and purpose, in the order of the ring; gone with the ring. Key objects, because Node takes
 * four times as long to begin a MAC with bytes.
 */
const derived = new WeakMap<KeyRing, Map<MacPurpose, readonly KeyObject[]>>()

function macKeys(ring: KeyRing, purpose: MacPurpose): readonly KeyObject[] {
  const ofRing = derived.get(ring) ?? new Map<MacPurpose, readonly KeyObject[]>()
  derived.set(ring, ofRing)
  const known = ofRing.get(purpose)
  if (known !== undefined) return known
  const keys = [...ring.keys.values()].map(({ bytes }) => {
    const key = hkdfSync('sha256', bytes, '', `throughline/v1/mac/${purpose}`, 32)
    return createSecretKey(new Uint8Array(key))
  })
  ofRing.set(purpose, keys)
  return keys
}
