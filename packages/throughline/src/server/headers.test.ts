import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { html } from '../html/escape.ts'
import {
  createNonce,
  documentHeaders,
  htmlResponse,
  redirectResponse,
  withCommonHeaders,
} from './headers.ts'
import type { Program } from './program.ts'

const programAt = (origin: string) => ({ publicUrl: new URL(origin) }) as unknown as Program
const secure = programAt('https://app.example')
const local = programAt('http://127.0.0.1:3000')

describe('documentHeaders()', () => {
  test('HB-12: lets in what carries the nonce, and on a loopback program pictures of loopback servers', () => {
    const policy = (program: Program) =>
      documentHeaders(program, 'N').get('content-security-policy')?.split('; ')
    assert.deepEqual(policy(secure), [
      "default-src 'none'",
      "script-src 'nonce-N'",
      "style-src 'self' 'nonce-N'",
      "img-src 'self' data: https:",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
    const differing = (policy(local) ?? []).filter((part) => !(policy(secure) ?? []).includes(part))
    assert.deepEqual(differing, ["img-src 'self' data: https: http://127.0.0.1:*"])
    for (const word of ['unsafe', '*.', 'http:;']) {
      assert.ok(!(policy(secure) ?? []).join(';').includes(word))
    }
  })
})

describe('createNonce()', () => {
  test('HB-12: makes 128 bits, another for each answer', () => {
    const nonces = new Set(Array.from({ length: 1_000 }, () => createNonce(systemRandom)))
    assert.equal(nonces.size, 1_000)
    for (const nonce of nonces) assert.equal(Buffer.from(nonce, 'base64').length, 16)
  })
})

describe('withCommonHeaders()', () => {
  test('HB-12: asks for https from then on where the origin is https, and keeps what was there', () => {
    const headers = withCommonHeaders(
      secure,
      new Headers({ 'x-own': '1', 'cache-control': 'public' }),
    )
    assert.deepEqual(Object.fromEntries(headers), {
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-own': '1',
    })
    assert.equal(withCommonHeaders(local, new Headers()).has('strict-transport-security'), false)
  })
})

describe('htmlResponse() and redirectResponse()', () => {
  test('carry their cookies one by one, and a redirect repeats nothing that was posted', async () => {
    const page = htmlResponse(secure, html`<p>x</p>`, {
      status: 404,
      cookies: ['a=1', 'b=2; Path=/'],
    })
    assert.equal(page.status, 404)
    assert.deepEqual(page.headers.getSetCookie(), ['a=1', 'b=2; Path=/'])
    const redirect = redirectResponse(secure, '/there', ['c=3'])
    assert.equal(redirect.status, 303)
    assert.equal(redirect.headers.get('location'), '/there')
    assert.deepEqual(redirect.headers.getSetCookie(), ['c=3'])
    assert.equal(await redirect.text(), '')
  })
})
