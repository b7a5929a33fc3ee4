/*
 * The master keys of an installation: which one seals, which ones still open.
 *
 * New keys are put in front, so the first key seals and the last is the oldest. The index key derives from the
 * LAST key: a blind index finds rows by equality, so its key must not change when a key is added in front. It
 * changes only when the oldest key is taken away, and whoever does that must rewrite the indexes anyway.
 *
 * Nothing here may print key material, not even that of a malformed entry.
 */
import { hkdfSync } from 'node:crypto'
import { ThroughlineError } from '../base/error.ts'

/** One master key. */
export interface SealingKey {
  /** 1 to 16 of `a-z`, `0-9` and `-`; readable in every envelope. */
  readonly id: string
  /** 32 unpredictable bytes. */
  readonly bytes: Uint8Array
}

/** All master keys of an installation. */
export interface KeyRing {
  /** The key that seals. */
  readonly primary: SealingKey
  /** Every key that opens, by its id, newest first. */
  readonly keys: ReadonlyMap<string, SealingKey>
  /** 32 bytes for MACs that must stay the same when a key is added. */
  readonly indexKey: Uint8Array
}

/** Length of a sealing key in bytes. */
export const SEALING_KEY_BYTES = 32

const KEY_ID = /^[a-z0-9-]{1,16}$/
const KEY_TEXT = /^[A-Za-z0-9+/_-]{43}=?$/

/**
 * Puts sealing keys together to a ring.
 *
 * @param keys Newest first; the first seals.
 * @param source Where they came from, for the message.
 * @throws `crypto.bad-keys` when there is none, an id is malformed or taken, a key has not 32 bytes or stands
 *   there twice.
 */
export function createKeyRing(keys: readonly SealingKey[], source = 'The key ring'): KeyRing {
  const [primary] = keys
  const oldest = keys.at(-1)
  if (primary === undefined || oldest === undefined) throw badKeys(`${source} holds no key.`)
  const byId = new Map<string, SealingKey>()
  const texts = new Set<string>()
  for (const [index, key] of keys.entries()) {
    const place = `key ${index + 1} of ${keys.length}`
    if (!KEY_ID.test(key.id)) {
      throw badKeys(`${source}: the id of ${place} must be 1 to 16 of a-z, 0-9 and "-".`)
    }
    if (byId.has(key.id)) throw badKeys(`${source}: the key id \`${key.id}\` stands there twice.`)
    if (key.bytes.length !== SEALING_KEY_BYTES) {
      throw badKeys(`${source}: ${place} has ${key.bytes.length} bytes, expected 32.`)
    }
    const text = Buffer.from(key.bytes).toString('base64')
    if (texts.has(text)) throw badKeys(`${source}: ${place} repeats an earlier key.`)
    texts.add(text)
    byId.set(key.id, key)
  }
  const indexKey = hkdfSync('sha256', oldest.bytes, '', 'throughline/v1/index', 32)
  return { primary, keys: byId, indexKey: new Uint8Array(indexKey) }
}

/**
 * Reads `THROUGHLINE_KEYS`: `id:base64` entries separated by commas, as in `k2:…,k1:…`. The first key seals.
 *
 * @param text Each key is the base64 or base64url of exactly 32 bytes. White space around an entry is ignored.
 * @param source Where the text came from, for the message.
 * @throws `crypto.bad-keys`, whose message names the entry by its place and never repeats it.
 */
export function parseKeys(text: string, source = 'THROUGHLINE_KEYS'): KeyRing {
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
    return { id: entry.slice(0, colon).trim(), bytes }
  })
  return createKeyRing(keys, source)
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
