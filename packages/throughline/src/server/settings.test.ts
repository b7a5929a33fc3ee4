import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { app } from '../script/app.ts'
import { readPort, type Environment } from './environment.ts'
import { readKeys, readSettings } from './settings.ts'

const script = app({ title: 'x', pages: { '/': () => {}, '/back': () => {} } })
const read = (env: Environment) => readSettings(script, env, '/srv/app')
const isBad = (pattern: RegExp) => (thrown: unknown) =>
  isThroughlineError(thrown, 'server.bad-setting') && pattern.test(thrown.message)

describe('readSettings()', () => {
  test('LB-01: needs nothing: a loopback origin, a folder beside the script, no provider', () => {
    const { port, publicUrl, dataFolder, registrations } = read({})
    assert.deepEqual(
      [port, publicUrl.href, dataFolder, registrations],
      [3000, 'http://127.0.0.1:3000/', '/srv/app/.throughline', []],
    )
    assert.equal(read({ PORT: '8080', PUBLIC_URL: '' }).publicUrl.origin, 'http://127.0.0.1:8080')
    assert.equal(read({ THROUGHLINE_DATA: '/var/data' }).dataFolder, '/var/data')
    assert.equal(read({ HOST: '0.0.0.0', PUBLIC_URL: 'https://a.example' }).host, '0.0.0.0')
    for (const nothing of [{}, { HOST: '' }]) assert.equal(read(nothing).host, '127.0.0.1')
    assert.equal(read({ THROUGHLINE_DATA: '' }).dataFolder, '/srv/app/.throughline')
  })

  test('LG-02: shows an author’s lines on the loopback interface, and at a public address only where that is said', () => {
    const shows = (env: Environment) => read(env).development
    const PUBLIC_URL = 'https://app.example'

    assert.deepEqual([{}, { NODE_ENV: '' }, { NODE_ENV: 'test' }].map(shows), [true, true, true])
    assert.equal(shows({ NODE_ENV: 'production' }), false)
    assert.equal(shows({ PUBLIC_URL, NODE_ENV: 'development' }), true)
    assert.equal(shows({ HOST: 'localhost' }), true)
    // Whoever reaches the port can name the host that is asked for.
    const everywhere = { HOST: '0.0.0.0', PUBLIC_URL: 'http://127.0.0.1:3000' }
    assert.equal(shows(everywhere), false)
    assert.equal(shows({ ...everywhere, NODE_ENV: 'development' }), true)
    for (const NODE_ENV of [undefined, '', 'production', 'test']) {
      assert.equal(shows({ PUBLIC_URL, NODE_ENV }), false)
    }
  })

  test('HB-05: refuses to be reached by other machines without the one address that it answers at', () => {
    for (const HOST of ['0.0.0.0', '::', '192.168.0.7', 'app.example']) {
      assert.throws(() => read({ HOST }), isBad(/PUBLIC_URL is not set.*https:/), HOST)
      assert.equal(read({ HOST, PUBLIC_URL: 'https://a.example' }).host, HOST)
    }
    for (const HOST of ['127.0.0.1', '::1', 'localhost']) assert.equal(read({ HOST }).host, HOST)
  })

  test('LG-02 CR-06: refuses a NODE_ENV that may mean either', () => {
    for (const NODE_ENV of ['prod', 'Production', 'PRODUCTION', 'dev', 'staging', ' production']) {
      assert.throws(() => read({ NODE_ENV }), isBad(/expected production or development/), NODE_ENV)
    }
  })

  test('reads how long the end may take, where numbers are read, and whose headers are believed', () => {
    const { graceMs, metricsPort, trustedProxies } = read({})
    assert.deepEqual([graceMs, metricsPort, trustedProxies], [1000, undefined, undefined])
    assert.equal(read({ NODE_ENV: 'production' }).graceMs, 10_000)
    assert.equal(read({ THROUGHLINE_GRACE_SECONDS: '0' }).graceMs, 0)
    assert.equal(read({ METRICS_PORT: '9464' }).metricsPort, 9464)
    assert.equal(read({ TRUSTED_PROXIES: 'loopback' }).trustedProxies?.('127.0.0.1'), true)
    for (const [name, text] of [
      ['THROUGHLINE_GRACE_SECONDS', '1.5'],
      ['THROUGHLINE_GRACE_SECONDS', '-1'],
      ['METRICS_PORT', '70000'],
      ['TRUSTED_PROXIES', 'everybody'],
    ] as const) {
      assert.throws(() => read({ [name]: text }), isBad(new RegExp(`${name} .*expected`)), name)
    }
  })

  test('HB-05: takes an origin for PUBLIC_URL, https unless it is the loopback interface', () => {
    for (const text of [
      'https://app.example',
      'https://app.example/',
      'https://app.example:8443',
      'http://127.0.0.1:3000',
      'http://localhost:3000',
      'http://[::1]:3000',
    ]) {
      assert.equal(read({ PUBLIC_URL: text }).publicUrl.origin, new URL(text).origin)
    }
    for (const text of [
      'app.example',
      'https://app.example/path',
      'https://app.example/?a',
      'https://app.example/#a',
      'https://user@app.example',
      'https://:word@app.example',
      'ftp://app.example',
      'javascript:alert(1)',
      'https://',
      'https://app.example, https://evil.example',
    ]) {
      assert.throws(() => read({ PUBLIC_URL: text }), isBad(/expected an origin such as/), text)
    }
    for (const text of ['http://app.example', 'http://127.0.0.1.evil.example', 'http://10.0.0.1']) {
      assert.throws(() => read({ PUBLIC_URL: text }), isBad(/needs https/), text)
    }
  })

  test('reads a registration, with a page of the app as redirect URI where one is named', () => {
    const registered = { VIMEO_CLIENT_ID: 'id', VIMEO_CLIENT_SECRET: 'not a real one' }
    assert.equal(read(registered).registrations[0]?.provider.name, 'vimeo')
    assert.equal(read(registered).registrations[0]?.redirectPath, undefined)
    const path = (VIMEO_REDIRECT_PATH: string) =>
      read({ ...registered, VIMEO_REDIRECT_PATH }).registrations[0]?.redirectPath
    assert.equal(path('/back'), '/back')
    assert.equal(path('/'), '/')
    assert.equal(path(''), undefined)
    for (const bad of ['/nowhere', 'back', '//evil.example', 'https://app.example/back']) {
      assert.throws(
        () => path(bad),
        isBad(/VIMEO_REDIRECT_PATH.*expected a page of the app: \/, \/back/),
      )
    }
    assert.throws(() => read({ VIMEO_CLIENT_ID: 'id' }), /VIMEO_CLIENT_SECRET is not/)
  })
})

