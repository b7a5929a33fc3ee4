import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { systemRandom } from '../base/random.ts'
import { mac } from '../crypto/mac.ts'
import {
  cookieKindAt,
  cookieIdOf,
  cookieValues,
  createCookieId,
  issuedAt,
  readCookie,
  serializeCookie,
} from './cookie.ts'

const NOW = Date.UTC(2026, 10, 23)
const SECURE = cookieKindAt(new URL('https://app.example'))
const PLAIN = cookieKindAt(new URL('http://127.0.0.1:3000'))
const ring = { macKey: randomBytes(32) }
const create = () => createCookieId(() => NOW, systemRandom)
const valueOf = (cookieId: string) => `${cookieId}.${mac(ring, 'cookie', cookieId)}`

describe('a cookie id', () => {
  test('SE-01: carries 128 random bits and when it was issued, and is never the same twice', () => {
    const ids = new Set(Array.from({ length: 10_000 }, create))
    assert.equal(ids.size, 10_000)
    for (const id of ids) {
      assert.match(id, /^[0-9a-z]+\.[A-Za-z0-9_-]{22}$/)
      assert.equal(issuedAt(id), NOW)
    }
    const asked: number[] = []
    createCookieId(
      () => NOW,
      (bytes) => {
        asked.push(bytes)
        return systemRandom(bytes)
      },
    )
    assert.deepEqual(asked, [16])
    assert.equal(issuedAt(cookieIdOf(() => NOW + 999, 'x'.repeat(43))), NOW)
  })

  test('SE-02 SE-08: is set with every lock that the origin allows', () => {
    const id = create()
    assert.equal(
      serializeCookie(ring, id, SECURE),
      `__Host-tl-session=${valueOf(id)}; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure`,
    )
    assert.equal(
      serializeCookie(ring, id, PLAIN),
      `tl-session-3000=${valueOf(id)}; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax`,
    )
  })

  test('SE-09: is much smaller than what browsers keep, the longest id included', () => {
    const longest = cookieIdOf(() => NOW, 'x'.repeat(43))

    const [pair = ''] = serializeCookie(ring, longest, SECURE).split(';')

    assert.equal(readCookie(ring, pair, SECURE), longest)
    assert.ok(pair.length < 200, `${pair.length} characters`)
  })
})

