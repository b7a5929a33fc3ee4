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

/** What MACs are made with. */
export type MacKey = Pick<KeyRing, 'macKey'>

/** Returns the HMAC-SHA256 of a value under the MAC key's key for this purpose: 43 base64url characters. */
export function mac(ring: MacKey, purpose: MacPurpose, value: string): string {
  return macWith(keyFor(ring, `mac/${purpose}`), value)
}

/**
 * Tells whether a candidate is the MAC of the value for this purpose.
 *
 * Takes the same time wherever two candidates of the right length differ; never throws, whatever the candidate.
 */
export function isMac(
  ring: MacKey,
  purpose: MacPurpose,
  value: string,
  candidate: string,
): boolean {
  const received = Buffer.from(candidate)
  const expected = Buffer.from(mac(ring, purpose, value))
  return received.length === expected.length && timingSafeEqual(received, expected)
}

/**
 * Returns what finds an account without saying who it is: 43 base64url characters. A subject is somebody only at its
 * issuer.
 */
export function blindIndex(ring: MacKey, issuer: string, subject: string): string {
  return macWith(keyFor(ring, 'index'), toPrefixedBytes([issuer, subject]))
}

function macWith(key: KeyObject, value: string | Uint8Array): string {
  return createHmac('sha256', key).update(value).digest('base64url')
}

/**
 * Derived once per MAC key and use; gone with it. Key objects, because Node takes four times as long to begin a MAC
 * with bytes.
 */
const derived = new WeakMap<Uint8Array, Map<string, KeyObject>>()

function keyFor({ macKey }: MacKey, use: string): KeyObject {
  const ofKey = derived.get(macKey) ?? new Map<string, KeyObject>()
  derived.set(macKey, ofKey)
  const known = ofKey.get(use)
  if (known !== undefined) return known
  const bytes = hkdfSync('sha256', macKey, '', `throughline/v1/${use}`, 32)
  const key = createSecretKey(new Uint8Array(bytes))
  ofKey.set(use, key)
  return key
}
