import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { runs } from '../../test/fuzz/runs.ts'
import { isThroughlineError } from '../base/error.ts'
import { createId, systemRandom } from '../base/random.ts'
import { createSealingKeys } from './key-ring.ts'
import { keyIdOf, open, seal, type SealPurpose } from './seal.ts'

const PURPOSES: readonly SealPurpose[] = [
  ...([
    'token-set',
    'user-record',
    'session-state',
    'tab-values',
    'pending-authorization',
  ] as const),
  ...(['account', 'download', 'cache', 'form-values', 'mac-key', 'sheet-cell'] as const),
]
const HEAD = 'tl1.a256gcm.k1.'.length

function newKey(id: string) {
  return { id, bytes: systemRandom(32) }
}

const ring = createSealingKeys([newKey('k1')])

/** Opens, and returns the code of the error; fails on an error that is not ours. */
function codeOf(envelope: string, purpose: SealPurpose = 'account', context = ['row']): string {
  try {
    open(ring, purpose, context, envelope)
    return 'opened'
  } catch (error) {
    if (!isThroughlineError(error)) throw error
    return error.code
  }
}

function withPayload(envelope: string, change: (bytes: Buffer) => Buffer): string {
  const bytes = change(Buffer.from(envelope.slice(HEAD), 'base64url'))
  return envelope.slice(0, HEAD) + bytes.toString('base64url')
}

function flip(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
  return copy
}

