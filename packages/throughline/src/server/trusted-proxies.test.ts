import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { addressBehind, readTrustedProxies, toNetwork } from './trusted-proxies.ts'

const proxies = (text: string) => readTrustedProxies(text) ?? assert.fail()

describe('readTrustedProxies()', () => {
  test('HB-06: names nobody where nothing is said', () => {
    for (const nothing of [undefined, '', ' ']) {
      assert.equal(readTrustedProxies(nothing), undefined)
    }
  })

  test('HB-06: takes addresses, networks and this machine, of either family', () => {
    const trusts = proxies('loopback, 10.1.0.0/16,192.0.2.7 , 2001:db8::/32')
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '10.1.2.3', '192.0.2.7', '2001:db8::9'])
      assert.equal(trusts(address), true, address)
    for (const address of ['10.2.0.1', '192.0.2.8', '2001:db9::1', '128.0.0.1', '::2', '', 'x'])
      assert.equal(trusts(address), false, address)
  })

  test('HB-06: refuses what names nobody, or everybody, by a sentence', () => {
    for (const text of [
      'proxy.example',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0/8',
      '0.0.0.0/0',
      '::/0',
      '::1/129',
      'loopback,,10.0.0.1',
      '10.0.0.1 10.0.0.2',
      'private',
      '10.0.0.1:80',
    ]) {
      assert.throws(
        () => readTrustedProxies(text),
        (thrown) =>
          isThroughlineError(thrown, 'server.bad-setting') &&
          /TRUSTED_PROXIES names ".*", expected addresses and networks/.test(thrown.message),
        text,
      )
    }
  })
})

describe('addressBehind()', () => {
  test('HB-06: takes the peer where it is not trusted, whatever it says', () => {
    const trusts = proxies('10.0.0.0/8')
    for (const forwarded of [null, '1.2.3.4', '10.0.0.1', '1.2.3.4, 10.0.0.1']) {
      assert.equal(addressBehind('203.0.113.5', forwarded, trusts), '203.0.113.5')
    }
  })

  test('HB-06: takes from the right the first that is no trusted proxy’s', () => {
    const trusts = proxies('loopback, 10.0.0.0/8')
    const behind = (forwarded: string | null) => addressBehind('127.0.0.1', forwarded, trusts)

    assert.equal(behind('203.0.113.5'), '203.0.113.5')
    assert.equal(behind('198.51.100.1, 203.0.113.5, 10.0.0.3'), '203.0.113.5')
    assert.equal(behind('127.0.0.1, 203.0.113.5'), '203.0.113.5')
    assert.equal(behind('2001:db8::5'), '2001:db8::5')
    // Only proxies have spoken.
    assert.equal(behind(null), '127.0.0.1')
    assert.equal(behind('10.0.0.3'), '10.0.0.3')
  })

  test('HB-06: believes no word that is no address', () => {
    const trusts = proxies('loopback')
    for (const word of [
      'unknown',
      '203.0.113.5:80',
      '[::1]',
      'a b',
      '0x7f.1',
      '1.2.3.4, _hidden',
    ]) {
      assert.equal(addressBehind('127.0.0.1', word, trusts), undefined, word)
    }
  })

  test('HB-08: knows a machine by each of its spellings', () => {
    const trusts = proxies('127.0.0.1')
    assert.equal(addressBehind('::ffff:127.0.0.1', '::FFFF:203.0.113.5', trusts), '203.0.113.5')
    assert.equal(addressBehind('::ffff:203.0.113.5', null, trusts), '203.0.113.5')
  })
})

describe('toNetwork()', () => {
  test('HB-08: counts an IPv4 address as one, and of IPv6 all that share 64 bits', () => {
    assert.equal(toNetwork('203.0.113.5'), '203.0.113.5')
    const spellings = ['2001:db8::1', '2001:DB8:0:0:ffff::', '2001:0db8:0000:0000:1:2:3:4']
    assert.deepEqual(spellings.map(toNetwork), Array(3).fill('2001:db8:0:0::/64'))
    assert.equal(toNetwork('2001:db8:0:1::1'), '2001:db8:0:1::/64')
    assert.equal(toNetwork('fe80::1%eth0'), 'fe80:0:0:0::/64')
    assert.equal(toNetwork('::1'), '0:0:0:0::/64')
  })
})
