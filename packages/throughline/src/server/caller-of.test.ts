import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { callerOf } from './caller-of.ts'
import { readTrustedProxies } from './trusted-proxies.ts'

const trusts = readTrustedProxies('10.0.0.0/8')
const call = (peer: string | undefined, headers: Record<string, string>, proxies = trusts) =>
  callerOf(new Headers(headers), peer, proxies, systemRandom)

describe('callerOf()', () => {
  test('HB-06: believes a proxy that is trusted, of what it says only X-Forwarded-For', () => {
    const forged = {
      forwarded: 'for=198.51.100.9;host=evil.test;proto=http',
      'x-real-ip': '198.51.100.9',
      'x-client-ip': '198.51.100.9',
      'cf-connecting-ip': '198.51.100.9',
    }
    const behind = { ...forged, 'x-forwarded-for': '203.0.113.5' }
    assert.equal(call('10.0.0.1', behind).network, '203.0.113.5')
    assert.equal(call('10.0.0.1', forged).network, '10.0.0.1')
    assert.equal(call('198.51.100.7', behind).network, '198.51.100.7')
  })

  test('HB-06: counts nobody where no proxy is named, for the peer may be one', () => {
    assert.equal(callerOf(new Headers(), '10.0.0.1', undefined, systemRandom).network, undefined)
    assert.equal(call(undefined, {}).network, undefined)
  })

  test('LG-01: takes the id of a request from a trusted proxy alone, and only a short token', () => {
    const id = 'f058ebd6-02f7-4d3f-942e-904344e8cde5'
    assert.equal(call('10.0.0.1', { 'x-request-id': id }).requestId, id)
    assert.match(call('203.0.113.5', { 'x-request-id': id }).requestId, /^[\w-]{8}$/)
    for (const bad of [
      'short',
      'x'.repeat(65),
      'with space in it',
      '<b>12345678',
      'a"b12345678',
      '',
    ]) {
      const { requestId } = call('10.0.0.1', { 'x-request-id': bad })
      assert.match(requestId, /^[\w-]{8}$/)
      assert.notEqual(requestId, bad)
    }
  })

  test('makes another id for each request', () => {
    const ids = new Set(Array.from({ length: 100 }, () => call('203.0.113.5', {}).requestId))
    assert.equal(ids.size, 100)
  })
})