describe('seal() and open()', () => {
  test('open what was sealed, for every purpose and any text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 700 })
    fc.assert(
      fc.property(fc.constantFrom(...PURPOSES), fc.array(text), text, (purpose, context, plain) => {
        const envelope = seal(ring, purpose, context, plain, systemRandom)

        assert.match(envelope, /^tl1\.a256gcm\.k1\.[\w-]+$/)
        assert.equal(open(ring, purpose, context, envelope), plain)
      }),
      runs(300),
    )
  })

  test('refuse a lone surrogate, which would not come back as it was', () => {
    assert.throws(() => seal(ring, 'cache', [], 'a\ud800', systemRandom), TypeError)
  })

  test('CR-02 no envelope with one flipped bit opens', () => {
    for (const plain of ['', 'plain', 'x'.repeat(40)]) {
      const envelope = seal(ring, 'account', ['row'], plain, systemRandom)
      assert.equal(codeOf(envelope), 'opened')
      for (let bit = 0; bit < envelope.length * 8; bit++) {
        const altered = flip(Buffer.from(envelope, 'latin1'), bit).toString('latin1')
        assert.notEqual(codeOf(altered), 'opened', `bit ${bit} of the text`)
      }
      const payloadBits = Buffer.from(envelope.slice(HEAD), 'base64url').length * 8
      for (let bit = 0; bit < payloadBits; bit++) {
        const altered = withPayload(envelope, (bytes) => flip(bytes, bit))
        assert.equal(codeOf(altered), 'crypto.cannot-open', `bit ${bit} of the payload`)
      }
    }
  })

  test('CR-02 no truncated or extended envelope opens, whatever is left of its tag', () => {
    const envelope = seal(ring, 'account', ['row'], 'a plain text', systemRandom)
    const { length } = Buffer.from(envelope.slice(HEAD), 'base64url')
    for (let kept = 0; kept < envelope.length; kept++) {
      assert.notEqual(codeOf(envelope.slice(0, kept)), 'opened', `${kept} characters`)
    }
    for (let kept = 0; kept < length; kept++) {
      const cut = withPayload(envelope, (bytes) => bytes.subarray(0, kept))
      assert.notEqual(codeOf(cut), 'opened', `${kept} bytes`)
    }
    for (const added of ['A', 'AA', 'AAAA', '=', '\n', ' ', '.', '.k1']) {
      assert.notEqual(codeOf(envelope + added), 'opened', JSON.stringify(added))
    }
  })

  test('CR-02 no envelope made of the fields of two opens', () => {
    const [one, two] = ['first', 'other'].map((plain) =>
      Buffer.from(seal(ring, 'account', ['row'], plain, systemRandom).slice(HEAD), 'base64url'),
    )
    assert.ok(one && two)
    const fields = [
      ...[
        [0, 32],
        [32, 44],
        [44, 60],
        [60, 65],
        [65, 81],
      ],
    ] as const
    assert.equal(one.length, 81)
    for (const [from = 0, to] of fields) {
      const mixed = Buffer.concat([one.subarray(0, from), two.subarray(from, to), one.subarray(to)])
      assert.equal(codeOf(`tl1.a256gcm.k1.${mixed.toString('base64url')}`), 'crypto.cannot-open')
    }
  })

  test('CR-03 an envelope opens in the place it was sealed for, and in no other', () => {
    const contexts = [
      ...[[], [''], ['row'], ['row', ''], ['', 'row'], ['other row'], ['r', 'ow']],
      ...[
        ['row', 'owner', 'vimeo', '1'],
        ['row', 'other', 'vimeo', '1'],
      ],
      ...[
        ['row', 'owner', 'google', '1'],
        ['row', 'owner', 'vimeo', '2'],
      ],
      ...[
        ['row', 'owner', 'vimeo1', ''],
        ['owner', 'row', 'vimeo', '1'],
      ],
    ]
    const places = PURPOSES.flatMap((purpose) => contexts.map((context) => ({ purpose, context })))
    for (const [index, { purpose, context }] of places.entries()) {
      const envelope = seal(ring, purpose, context, 'plain', systemRandom)
      for (const [other, place] of places.entries()) {
        const expected = other === index ? 'opened' : 'crypto.cannot-open'
        assert.equal(codeOf(envelope, place.purpose, place.context), expected)
      }
    }
  })

  test('CR-03 an envelope of another installation with the same key id does not open', () => {
    const elsewhere = createSealingKeys([newKey('k1')])
    const envelope = seal(elsewhere, 'account', ['row'], 'plain', systemRandom)

    assert.equal(codeOf(envelope), 'crypto.cannot-open')
    assert.equal(open(elsewhere, 'account', ['row'], envelope), 'plain')
  })

  test('CR-04 no salt or nonce comes twice in 100,000 envelopes (CVE-2021-32791)', () => {
    const salts = new Set<string>()
    const nonces = new Set<string>()
    for (let i = 0; i < 100_000; i++) {
      const envelope = seal(ring, 'cache', [], '', systemRandom)
      const bytes = Buffer.from(envelope.slice(HEAD, HEAD + 60), 'base64url')
      salts.add(bytes.toString('latin1', 0, 32))
      nonces.add(bytes.toString('latin1', 32, 44))
    }

    assert.equal(salts.size, 100_000)
    assert.equal(nonces.size, 100_000)
  })

  test('CR-05 a plaintext is never taken for what was sealed', () => {
    const envelope = seal(ring, 'account', ['row'], 'plain', systemRandom)
    const plaintexts = [
      ...['', 'plain', '{"access_token":"x"}', 'tl1', 'tl1.', 'tl1.a256gcm.', 'tl1.a256gcm.k1.'],
      ...['tl1.a256gcm.k1', 'tl1.a256gcm.k1.AAAA', 'tl1.a256gcm.K1.AAAA', 'tl1.a256gcm..AAAA'],
      ...[envelope.replace('tl1', 'tl2'), envelope.replace('a256gcm', 'none')],
      ...[envelope.replace('k1', 'k/1'), envelope.toUpperCase(), ` ${envelope}`, `${envelope}==`],
    ]
    for (const text of plaintexts) assert.equal(codeOf(text), 'crypto.not-sealed', text)
  })

  test('CR-06 a missing key is named, and no other value suffers', () => {
    const [oldest, newest] = [newKey('k1'), newKey('k2')]
    const old = seal(createSealingKeys([oldest]), 'cache', [], 'old', systemRandom)
    const both = createSealingKeys([newest, oldest])
    const young = seal(both, 'cache', [], 'young', systemRandom)

    const alone = createSealingKeys([newest])

    assert.throws(() => open(alone, 'cache', [], old), {
      code: 'crypto.unknown-key',
      message: /key `k1`/,
      details: { keyId: 'k1' },
    })
    assert.equal(open(alone, 'cache', [], young), 'young')
    assert.equal(open(both, 'cache', [], old), 'old')
    assert.match(old, /^tl1\.a256gcm\.k1\./)
    assert.match(young, /^tl1\.a256gcm\.k2\./)
  })

  test('CR-11 the parser throws nothing but the typed error, whatever it is given', () => {
    const envelope = seal(ring, 'account', ['row'], 'plain', systemRandom)
    const cut = fc.tuple(fc.nat(envelope.length), fc.nat(envelope.length), fc.string())
    const spliced = cut.map(
      ([to, from, text]) => envelope.slice(0, to) + text + envelope.slice(from),
    )
    const texts = fc
      .oneof(fc.string({ unit: 'binary' }), spliced)
      .filter((text) => text !== envelope)
    fc.assert(
      fc.property(texts, (text) => codeOf(text).startsWith('crypto.')),
      runs(2_000),
    )
  })

  test('LG-02 no error shows plaintext, key or envelope', () => {
    const canary = createId(systemRandom)
    const envelope = seal(ring, 'account', ['row'], canary, systemRandom)
    const key = Buffer.from(ring.primary.bytes)
    for (const text of [canary, envelope.slice(0, -2), envelope.replace('k1', 'k9')]) {
      assert.throws(
        () => open(ring, 'account', ['row'], text),
        (error: unknown) => {
          const shown = inspect(error, { depth: Infinity }) + JSON.stringify(error)
          const secrets = [canary, envelope.slice(HEAD, HEAD + 20), key.toString('hex').slice(0, 8)]
          return secrets.every((secret) => !shown.includes(secret))
        },
      )
    }
  })

  test('tokens and pending authorizations show their length in steps of 256 bytes only', () => {
    const lengths = (purpose: SealPurpose, sizes: readonly number[]) =>
      new Set(sizes.map((size) => seal(ring, purpose, [], 'x'.repeat(size), systemRandom).length))

    for (const purpose of ['token-set', 'pending-authorization'] as const) {
      assert.equal(lengths(purpose, [0, 1, 100, 255]).size, 1)
      assert.equal(lengths(purpose, [256, 400, 511]).size, 1)
      assert.equal(lengths(purpose, [255, 256]).size, 2)
    }
    assert.equal(lengths('session-state', [0, 10, 100]).size, 3)
  })
})

describe('keyIdOf()', () => {
  test('CR-07 finds the key of an envelope, and none where there is no envelope', () => {
    for (const id of ['k1', 'a', 'sixteen-letters-']) {
      const own = createSealingKeys([{ id, bytes: systemRandom(32) }])
      assert.equal(keyIdOf(seal(own, 'cache', [], 'text', systemRandom)), id)
    }
    for (const text of [
      '',
      'text',
      'tl1.',
      'tl1.a256gcm.',
      'tl1.a256gcm.K1.x',
      'tl2.a256gcm.k1.x',
    ]) {
      assert.equal(keyIdOf(text), '', text)
    }
  })
})
