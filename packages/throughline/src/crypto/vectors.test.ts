import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { createSealingKeys } from './key-ring.ts'
import { blindIndex, hashOf, mac, type MacPurpose } from './mac.ts'
import { open, seal, type SealPurpose } from './seal.ts'

interface Vectors {
  readonly keys: readonly { readonly id: string; readonly from: number }[]
  readonly macKey: { readonly from: number }
  readonly envelopes: readonly {
    readonly purpose: SealPurpose
    readonly context: readonly string[]
    readonly plain: string
    readonly freshFrom: number
    readonly envelope: string
  }[]
  readonly macs: readonly {
    readonly purpose: MacPurpose
    readonly value: string
    readonly mac: string
  }[]
  readonly blindIndexes: readonly {
    readonly provider: string
    readonly subject: string
    readonly index: string
  }[]
  readonly hashes: readonly { readonly value: string; readonly hash: string }[]
}

const vectors = JSON.parse(
  readFileSync(new URL('./vectors.json', import.meta.url), 'utf8'),
) as Vectors

/** The bytes from, from + 1, … : plain to see that they are no secret. */
function bytesFrom(from: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (from + i) % 256)
}

const ring = {
  ...createSealingKeys(vectors.keys.map(({ id, from }) => ({ id, bytes: bytesFrom(from, 32) }))),
  macKey: bytesFrom(vectors.macKey.from, 32),
}

/** HKDF-SHA256 by WebCrypto. */
async function derive(from: number, salt: Uint8Array<ArrayBuffer>, info: string, length: number) {
  const key = await crypto.subtle.importKey('raw', bytesFrom(from, 32), 'HKDF', false, [
    'deriveBits',
  ])
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt, info: new TextEncoder().encode(info) }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8))
}

/** Length-prefixed parts, written a second time and another way. */
function prefixed(parts: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoded = parts.map((part) => [...new TextEncoder().encode(part)])
  return Uint8Array.from(
    encoded.flatMap((part) => [0, 0, part.length >> 8, part.length % 256, ...part]),
  )
}

/** Opens an envelope by WebCrypto, as its format is documented, sharing no code with `open`. */
async function openIndependently(
  envelope: string,
  purpose: string,
  context: readonly string[],
): Promise<string> {
  const [version, algorithm, keyId, payload] = envelope.split('.') as [
    string,
    string,
    string,
    string,
  ]
  const bytes = Uint8Array.from(Buffer.from(payload, 'base64url'))
  const from = vectors.keys.find(({ id }) => id === keyId)?.from ?? -1
  const derived = await derive(from, bytes.slice(0, 32), `throughline/v1/${purpose}`, 48)
  assert.deepEqual(derived.slice(32), bytes.slice(44, 60), 'commitment')
  const key = await crypto.subtle.importKey('raw', derived.slice(0, 32), 'AES-GCM', false, [
    'decrypt',
  ])
  const additionalData = prefixed([version, algorithm, keyId, purpose, ...context])
  const parameters = { name: 'AES-GCM', iv: bytes.slice(32, 44), additionalData, tagLength: 128 }
  const plain = await crypto.subtle.decrypt(parameters, key, bytes.slice(60))
  return new TextDecoder().decode(plain)
}

/** HMAC-SHA256 by WebCrypto, as base64url. */
async function macIndependently(
  keyBytes: Uint8Array<ArrayBuffer>,
  value: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', keyBytes, algorithm, false, ['sign'])
  return Buffer.from(await crypto.subtle.sign('HMAC', key, value)).toString('base64url')
}

describe('known answers (vectors.json)', () => {
  test('CR-08 every purpose has an envelope that seals, opens, and opens by another implementation', async () => {
    assert.equal(vectors.envelopes.length, 10)
    for (const { purpose, context, plain, freshFrom, envelope } of vectors.envelopes) {
      const sealed = seal(ring, purpose, context, plain, (length) => bytesFrom(freshFrom, length))

      assert.equal(sealed, envelope, purpose)
      assert.equal(open(ring, purpose, context, envelope), plain, purpose)
      const independent = await openIndependently(envelope, purpose, context)
      const isPadded = purpose === 'token-set' || purpose === 'pending-authorization'
      // A lone 0x80 is no UTF-8, so that the decoder shows it as U+FFFD.
      assert.equal(isPadded ? independent.replace(/\uFFFD\0*$/, '') : independent, plain, purpose)
    }
  })

  test('CR-08 the independent decoder refuses an envelope of another place', async () => {
    const [vector] = vectors.envelopes
    assert.ok(vector)

    await assert.rejects(openIndependently(vector.envelope, vector.purpose, ['elsewhere']))
  })

  test('CR-08 MACs, blind indexes and hashes are those of another implementation', async () => {
    assert.equal(vectors.macs.length, 5)
    const { from } = vectors.macKey
    const none = new Uint8Array(0)
    const utf8 = new TextEncoder()
    for (const { purpose, value, mac: expected } of vectors.macs) {
      const key = await derive(from, none, `throughline/v1/mac/${purpose}`, 32)

      assert.equal(mac(ring, purpose, value), expected)
      assert.equal(await macIndependently(key, utf8.encode(value)), expected)
    }
    const indexKey = await derive(from, none, 'throughline/v1/index', 32)
    for (const { provider, subject, index } of vectors.blindIndexes) {
      assert.equal(blindIndex(ring, provider, subject), index)
      assert.equal(await macIndependently(indexKey, prefixed([provider, subject])), index)
    }
    for (const { value, hash } of vectors.hashes) {
      const digest = await crypto.subtle.digest('SHA-256', utf8.encode(value))

      assert.equal(hashOf(value), hash)
      assert.equal(Buffer.from(digest).toString('base64url'), hash)
    }
  })
})