describe('readCookie()', () => {
  const id = create()
  const value = valueOf(id)
  const other = valueOf(create())

  test('SE-02: reads the name that belongs to the origin, and never the other', () => {
    assert.equal(readCookie(ring, `__Host-tl-session=${value}`, SECURE), id)
    assert.equal(readCookie(ring, `tl-session-3000=${value}`, PLAIN), id)
    assert.equal(readCookie(ring, `tl-session-3000=${value}`, SECURE), undefined)
    assert.equal(readCookie(ring, `__Host-tl-session=${value}`, PLAIN), undefined)
    // Browsers send a cookie to every port of its host.
    const beside = cookieKindAt(new URL('http://127.0.0.1:3010'))
    assert.equal(readCookie(ring, `tl-session-3000=${value}`, beside), undefined)
    assert.equal(cookieKindAt(new URL('http://127.0.0.1')).name, 'tl-session-80')
  })

  test('SE-04: finds the genuine one among others', () => {
    for (const header of [
      `a=b; __Host-tl-session=${value}`,
      `__Host-tl-session=${value};a=b`,
      `;;; __Host-tl-session=${value} ;;`,
      `\t__Host-tl-session=${value}\t`,
      `__Host-tl-session=planted; __Host-tl-session=${value}`,
      `__Host-tl-session=${value}; __Host-tl-session=${value}`,
      `__Host-tl-session=; __Host-tl-session=${value}`,
      `__Host-tl-session=${value.slice(1)}; __Host-tl-session=${value}`,
      `x=__Host-tl-session=${other}; __Host-tl-session=${value}`,
      `$Version=1; __Host-tl-session=${value}; $Path=/`,
      `a="; __Host-tl-session=${value}`,
      `${'a=b; '.repeat(98)}__Host-tl-session=${value}`,
    ]) {
      assert.equal(readCookie(ring, header, SECURE), id, header.slice(0, 80))
    }
  })

  test('SE-04: takes nothing for genuine that is not exactly what was set, and never throws', () => {
    const [issued = '', unguessable = '', proof = ''] = value.split('.')
    for (const header of [
      undefined,
      '',
      ';',
      '=',
      '__Host-tl-session',
      '__Host-tl-session=',
      `__Host-tl-session="${value}"`,
      `__Host-tl-session= ${value}`,
      `__Host-tl-session=${value}x`,
      `__Host-tl-session=${value}=`,
      `__Host-tl-session=${value},${value}`,
      `__Host-tl-session=${encodeURIComponent(`${value} `)}`,
      `__Host-tl-session=${value.replace('.', '%2E')}`,
      '__Host-tl-session=%',
      '__Host-tl-session=%zz%E0%A4%A',
      `__host-tl-session=${value}`,
      `__HOST-tl-session=${value}`,
      `__Host-TL-session=${value}`,
      ` __Host-tl-session=${value}`,
      `\u00a0__Host-tl-session=${value}`,
      `\u2003__Host-tl-session=${value}`,
      `\ufeff__Host-tl-session=${value}`,
      `\v__Host-tl-session=${value}`,
      `__Host-tl-session\u00a0=${value}`,
      `__Host-tl-session =${value}`,
      `$__Host-tl-session=${value}`,
      `__Secure-tl-session=${value}`,
      `__Host-tl-session[]=${value}`,
      `__Host-tl-session=${issued}.${unguessable}.${proof.slice(1)}`,
      `__Host-tl-session=${issued}.${unguessable}.`,
      `__Host-tl-session=${issued}..${proof}`,
      `__Host-tl-session=.${unguessable}.${proof}`,
      `__Host-tl-session=z${value}`,
      `__Host-tl-session=${unguessable}.${proof}`,
      `__Host-tl-session=${issued}.${unguessable}.${mac(ring, 'form-token', id)}`,
      `__Host-tl-session=${issued}.${unguessable}.${mac(ring, 'session-key', id)}`,
      `__Host-tl-session=${'a'.repeat(100_000)}`,
      `__Host-tl-session=${value}; __Host-tl-session=${other}`,
      `${'a=b; '.repeat(100)}__Host-tl-session=${value}`,
      `a=b, __Host-tl-session=${value}`,
    ]) {
      // The one entry whose space is an ordinary one is trimmed, as browsers and servers agree.
      const expected = header === ` __Host-tl-session=${value}` ? id : undefined
      assert.equal(readCookie(ring, header, SECURE), expected, header?.slice(0, 60))
    }
  })

  test('SE-03: an id without a MAC of ours is not adopted, whoever made it up', () => {
    const foreign = { macKey: randomBytes(32) }
    const made = create()
    assert.equal(readCookie(ring, `tl-session-3000=${valueOf(made)}`, PLAIN), made)
    const line = `tl-session-3000=${made}.${mac(foreign, 'cookie', made)}`
    assert.equal(readCookie(ring, line, PLAIN), undefined)
  })

  test('SE-04: whatever the header, it answers with an id of ours or with nothing', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__Host-tl-session=', value, '; ', '"', '%', '=', ' ', '\u00a0', '.', id),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const header = parts.join('')
        const read = readCookie(ring, header, SECURE)
        assert.ok(read === undefined || (read === id && header.includes(`=${value}`)))
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('cookieValues()', () => {
  test('lists every value of a name as it was sent', () => {
    assert.deepEqual(cookieValues('a=1; b=2;a=3 ; a', 'a'), ['1', '3'])
    assert.deepEqual(cookieValues(undefined, 'a'), [])
  })

  test('SE-04: takes linear time for a header of blanks', () => {
    for (const blank of [' ', '\t']) {
      const startedAt = performance.now()
      assert.deepEqual(cookieValues(`a=${blank.repeat(50_000)}b`, 'b'), [])
      assert.ok(performance.now() - startedAt < 500)
    }
  })
})
