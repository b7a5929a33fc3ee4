import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../testing/authorization-server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { createBoundedFetch, type Bounds } from './bounded-fetch.ts'

const MIB = 1_048_576

let server: TestAuthorizationServer
let canary: TestAuthorizationServer
before(async () => {
  server = await startAuthorizationServer()
  canary = await startAuthorizationServer()
})
after(() => Promise.all([server.close(), canary.close()]))

const post = (bounds?: Bounds, init?: RequestInit) =>
  createBoundedFetch(fetch, bounds)(`${server.origin}/token`, {
    method: 'POST',
    headers: { authorization: 'Basic planted' },
    body: new URLSearchParams({ code: 'planted' }),
    ...init,
  })

/** Yields chunks of zeros, and counts what the server could send. */
function* zeros(bytes: number, sent: { bytes: number }): Generator<Uint8Array> {
  const chunk = new Uint8Array(65_536)
  for (; sent.bytes < bytes; sent.bytes += chunk.length) yield chunk
}

describe('createBoundedFetch()', () => {
  test('gives status, headers and the whole body', async () => {
    server.next({ isPlain: true, status: 418, body: '{"a":1}', headers: { 'x-own': 'kept' } })

    const response = await post()
    assert.equal(response.status, 418)
    assert.equal(response.headers.get('x-own'), 'kept')
    assert.deepEqual(await response.json(), { a: 1 })
  })

  test('decompresses, and no longer speaks of compression', async () => {
    server.next({ isPlain: true, body: '{"a":1}', gzip: true })

    const response = await post()
    assert.equal(response.headers.get('content-encoding'), null)
    assert.deepEqual(await response.json(), { a: 1 })
  })

  test('gives an answer without a body', async () => {
    server.next({ isPlain: true, status: 204 })

    const response = await post()
    assert.equal(response.status, 204)
    assert.equal(await response.text(), '')
  })

  for (const status of [300, 301, 302, 303, 307, 308]) {
    test(`TK-03 refuses a redirect with status ${status}, and tells the other server nothing`, async () => {
      const before = server.requests.length
      server.next({ isPlain: true, status, redirectTo: `${canary.origin}/token` })

      const failure = await failureOf(post())
      assert.equal(failure.code, 'oauth.redirect-refused')
      assert.equal(failure.details['endpoint'], `${server.origin}/token`)
      assert.equal(server.requests.length, before + 1)
      assert.equal(canary.requests.length, 0)
    })
  }

  test('TK-03 does not let a caller ask for redirects to be followed', async () => {
    server.next({ isPlain: true, redirectTo: `${canary.origin}/token` })

    const failure = await failureOf(post({}, { redirect: 'follow' }))
    assert.equal(failure.code, 'oauth.redirect-refused')
    assert.equal(canary.requests.length, 0)
  })

  test('TK-04 reads a body of exactly 1 MiB and refuses one byte more', async () => {
    server.next({ isPlain: true, body: new Uint8Array(MIB) })
    server.next({ isPlain: true, body: new Uint8Array(MIB + 1) })

    assert.equal((await (await post()).arrayBuffer()).byteLength, MIB)
    assert.equal((await failureOf(post())).code, 'oauth.answer-too-large')
  })

  test('TK-04 stops a body of 300 MB within 2 s, before it is sent', async () => {
    const sent = { bytes: 0 }
    server.next({ isPlain: true, body: zeros(300_000_000, sent) })

    const startedAt = performance.now()
    const failure = await failureOf(post())
    assert.equal(failure.code, 'oauth.answer-too-large')
    assert.ok(performance.now() - startedAt < 2_000)
    // What is beyond the cap lies in the buffers of the two sockets.
    assert.ok(sent.bytes < 16 * MIB, `${sent.bytes} bytes were sent`)
  })

  test('TK-04 refuses an announced length at once', async () => {
    server.next({
      isPlain: true,
      body: new Uint8Array(10),
      headers: { 'content-length': '300000000' },
    })

    assert.equal((await failureOf(post())).code, 'oauth.answer-too-large')
  })

  test('TK-04 counts after decompression: a bomb of 1 GB takes no memory', async () => {
    // Members of a gzip file may be strung together: 100 times 10 MB of zeros in a megabyte.
    const member = gzipSync(new Uint8Array(10_000_000))
    const bomb = Buffer.concat(Array.from({ length: 100 }, () => member))
    assert.ok(bomb.length < MIB)
    server.next({ isPlain: true, body: bomb, headers: { 'content-encoding': 'gzip' } })

    const before = process.memoryUsage().rss
    const failure = await failureOf(post())
    assert.equal(failure.code, 'oauth.answer-too-large')
    assert.ok(process.memoryUsage().rss - before < 64 * MIB)
  })

  test('TK-04 ends a slow drip at the deadline', async () => {
    server.next({ isPlain: true, body: 'x'.repeat(10_000), dripMilliseconds: 10 })

    const startedAt = performance.now()
    const failure = await failureOf(post({ deadlineMilliseconds: 150 }))
    assert.equal(failure.code, 'oauth.unavailable')
    assert.equal(failure.details['reason'], 'deadline')
    assert.ok(performance.now() - startedAt < 5_000)
  })

  test('TK-04 ends an answer that never begins at the deadline', async () => {
    server.next({ isPlain: true, delayMilliseconds: 60_000 })

    const failure = await failureOf(post({ deadlineMilliseconds: 100 }))
    assert.equal(failure.details['reason'], 'deadline')
  })

  test('TK-04 does not wait for a fetch that ignores its signal', async () => {
    const deaf = () => new Promise<never>(() => {})

    const bounded = createBoundedFetch(deaf, { deadlineMilliseconds: 20 })
    assert.equal((await failureOf(bounded(server.origin))).details['reason'], 'deadline')
  })

  test('TK-12 PF-01 tries once when the connection is reset, before or within the answer', async () => {
    for (const drop of ['before-answer', 'within-body'] as const) {
      const before = server.requests.length
      server.next({ isPlain: true, body: 'x'.repeat(1_000), drop })

      const failure = await failureOf(post())
      assert.equal(failure.code, 'oauth.unavailable')
      assert.equal(failure.attribution, 'provider')
      assert.match(String(failure.details['reason']), /^[A-Z_]+$/)
      assert.equal(server.requests.length, before + 1)
    }
  })

  test('TK-12 tries once whatever the status', async () => {
    for (const status of [400, 408, 421, 425, 429, 500, 502, 503, 504]) {
      const before = server.requests.length
      server.next({ isPlain: true, status, headers: { 'retry-after': '0' } })

      assert.equal((await post()).status, status)
      assert.equal(server.requests.length, before + 1, `status ${status}`)
    }
  })

  test('TK-12 is needed: the platform sends a body twice after a 421', async () => {
    const before = server.requests.length
    server.next({ isPlain: true, status: 421 })

    await fetch(`${server.origin}/token`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
    assert.equal(server.requests.length, before + 2)
  })

  test('TK-01 sends the body whole, with its length and type', async () => {
    server.next({ isPlain: true })

    await post()
    const { headers, body } = server.requests.at(-1) ?? assert.fail()
    assert.equal(body, 'code=planted')
    assert.equal(headers['content-length'], '12')
    assert.equal(headers['transfer-encoding'], undefined)
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded;charset=UTF-8')
  })

  const raw: Readonly<Record<string, string>> = {
    'no HTTP at all': 'SSH-2.0-hello\r\n',
    'a wrong content-length': 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort',
    'chunks without end': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n',
    'a chunk of no size': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nshort\r\n',
    'headers of 64 kB': `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(65_536)}\r\n\r\n`,
    'gzip that is none':
      'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nshort',
    'a status out of range': 'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n',
    'switching protocols': 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    'provisional answers only': 'HTTP/1.1 103 Hints\r\nlink: x\r\n\r\n'.repeat(50),
    nothing: '',
  }
  for (const [name, bytes] of Object.entries(raw)) {
    test(`PF-01 ends with a typed error for ${name}`, async () => {
      const tcp = createTcpServer((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => socket.end(bytes, 'latin1'))
      })
      await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
      const { port } = tcp.address() as AddressInfo

      const bounded = createBoundedFetch(fetch, { deadlineMilliseconds: 2_000 })
      const failure = await failureOf(bounded(`http://127.0.0.1:${port}/token`))
      assert.equal(failure.code, 'oauth.unavailable')
      tcp.close()
    })
  }

  test('PF-01 names a refused connection by its code', async () => {
    const gone = await startAuthorizationServer()
    await gone.close()

    const failure = await failureOf(createBoundedFetch(fetch)(`${gone.origin}/token`))
    assert.equal(failure.details['reason'], 'ECONNREFUSED')
  })

  test('TK-14 refuses a certificate that nobody vouches for, and plain http elsewhere', async () => {
    const { privateKey, certificate } = createSelfSigned()
    const tls = createTlsServer({ key: privateKey, cert: certificate }, (_, answer) => answer.end())
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
    const { port } = tls.address() as AddressInfo

    const failure = await failureOf(createBoundedFetch(fetch)(`https://127.0.0.1:${port}/token`))
    assert.equal(failure.code, 'oauth.unavailable')
    assert.match(String(failure.details['reason']), /SELF_SIGNED|CERT/)
    tls.close()

    const plain = await failureOf(createBoundedFetch(fetch)('http://as.example/token'))
    assert.equal(plain.code, 'oauth.endpoint-refused')
  })

  test('throws the reason of a caller that aborts', async () => {
    server.next({ isPlain: true, delayMilliseconds: 60_000 })

    const reason = new Error('the run was stopped')
    const caller = new AbortController()
    const answer = post({}, { signal: caller.signal })
    caller.abort(reason)
    await assert.rejects(answer, reason)
    await assert.rejects(post({}, { signal: AbortSignal.abort(reason) }), reason)
  })
})

/** The smallest certificate that TLS can serve: X.509 v3 for CN=test, Ed25519, signed by itself (RFC 5280, RFC 8410). */
function createSelfSigned(): { readonly privateKey: string; readonly certificate: string } {
  const keys = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts)
    const { length } = content
    const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
    return Buffer.concat([Buffer.from(head), content])
  }
  const ed25519 = der(0x30, der(0x06, Buffer.from([0x2b, 0x65, 0x70])))
  const commonName = der(0x06, Buffer.from([0x55, 0x04, 0x03]))
  const name = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, Buffer.from('test')))))
  const validity = der(
    0x30,
    der(0x17, Buffer.from('200101000000Z')),
    der(0x17, Buffer.from('490101000000Z')),
  )
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const serial = der(0x02, Buffer.from([1]))
  const body = der(0x30, version, serial, ed25519, name, validity, name, keys.publicKey)
  const signature = sign(null, body, createPrivateKey(keys.privateKey))
  const whole = der(0x30, body, ed25519, der(0x03, Buffer.from([0]), signature))
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n')
  return {
    privateKey: keys.privateKey,
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}
