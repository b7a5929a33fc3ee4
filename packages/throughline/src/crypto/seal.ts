/*
 * Seals a text for one place, and opens it there only.
 *
 * An envelope is `tl1.<alg>.<key id>.<base64url(salt | nonce | commitment | ciphertext | tag)>`.
 *
 * 1. Each envelope has a key of its own: HKDF-SHA256 of a master key with a fresh 32-byte salt and the purpose.
 *    So no nonce can repeat under one key, and a value sealed for one purpose does not open for another.
 * 2. Everything readable (version, algorithm, key id) and the place (purpose and context) is authenticated:
 *    an envelope copied to another row, column, owner or generation does not open.
 * 3. The commitment binds the envelope to one master key: AES-GCM alone lets one ciphertext open under two.
 * 4. The tag has 16 bytes on both sides by an explicit option: Node's default accepts four.
 * 5. What fails says one of three things and never shows part of a plaintext.
 *
 * Nothing here knows where envelopes are kept.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto'
import { ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import type { SealingKey, SealingKeys } from './key-ring.ts'
import { toPrefixedBytes } from './prefixed.ts'

/** What a text is sealed for: a closed list. */
export type SealPurpose =
  | 'token-set'
  | 'user-record'
  | 'session-state'
  | 'tab-values'
  | 'pending-authorization'
  | 'account'
  | 'revocation'
  | 'download'
  | 'cache'
  | 'form-values'
  | 'mac-key'
  | 'sheet-cell'

const VERSION = 'tl1'
const ALGORITHM = 'a256gcm'
/** What every envelope begins with; the id of its key and a dot follow. */
export const ENVELOPE_PREFIX = `${VERSION}.${ALGORITHM}.`
const SALT_BYTES = 32
const NONCE_BYTES = 12
const COMMITMENT_BYTES = 16
const TAG_BYTES = 16
const HEAD_BYTES = SALT_BYTES + NONCE_BYTES + COMMITMENT_BYTES
const PAD_STEP_BYTES = 256
const KEY_ID = /^[a-z0-9-]{1,16}$/
/** Enough for version, algorithm, the longest id and its dot. */
const MOST_HEAD_CHARACTERS = 40

/** Length would tell which provider a token is from, or that a pending authorization asks for more than usual. */
const PADDED: ReadonlySet<SealPurpose> = new Set([
  'token-set',
  'revocation',
  'pending-authorization',
])

/**
 * Seals a text under the primary key.
 *
 * @param context What else names the place, in a fixed order: row, owner, provider, generation … The same texts
 *   must be given to {@link open}.
 * @param plain Well-formed text: a lone surrogate has no UTF-8 and is refused.
 * @returns An envelope of base64url characters and dots, safe in SQL, cookies and sheets.
 */
