/*
 * The keys of an installation: which one seals, which ones still open, and the one that MACs are made with.
 *
 * New sealing keys are put in front: the first seals, the others open what they have sealed until it is sealed anew.
 * The MAC key is no sealing key, for what it makes is found by equality and must not change: blind indexes find
 * accounts, and MACs stand in cookies and links. It rests in the user store, sealed like all else.
 *
 * Nothing here may print key material, not even that of a malformed entry.
 */
import { ThroughlineError } from '../base/error.ts'

/** One master key. */
export interface SealingKey {
  /** 1 to 16 of `a-z`, `0-9` and `-`; readable in every envelope. */
  readonly id: string
  /** 32 unpredictable bytes. */
  readonly bytes: Uint8Array
}

/** The sealing keys of an installation. May be others at the next look: a key file can change while a program runs. */
export interface SealingKeys {
  /** The key that seals. */
  readonly primary: SealingKey
  /** Every key that opens, by its id, newest first. */
  readonly keys: ReadonlyMap<string, SealingKey>
}

/** All keys that a program works with. */
export interface KeyRing extends SealingKeys {
  /** 32 bytes that all MACs and blind indexes are made with: the same whatever becomes of the sealing keys. */
  readonly macKey: Uint8Array
}

/** Length of a sealing key, and of the MAC key, in bytes. */
export const KEY_BYTES = 32

/** Of 32 random bytes some thirty differ; fewer than this never come by chance. */
const LEAST_DISTINCT_BYTES = 12

const KEY_ID = /^[a-z0-9-]{1,16}$/
const KEY_TEXT = /^[A-Za-z0-9+/_-]{43}=?$/

/**
 * Puts sealing keys together.
 *
 * @param keys Newest first; the first seals.
 * @param source Where they came from, for the message.
 * @throws `crypto.bad-keys` when there is none, an id is malformed or taken, a key has not 32 bytes or stands
 *   there twice.
 */
export function createSealingKeys(
  keys: readonly SealingKey[],
  source = 'The key ring',
): SealingKeys {
  const [primary] = keys
  if (primary === undefined) throw badKeys(`${source} holds no key.`)
  const byId = new Map<string, SealingKey>()
  const texts = new Set<string>()
  for (const [index, key] of keys.entries()) {
    const place = `key ${index + 1} of ${keys.length}`
    if (!KEY_ID.test(key.id)) {
      throw badKeys(`${source}: the id of ${place} must be 1 to 16 of a-z, 0-9 and "-".`)
    }
    if (byId.has(key.id)) throw badKeys(`${source}: the key id \`${key.id}\` stands there twice.`)
    if (key.bytes.length !== KEY_BYTES) {
      throw badKeys(`${source}: ${place} has ${key.bytes.length} bytes, expected 32.`)
    }
    const text = Buffer.from(key.bytes).toString('base64')
    if (texts.has(text)) throw badKeys(`${source}: ${place} repeats an earlier key.`)
    texts.add(text)
    byId.set(key.id, key)
  }
  return { primary, keys: byId }
}

/** Adds the MAC key to sealing keys, which are looked at anew at each use. */
export function createKeyRing(sealing: SealingKeys, macKey: Uint8Array): KeyRing {
  if (macKey.length !== KEY_BYTES) {
    throw badKeys(`The MAC key has ${macKey.length} bytes, expected 32.`)
  }
  return {
    get primary() {
      return sealing.primary
    },
    get keys() {
      return sealing.keys
    },
    macKey,
  }
}

/**
 * Reads `THROUGHLINE_KEYS`: `id:base64` entries separated by commas, as in `k2:…,k1:…`. The first key seals.
 *
 * @param text Each key is the base64 or base64url of exactly 32 bytes. White space around an entry is ignored.
 * @param source Where the text came from, for the message.
 * @throws `crypto.bad-keys`, whose message names the entry by its place and never repeats it.
 */
export function parseKeys(text: string, source = 'THROUGHLINE_KEYS'): SealingKeys {
  const entries = text.trim() === '' ? [] : text.split(',')
  const keys = entries.map((entry, index): SealingKey => {
    const place = `entry ${index + 1} of ${entries.length}`
    const colon = entry.indexOf(':')
    if (colon === -1) throw badKeys(`${source}: ${place} has no ":" between key id and key.`)
    const keyText = entry.slice(colon + 1).trim()
    if (!KEY_TEXT.test(keyText)) {
      throw badKeys(`${source}: the key of ${place} is not the base64 of exactly 32 bytes.`)
    }
    const bytes = Buffer.from(keyText.replace('=', ''), 'base64url')
    if (new Set(bytes).size < LEAST_DISTINCT_BYTES) {
      throw badKeys(`${source}: the key of ${place} is a placeholder, not 32 random bytes.`)
    }
    return { id: entry.slice(0, colon).trim(), bytes }
  })
  return createSealingKeys(keys, source)
}

/** Writes one key as {@link parseKeys} reads it. The result is a secret. */
export function serializeKey(key: SealingKey): string {
  return `${key.id}:${Buffer.from(key.bytes).toString('base64')}`
}

function badKeys(what: string): ThroughlineError {
  const remedy =
    'Write keys as `k2:base64,k1:base64`, newest first, each made by `openssl rand -base64 32`.'
  return new ThroughlineError('crypto.bad-keys', `${what} ${remedy}`, { attribution: 'operator' })
}
