import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkHost, checkPost, isFromOurPage, isSpeculative } from './guards.ts'

const publicUrl = new URL('https://app.example')
const local = new URL('http://127.0.0.1:3000')
const request = (headers: Record<string, string>, method = 'GET') =>
  new Request('http://placeholder.example/', { headers, method })

describe('checkHost()', () => {
  test('HB-05: compares the name with the origin’s, and answers health under any', () => {
    assert.equal(checkHost(request({ host: 'app.example' }), '/', publicUrl), 'ours')
    assert.equal(checkHost(request({ host: 'probe' }), '/healthz', publicUrl), 'ours')
    for (const host of [
      'APP.EXAMPLE',
      'app.example.',
      'app.example:443',
      'evil',
      '',
      'localhost',
    ]) {
      const refusal = checkHost(request({ host }), '/', publicUrl)
      assert.ok(typeof refusal === 'object' && refusal.status === 421, host)
      assert.match(refusal.sentence, /https:\/\/app\.example only/)
    }
    assert.equal(typeof checkHost(request({}), '/', publicUrl), 'object')
  })

  test('HB-05: sends other names of the loopback interface on, for GET and the same port', () => {
    for (const host of ['localhost:3000', '[::1]:3000']) {
      assert.equal(checkHost(request({ host }), '/', local), 'elsewhere')
      assert.equal(typeof checkHost(request({ host }, 'POST'), '/', local), 'object')
    }
    const port80 = new URL('http://127.0.0.1')
    assert.equal(checkHost(request({ host: 'localhost' }), '/', port80), 'elsewhere')
    for (const host of ['localhost', 'localhost:80', 'localhost:3000:3000', '::1:3000']) {
      assert.equal(typeof checkHost(request({ host }), '/', local), 'object', host)
    }
  })
})

describe('isFromOurPage()', () => {
  test('HB-01: believes Origin first, and Sec-Fetch-Site only where there is none', () => {
    assert.equal(isFromOurPage(request({ origin: 'https://app.example' }), publicUrl), true)
    assert.equal(isFromOurPage(request({ 'sec-fetch-site': 'same-origin' }), publicUrl), true)
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
      { origin: 'http://app.example' },
      { origin: 'https://app.example:8443' },
      { origin: 'https://app.example.evil' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      assert.equal(isFromOurPage(request(headers as Record<string, string>), publicUrl), false)
    }
  })
})

describe('checkPost()', () => {
  test('HB-01: lets a form of our own page through, and nothing else', () => {
    const ours = { origin: 'https://app.example' }
    const form = 'application/x-www-form-urlencoded'
    const check = (headers: Record<string, string>) =>
      checkPost(request(headers, 'POST'), publicUrl)
    assert.equal(check({ ...ours, 'content-type': form }), undefined)
    assert.equal(check({ ...ours, 'content-type': `${form};charset=utf-8` }), undefined)
    assert.equal(check({ 'content-type': form })?.status, 403)
    assert.equal(check(ours)?.status, 415)
    assert.equal(check({ ...ours, 'content-type': 'application/json' })?.status, 415)
  })
})

describe('isSpeculative()', () => {
  test('CI-03: knows every way in which browsers say that nobody has asked yet', () => {
    for (const [name, value] of [
      ['sec-purpose', 'prefetch'],
      ['sec-purpose', 'prefetch;prerender'],
      ['purpose', 'prefetch'],
      ['x-purpose', 'preview'],
      ['x-moz', 'prefetch'],
    ] as const) {
      assert.equal(isSpeculative(request({ [name]: value })), true, name)
    }
    assert.equal(
      isSpeculative(request({ 'sec-purpose': 'navigate', purpose: 'prefetched' })),
      false,
    )
    assert.equal(isSpeculative(request({})), false)
  })
})