export function seal(
  ring: SealingKeys,
  purpose: SealPurpose,
  context: readonly string[],
  plain: string,
  random: Random,
): string {
  if (!plain.isWellFormed()) throw new TypeError('"plain" holds a lone surrogate: not a text.')
  const fresh = random(SALT_BYTES + NONCE_BYTES)
  const salt = fresh.subarray(0, SALT_BYTES)
  const nonce = fresh.subarray(SALT_BYTES)
  const { primary } = ring
  const { recordKey, commitment } = toRecordKey(primary, purpose, salt)
  const cipher = createCipheriv('aes-256-gcm', recordKey, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(toPrefixedBytes([VERSION, ALGORITHM, primary.id, purpose, ...context]))
  const body = cipher.update(PADDED.has(purpose) ? toPadded(plain) : Buffer.from(plain))
  cipher.final()
  const bytes = Buffer.concat([salt, nonce, commitment, body, cipher.getAuthTag()])
  return `${prefixOf(primary.id)}${bytes.toString('base64url')}`
}

/**
 * Opens an envelope that {@link seal} made for the same purpose and context, under any key of the ring.
 *
 * @throws `crypto.not-sealed` when the text is no envelope, such as a plaintext; `crypto.unknown-key` when the ring
 *   lacks its key, named in `details.keyId`; `crypto.cannot-open` when it was altered or sealed for another place.
 */
export function open(
  ring: SealingKeys,
  purpose: SealPurpose,
  context: readonly string[],
  envelope: string,
): string {
  const { keyId, bytes } = parseEnvelope(envelope)
  const key = ring.keys.get(keyId)
  if (key === undefined) throw unknownKey(keyId)
  const nonceEnd = SALT_BYTES + NONCE_BYTES
  const { recordKey, commitment } = toRecordKey(key, purpose, bytes.subarray(0, SALT_BYTES))
  if (!timingSafeEqual(commitment, bytes.subarray(nonceEnd, HEAD_BYTES))) throw cannotOpen(purpose)
  const nonce = bytes.subarray(SALT_BYTES, nonceEnd)
  const cipher = createDecipheriv('aes-256-gcm', recordKey, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(toPrefixedBytes([VERSION, ALGORITHM, keyId, purpose, ...context]))
  cipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const body = cipher.update(bytes.subarray(HEAD_BYTES, -TAG_BYTES))
  try {
    cipher.final()
  } catch {
    throw cannotOpen(purpose)
  }
  return (PADDED.has(purpose) ? toUnpadded(body, purpose) : body).toString()
}

/** What every envelope that a key has sealed begins with, and no other. */
export function prefixOf(keyId: string): string {
  return `${ENVELOPE_PREFIX}${keyId}.`
}

/** The id of the key that an envelope says it is sealed by; empty where a text is no envelope. */
export function keyIdOf(envelope: string): string {
  const [version, algorithm, keyId = ''] = envelope.slice(0, MOST_HEAD_CHARACTERS).split('.')
  return version === VERSION && algorithm === ALGORITHM && KEY_ID.test(keyId) ? keyId : ''
}

function parseEnvelope(envelope: string): { keyId: string; bytes: Buffer } {
  const dot = envelope.indexOf('.', ENVELOPE_PREFIX.length)
  const keyId = envelope.slice(ENVELOPE_PREFIX.length, dot)
  if (dot === -1 || !envelope.startsWith(ENVELOPE_PREFIX) || !KEY_ID.test(keyId)) throw notSealed()
  const text = envelope.slice(dot + 1)
  const bytes = Buffer.from(text, 'base64url')
  // Node skips what is not base64 and ignores spare bits: only the way back shows that each character counted.
  const isExact = bytes.toString('base64url') === text
  if (!isExact || bytes.length < HEAD_BYTES + TAG_BYTES) throw notSealed()
  return { keyId, bytes }
}

/** Key objects of master keys, gone with them: Node takes many times as long to begin with bytes. */
const keyObjects = new WeakMap<SealingKey, KeyObject>()

function toKeyObject(key: SealingKey): KeyObject {
  const known = keyObjects.get(key)
  if (known !== undefined) return known
  const made = createSecretKey(key.bytes)
  keyObjects.set(key, made)
  return made
}

function toRecordKey(key: SealingKey, purpose: SealPurpose, salt: Uint8Array) {
  const length = 32 + COMMITMENT_BYTES
  const derived = hkdfSync('sha256', toKeyObject(key), salt, `throughline/v1/${purpose}`, length)
  return {
    recordKey: createSecretKey(new Uint8Array(derived, 0, 32)),
    commitment: new Uint8Array(derived, 32, COMMITMENT_BYTES),
  }
}

/** Ends the text with a byte 0x80 and fills up with zeros. */
function toPadded(plain: string): Buffer {
  const length = Buffer.byteLength(plain)
  const padded = Buffer.alloc(Math.ceil((length + 1) / PAD_STEP_BYTES) * PAD_STEP_BYTES)
  padded.write(plain)
  padded[length] = 0x80
  return padded
}

function toUnpadded(body: Buffer, purpose: SealPurpose): Buffer {
  const end = body.lastIndexOf(0x80)
  if (end === -1) throw cannotOpen(purpose)
  return body.subarray(0, end)
}

function notSealed(): ThroughlineError {
  const message =
    'A stored value is not sealed, or not in a way this version knows. It is not taken as it is: ' +
    'restore it from a backup, or drop it.'
  return new ThroughlineError('crypto.not-sealed', message, { attribution: 'operator' })
}

function unknownKey(keyId: string): ThroughlineError {
  const message =
    `A stored value is sealed with the key \`${keyId}\`, which is not among the sealing keys (THROUGHLINE_KEYS, else ` +
    'the key file). Add it again.'
  return new ThroughlineError('crypto.unknown-key', message, {
    attribution: 'operator',
    details: { keyId },
  })
}

function cannotOpen(purpose: SealPurpose): ThroughlineError {
  const message =
    'A sealed value does not open: it was altered, moved from another place, or sealed with another key of the same id.'
  return new ThroughlineError('crypto.cannot-open', message, {
    attribution: 'operator',
    details: { purpose },
  })
}
