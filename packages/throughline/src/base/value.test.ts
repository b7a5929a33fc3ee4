import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseValue, serializeValue } from './value.ts'

const keep = (value: unknown) => serializeValue(value, 'Session state', 'name')
const refused = (value: unknown): string => {
  try {
    keep(value)
  } catch (error) {
    const { code, message } = error as Error & { code: string }
    assert.equal(code, 'base.value-not-plain')
    return message
  }
  return 'kept'
}

describe('serializeValue()', () => {
  test('keeps plain data, dates, maps, sets, big integers, typed arrays and what is undefined', () => {
    const value = {
      date: new Date(0),
      map: new Map<unknown, unknown>([[new Date(1), new Set([1n])]]),
      bytes: new Uint8Array([1, 2]),
      numbers: [Number.NaN, -0, Infinity],
      nothing: undefined,
      none: null,
      text: '\ud800</script>',
    }

    assert.deepEqual(parseValue(keep(value)), value)
  })

  test('keeps an object that stands in two places, and one that holds itself', () => {
    const shared = { n: 1 }
    const round: Record<string, unknown> = { a: shared, b: shared }
    round['self'] = round

    const back = parseValue(keep(round)) as typeof round

    assert.equal(back['a'], back['b'])
    assert.equal(back['self'], back)
  })

  test('brings back whatever JSON can hold, but for the key __proto__, which it refuses', () => {
    assert.match(
      refused(JSON.parse('{ "a": { "__proto__": 1 } }')),
      /cannot hold an object with the key "__proto__", at name\.a\. /,
    )
    const isKept = (value: unknown) => !JSON.stringify(value).includes('"__proto__":')
    fc.assert(
      fc.property(fc.jsonValue().filter(isKept), (value) => {
        assert.deepEqual(parseValue(keep(value)), value)
      }),
      { numRuns: 200 },
    )
  })

  test('refuses what is no plain data, and says where it is', () => {
    class Video {}
    assert.match(
      refused(() => 1),
      /cannot hold a function, at name\. /,
    )
    assert.match(refused({ a: { b: [1, () => 1] } }), /a function, at name\.a\.b\[1\]\. /)
    assert.match(refused({ a: new Video() }), /an instance of Video, at name\.a\. /)
    assert.match(refused([Promise.resolve()]), /a promise, at name\[0\]\. /)
    assert.match(refused({ [Symbol.iterator]: 1 }), /at name/)
    assert.match(refused({ s: Symbol('s') }), /a symbol, at name\.s\. /)
    assert.match(refused(new Map([['key', new Video()]])), /an instance of Video, at name/)
    assert.match(refused(new Set([new Video()])), /an instance of Video, at name/)
  })

  test('refuses what its text could carry but an author would not get back as they think', () => {
    assert.match(
      refused({ at: new URL('https://example.com') }),
      /an instance of URL, at name\.at\. /,
    )
    assert.match(refused({ list: [/x/] }), /an instance of RegExp, at name\.list\[0\]\. /)
    assert.match(
      refused(new Map([['q', new URLSearchParams()]])),
      /URLSearchParams, at name\.get\("q"\)\. /,
    )
  })
})
