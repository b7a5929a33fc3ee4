import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { blindIndex, hashOf, isMac, mac, type MacPurpose } from './mac.ts'

const PURPOSES: readonly MacPurpose[] = [
  'cookie',
  'form-token',
  'download',
  'rotation',
  'session-key',
]

const ring = { macKey: systemRandom(32) }

describe('mac() and isMac()', () => {
  test('CR-09 a MAC is valid for its purpose and value, and for no other', () => {
    for (const made of PURPOSES) {
      for (const asked of PURPOSES) {
        const candidate = mac(ring, made, 'value')

        assert.equal(isMac(ring, asked, 'value', candidate), made === asked, `${made} as ${asked}`)
        assert.equal(isMac(ring, asked, 'other', candidate), false)
      }
    }
  })

  test('CR-09 neither a hash nor a blind index is a MAC', () => {
    for (const purpose of PURPOSES) {
      assert.equal(isMac(ring, purpose, 'value', hashOf('value')), false)
      assert.equal(isMac(ring, purpose, 'value', blindIndex(ring, 'value', '')), false)
      assert.equal(isMac(ring, purpose, 'value', mac(ring, purpose, 'value')), true)
    }
  })

  test('CB-04 a candidate of any length from 0 to 200 is refused without a throw', () => {
    const right = mac(ring, 'cookie', 'value')
    assert.equal(right.length, 43)
    for (let length = 0; length <= 200; length++) {
      const repeated = right.repeat(5).slice(0, length)

      assert.equal(isMac(ring, 'cookie', 'value', repeated), length === 43, String(length))
      assert.equal(isMac(ring, 'cookie', 'value', 'é'.repeat(length)), false)
      assert.equal(isMac(ring, 'cookie', 'value', '\ud800'.repeat(length)), false)
    }
  })

  test('a candidate that differs in one bit is refused', () => {
    const right = mac(ring, 'cookie', 'value')
    for (let bit = 0; bit < right.length * 8; bit++) {
      const bytes = Buffer.from(right, 'latin1')
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)

      assert.equal(isMac(ring, 'cookie', 'value', bytes.toString('latin1')), false)
    }
  })

  test('a MAC of another MAC key is refused', () => {
    for (const purpose of PURPOSES) {
      const made = mac({ macKey: systemRandom(32) }, purpose, 'value')

      assert.equal(isMac(ring, purpose, 'value', made), false)
    }
  })
})

describe('blindIndex()', () => {
  test('is the same under one MAC key, and another under another', () => {
    const index = blindIndex(ring, 'vimeo', '/users/1')

    assert.equal(blindIndex({ macKey: ring.macKey }, 'vimeo', '/users/1'), index)
    assert.notEqual(blindIndex({ macKey: systemRandom(32) }, 'vimeo', '/users/1'), index)
  })

  test('tells accounts apart, also where provider and subject run together', () => {
    const pairs = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['abc', ''],
      ['', 'abc'],
      ['a', 'bd'],
    ] as const

    const indexes = pairs.map(([provider, subject]) => blindIndex(ring, provider, subject))

    assert.equal(new Set(indexes).size, pairs.length)
  })
})