describe('readPort()', () => {
  test('takes 0 to 65535, and says what it expected', () => {
    assert.equal(readPort({}, 'PORT', 1), 1)
    assert.equal(readPort({ PORT: '' }, 'PORT', 1), 1)
    for (const port of [0, 1, 65_535])
      assert.equal(readPort({ PORT: String(port) }, 'PORT', 1), port)
    for (const bad of ['65536', '-1', '80a', '1e3', ' 80', '0x50', '3000.5']) {
      assert.throws(
        () => readPort({ PORT: bad }, 'PORT', 1),
        isBad(/PORT is .*expected a port/),
        bad,
      )
    }
  })
})

describe('readKeys()', () => {
  test('CR-06: reads keys from the environment, makes a file in development, and asks for them in production', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const key = randomBytes(32).toString('base64')
    const given = readKeys({ THROUGHLINE_KEYS: `k1:${key}` }, folder, systemRandom)
    assert.equal(given.sealing.primary.id, 'k1')
    assert.deepEqual([given.made, given.path], [false, undefined])
    for (const THROUGHLINE_KEYS of [undefined, '']) {
      const env = { NODE_ENV: 'production', THROUGHLINE_KEYS }
      assert.throws(() => readKeys(env, folder, systemRandom), isBad(/THROUGHLINE_KEYS is not set/))
    }
    const first = readKeys({}, folder, systemRandom)
    assert.deepEqual([first.made, first.path], [true, join(folder, 'keys')])
    const second = readKeys({}, folder, systemRandom)
    assert.equal(second.made, false)
    assert.deepEqual(second.sealing.primary.bytes, first.sealing.primary.bytes)
    const bad = () => readKeys({ THROUGHLINE_KEYS: `k1:${key.slice(3)}` }, folder, systemRandom)
    assert.throws(
      bad,
      (thrown) => isThroughlineError(thrown) && !thrown.message.includes(key.slice(5, 20)),
    )
  })
})
