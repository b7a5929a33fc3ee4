import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createKeyRing, createSealingKeys, parseKeys, serializeKey } from './key-ring.ts'

function newKey(id: string) {
  return { id, bytes: systemRandom(32) }
}

describe('parseKeys()', () => {
  test('reads every key, the first as the one that seals', () => {
    const [second, first] = [newKey('k2'), newKey('k1')]

    const ring = parseKeys(` ${serializeKey(second)}, ${serializeKey(first)}\n`)

    assert.equal(ring.primary.id, 'k2')
    assert.deepEqual(Buffer.from(ring.primary.bytes), Buffer.from(second.bytes))
    assert.deepEqual([...ring.keys.keys()], ['k2', 'k1'])
    assert.deepEqual(Buffer.from(ring.keys.get('k1')?.bytes ?? []), Buffer.from(first.bytes))
  })

  test('reads base64url and base64 without padding', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, at) => 0xff - at))
    assert.match(bytes.toString('base64'), /\//)
    for (const text of [bytes.toString('base64'), bytes.toString('base64url')]) {
      assert.deepEqual(parseKeys(`k1:${text}`).primary.bytes, bytes)
    }
  })

  test('refuses a placeholder, which anybody would guess', () => {
    for (const bytes of [Buffer.alloc(32), Buffer.alloc(32, 'a'), Buffer.alloc(32, 'changeme')]) {
      for (const text of [`k1:${bytes.toString('base64')}`, `k1:${bytes.toString('base64url')}`]) {
        assert.throws(() => parseKeys(text), {
          code: 'crypto.bad-keys',
          message: /the key of entry 1 of 1 is a placeholder/,
        })
      }
    }
  })

  test('refuses what is no list of keys, and never repeats it', () => {
    const text = Buffer.from(systemRandom(32)).toString('base64')
    const short = Buffer.from(systemRandom(31)).toString('base64')
    const long = Buffer.from(systemRandom(33)).toString('base64')
    const refused: readonly (readonly [string, RegExp])[] = [
      ['', /holds no key/],
      ['  ', /holds no key/],
      [text, /entry 1 of 1 has no ":"/],
      [`k1:${text},`, /entry 2 of 2 has no ":"/],
      [`${text}:k1`, /entry 1 of 1 is not the base64/],
      [`K1:${text}`, /id of key 1 of 1/],
      [`:${text}`, /id of key 1 of 1/],
      [`${text.slice(0, 17).toLowerCase().replace(/\W/g, 'x')}:${text}`, /id of key 1 of 1/],
      [`k1:${short}`, /entry 1 of 1 is not the base64 of exactly 32 bytes/],
      [`k1:${long}`, /entry 1 of 1 is not the base64 of exactly 32 bytes/],
      [`k1:${text.slice(0, 20)} ${text.slice(20)}`, /is not the base64/],
      [`k2:${text},k1:hunter2-hunter2`, /entry 2 of 2 is not the base64/],
      [
        `k1:${text},k1:${Buffer.from(systemRandom(32)).toString('base64')}`,
        /`k1` stands there twice/,
      ],
      [`k2:${text},k1:${text}`, /key 2 of 2 repeats an earlier key/],
    ]
    for (const [keys, message] of refused) {
      assert.throws(
        () => parseKeys(keys),
        (error: Error) => {
          assert.match(error.message, message)
          assert.match(error.message, /^THROUGHLINE_KEYS.*openssl rand -base64 32/)
          for (const secret of [text, short, long, 'hunter2']) {
            assert.ok(!error.message.includes(secret.slice(0, 7)), 'key material in the message')
          }
          return true
        },
      )
    }
  })

  test('names the source that it was given', () => {
    assert.throws(() => parseKeys('', 'The file `keys`'), {
      code: 'crypto.bad-keys',
      message: /^The file `keys` holds no key/,
    })
  })
})

describe('createSealingKeys()', () => {
  test('refuses keys of a wrong length and a ring without keys', () => {
    const key = { id: 'k1', bytes: systemRandom(16) }

    assert.throws(() => createSealingKeys([key]), /has 16 bytes, expected 32/)
    assert.throws(() => createSealingKeys([]), { code: 'crypto.bad-keys' })
  })
})

describe('createKeyRing()', () => {
  test('CR-07 shows the sealing keys of now, and always the same MAC key', () => {
    const [one, two] = ['k1', 'k2'].map((id) => createSealingKeys([newKey(id)]))
    assert.ok(one !== undefined && two !== undefined)
    const macKey = systemRandom(32)
    let present = one
    const sealing = {
      get primary() {
        return present.primary
      },
      get keys() {
        return present.keys
      },
    }

    const ring = createKeyRing(sealing, macKey)
    assert.deepEqual([ring.primary.id, ...ring.keys.keys()], ['k1', 'k1'])
    present = two

    assert.deepEqual([ring.primary.id, ...ring.keys.keys()], ['k2', 'k2'])
    assert.equal(ring.macKey, macKey)
  })

  test('refuses a MAC key of another length', () => {
    const sealing = createSealingKeys([newKey('k1')])

    assert.throws(() => createKeyRing(sealing, systemRandom(31)), {
      code: 'crypto.bad-keys',
      message: /The MAC key has 31 bytes, expected 32/,
    })
  })
})
