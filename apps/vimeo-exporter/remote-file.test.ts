/*
 * Reading a file whose links die and whose connections break, against an HTTP server on loopback.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import type { Network } from './link.ts'
import { LinkError } from './link.ts'
import { remoteBytes, requestRemoteFile } from './remote-file.ts'
import { startOrigin } from './test-origin.ts'

const content = randomBytes(300_000)
const size = content.byteLength
const network: Network = { fetch, wait: async () => {} }

interface Switches {
  /** Sends so many bytes of the nth answer and breaks the connection; all without one. */
  readonly cuts?: readonly number[]
  /** Validators of the nth answer; the last one stays. */
  readonly versions?: readonly Readonly<Record<string, string>>[]
  readonly ignoresRange?: boolean
  readonly hidesLength?: boolean
  /** Ends a cut answer as if it were whole. */
  readonly cutsQuietly?: boolean
}

/** A file server with byte ranges and the faults asked for. */
function fileServer(test: TestContext, switches: Switches = {}) {
  let count = 0
  const {
    cuts = [],
    versions = [{ etag: '"v1"' }],
    ignoresRange,
    hidesLength,
    cutsQuietly,
  } = switches
  return startOrigin(test, (response: ServerResponse, _url, request: IncomingMessage) => {
    const cut = cuts[count]
    const version = versions[count] ?? versions.at(-1)!
    count += 1
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const condition = request.headers['if-range']
    const isCurrent = condition === undefined || Object.values(version).includes(String(condition))
    const isPart = range !== null && isCurrent && ignoresRange !== true
    const start = isPart ? Number(range[1]) : 0
    const end = isPart && range[2] !== '' ? Number(range[2]) + 1 : size
    response.writeHead(isPart ? 206 : 200, {
      'content-type': 'video/mp4',
      ...(hidesLength !== true && { 'content-length': end - start }),
      ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
      ...version,
    })
    if (cutsQuietly === true && cut !== undefined)
      response.end(content.subarray(start, start + cut))
    else if (cut === undefined) response.end(content.subarray(start, end))
    else response.write(content.subarray(start, start + cut), () => response.destroy())
  })
}

async function readAll(url: string, world: Network = network, promised = size) {
  const links = async () => url
  return Buffer.concat(await Array.fromAsync(remoteBytes(world, promised, links)))
}

/** Until it fails: how much came, and why no more did. */
async function readUntilError(url: string, promised = size) {
  let received = Buffer.alloc(0)
  try {
    for await (const chunk of remoteBytes(network, promised, async () => url)) {
      received = Buffer.concat([received, chunk])
    }
  } catch (error) {
    assert.ok(error instanceof LinkError, String(error))
    return { received, reason: error.message }
  }
  throw new assert.AssertionError({ message: 'the read did not fail' })
}

describe('requestRemoteFile()', () => {
  it('finds the exact size by asking for one byte', async (test) => {
    const server = await fileServer(test)
    const file = await requestRemoteFile(network, `${server.url}/a/clip.mov?x=1`)
    assert.deepEqual([file.size, file.contentType], [size, 'video/mp4'])
    assert.deepEqual(file.names, ['/a/clip.mov', '/a/clip.mov'])
    assert.equal(server.requests[0]!.headers['range'], 'bytes=0-0')
  })

  it('goes by the head where the byte itself does not come', async (test) => {
    const server = await startOrigin(test, (response) => {
      const head = { 'content-type': 'video/mp4', 'content-length': 1 }
      response.writeHead(206, { ...head, 'content-range': `bytes 0-0/${size}` }).flushHeaders()
    })
    const impatient = { ...network, stallAfter: 100 }
    assert.equal((await requestRemoteFile(impatient, server.url)).size, size)
  })

  it('finds it where the server knows no ranges', async (test) => {
    const server = await fileServer(test, { ignoresRange: true })
    assert.equal((await requestRemoteFile(network, server.url)).size, size)
  })

  it('asks by HEAD where the answer has no length, and says so where that has none', async (test) => {
    const telling = await startOrigin(test, (response, _url, { method }) => {
      if (method === 'HEAD') return response.setHeader('content-length', 42).end()
      response.write('fi')
      return response.end('lm')
    })
    assert.equal((await requestRemoteFile(network, telling.url)).size, 42)
    const silent = await fileServer(test, { ignoresRange: true, hidesLength: true })
    await assert.rejects(requestRemoteFile(network, silent.url), /does not tell the exact size/)
  })

  it('reads the names that a server gives', async (test) => {
    const server = await startOrigin(test, (response) => {
      response.setHeader('content-disposition', 'attachment; filename="Harbour (Original).mov"')
      response.end('film')
    })
    const { names } = await requestRemoteFile(network, `${server.url}/f?filename=b.mp4`)
    assert.deepEqual(names.slice(0, 3), ['Harbour (Original).mov', 'b.mp4', '/f'])
  })

  it('takes an empty answer for no file', async (test) => {
    const server = await startOrigin(test, (response) => response.end())
    await assert.rejects(requestRemoteFile(network, server.url), /is empty/)
  })

  it('asks a busy server again, and gives up in the end', async (test) => {
    let count = 0
    const busyOnce = await startOrigin(test, (response) => {
      count += 1
      response.statusCode = count === 1 ? 503 : 200
      response.end('film')
    })
    assert.equal((await requestRemoteFile(network, busyOnce.url)).size, 4)
    const busy = await startOrigin(test, (response) => response.writeHead(503).end())
    await assert.rejects(requestRemoteFile(network, busy.url), /busy or out of order \(503\)/)
    assert.equal(busy.requests.length, 3)
  })

  const dead = [
    ['a link that has expired', 410, {}, /no longer valid \(410\)/],
    ['a link that is refused', 403, {}, /refused to give the file \(403\)/],
    [
      'a web page',
      200,
      { 'content-type': 'text/html; charset=utf-8' },
      /than a video \(text\/html\)/,
    ],
    ['JSON', 200, { 'content-type': 'application/json' }, /than a video/],
    ['a compressed file', 200, { 'content-encoding': 'gzip' }, /changes the file/],
  ] as const
  for (const [what, status, headers, reason] of dead) {
    it(`takes ${what} for no video`, async (test) => {
      const server = await startOrigin(test, (response) =>
        response.writeHead(status, headers).end('<html>'),
      )
      await assert.rejects(requestRemoteFile(network, server.url), reason)
      assert.equal(server.requests.length, 1)
    })
  }

  it('follows neither files nor plain HTTP to another machine', async () => {
    const offline = () => assert.fail('nothing may be asked')
    for (const link of ['file:///etc/passwd', 'data:video/mp4,x', 'http://192.0.2.1/a', 'x', '']) {
      const world = { ...network, fetch: offline }
      await assert.rejects(requestRemoteFile(world, link), /not a secure web address/)
    }
  })

  it('is not led by a redirect where no link may lead (TU-01)', async (test) => {
    const file = await fileServer(test)
    const plain = `http://127.0.0.2:${new URL(file.url).port}/`
    const server = await startOrigin(test, (response, url) =>
      response.writeHead(302, { location: url.searchParams.get('to') ?? '' }).end(),
    )
    const at = (to: string) => `${server.url}/?to=${encodeURIComponent(to)}`
    const asked: string[] = []
    const world: Network = {
      ...network,
      fetch: (input, init) => {
        asked.push(String(input))
        const isSecure = String(input).startsWith('https://films.test')
        return isSecure ? Promise.resolve(Response.redirect(file.url)) : fetch(input, init)
      },
    }

    assert.equal((await requestRemoteFile(world, at(at(file.url)))).size, size)
    for (const link of [at(plain), at('file:///etc/passwd'), 'https://films.test/1']) {
      asked.length = 0
      await assert.rejects(requestRemoteFile(world, link), /not a secure web address/)
      assert.deepEqual(asked, [link])
    }
    asked.length = 0
    await assert.rejects(
      requestRemoteFile(world, at('?to=%3F')),
      /refused to give the file \(302\)/,
    )
    assert.ok(asked.length < 30, String(asked.length))
  })
})

describe('remoteBytes()', () => {
  it('reads a file in one request when nothing breaks', async (test) => {
    const server = await fileServer(test)
    assert.deepEqual(await readAll(server.url), content)
    assert.equal(server.requests.length, 1)
    assert.equal(server.requests[0]!.headers['range'], undefined)
  })

  it('reads on from where the connection broke, of the same version', async (test) => {
    const server = await fileServer(test, { cuts: [100_000, 50_000] })
    assert.deepEqual(await readAll(server.url), content)
    assert.deepEqual(
      server.requests.map(({ headers }) => [headers['range'], headers['if-range']]),
      [
        [undefined, undefined],
        ['bytes=100000-', '"v1"'],
        ['bytes=150000-', '"v1"'],
      ],
    )
  })

  it('goes by Last-Modified where the ETag is weak', async (test) => {
    const date = 'Sat, 01 Jun 2024 10:00:00 GMT'
    const versions = [{ etag: 'W/"v1"', 'last-modified': date }]
    const server = await fileServer(test, { cuts: [1000], versions })
    assert.deepEqual(await readAll(server.url), content)
    assert.equal(server.requests[1]!.headers['if-range'], date)
  })

  it('skips what it has where the server sends the same version from its start', async (test) => {
    const server = await fileServer(test, { cuts: [100_000], ignoresRange: true })
    assert.deepEqual(await readAll(server.url), content)
  })

  it('reads a cut that leaves no error behind as a cut', async (test) => {
    const server = await fileServer(test, { hidesLength: true, cutsQuietly: true, cuts: [100_000] })
    assert.deepEqual(await readAll(server.url), content)
  })

  it('takes a rest without a version for the version that it asked for', async (test) => {
    const server = await startOrigin(test, (response, _url, { headers }) => {
      if (headers.range === undefined) {
        response.writeHead(200, { 'content-length': size, etag: '"v1"' })
        return response.write(content.subarray(0, 1000), () => response.destroy())
      }
      response.writeHead(206, { 'content-range': `bytes 1000-${size - 1}/${size}` })
      return response.end(content.subarray(1000))
    })
    assert.deepEqual(await readAll(server.url), content)
  })

  it('goes on for as long as each attempt brings something worthwhile', async (test) => {
    const block = Buffer.alloc(1 << 20)
    const total = 9 * block.byteLength
    const server = await startOrigin(test, (response, _url, { headers }) => {
      const start = Number(/\d+/.exec(headers.range ?? '0')?.[0])
      response.writeHead(start === 0 ? 200 : 206, {
        'content-length': total - start,
        'content-range': `bytes ${start}-${total - 1}/${total}`,
        etag: '"v1"',
      })
      response.write(block, () => response.destroy())
    })
    assert.equal((await readAll(server.url, network, total)).byteLength, total)
    assert.equal(server.requests.length, 9)
  })

  it('says what the last attempt met', async (test) => {
    const server = await startOrigin(test, (response) => response.writeHead(503).end())
    await assert.rejects(readAll(server.url), {
      message:
        'The file broke off at byte 0 of 300000. The file server is busy or out of order (503).',
    })
  })

  it('never mixes two versions', async (test) => {
    for (const ignoresRange of [false, true]) {
      const versions = [{ etag: '"v1"' }, { etag: '"v2"' }]
      const server = await fileServer(test, { cuts: [100_000], versions, ignoresRange })
      const { received, reason } = await readUntilError(server.url)
      assert.deepEqual(received, content.subarray(0, 100_000))
      assert.match(reason, /has changed/)
    }
  })

  it('does not read on where the server names no version', async (test) => {
    const server = await fileServer(test, { cuts: [100_000], versions: [{}] })
    await assert.rejects(readAll(server.url), /broke off at byte 100000 of 300000/)
    assert.equal(server.requests.length, 1)
  })

  it('gives up after a bounded number of attempts that bring nothing', async (test) => {
    for (const cutsQuietly of [false, true]) {
      const pauses: number[] = []
      const wait = async (milliseconds: number) => pauses.push(milliseconds)
      const cuts = [1000, 0, 0, 0, 0, 0, 0, 0, 0]
      const server = await fileServer(test, { cuts, cutsQuietly, hidesLength: cutsQuietly })
      await assert.rejects(
        readAll(server.url, { ...network, wait }),
        /broke off at byte 1000 of 300000/,
      )
      assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000])
      assert.equal(server.requests.length, 6)
    }
  })

  it('takes the next link when one has expired', async (test) => {
    const gone = await startOrigin(test, (response) => response.writeHead(410).end())
    const server = await fileServer(test)
    const links = [gone.url, gone.url, server.url]
    const bytes = remoteBytes(network, size, async () => links.shift()!)
    assert.deepEqual(Buffer.concat(await Array.fromAsync(bytes)), content)
  })

  it('refuses a file that has become longer or shorter', async (test) => {
    for (const promised of [size - 1, size + 1]) {
      const { received, reason } = await readUntilError((await fileServer(test)).url, promised)
      assert.equal(received.byteLength, 0)
      assert.match(reason, /has changed/)
    }
    const silent = await fileServer(test, { hidesLength: true })
    const { received } = await readUntilError(silent.url, size - 1)
    assert.ok(received.byteLength < size, 'no byte too many is passed on')
  })

  it('ends the request when the reader goes away', async (test) => {
    let ended: Promise<unknown> | undefined
    const server = await startOrigin(test, (response) => {
      ended = once(response, 'close')
      response.writeHead(200, { 'content-length': 1e9 }).write('film')
    })
    for await (const _chunk of remoteBytes(network, 1e9, async () => server.url)) break
    await ended
  })

  it('ends when it is told to, without another attempt', async (test) => {
    const server = await startOrigin(test, (response) => {
      response.writeHead(200, { 'content-length': 1e9, etag: '"v1"' }).write('film')
    })
    const stopping = new AbortController()
    const world = { ...network, signal: stopping.signal }
    await assert.rejects(
      async () => {
        const bytes = remoteBytes(world, 1e9, async () => server.url)
        for await (const _chunk of bytes) stopping.abort()
      },
      { name: 'AbortError' },
    )
    assert.equal(server.requests.length, 1)
  })

  it('asks for no more than its reader takes', async (test) => {
    const block = Buffer.alloc(1 << 16)
    const total = 512 << 20
    let sent = 0
    const server = await startOrigin(test, async (response) => {
      response.writeHead(200, { 'content-length': total })
      while (sent < total && !response.destroyed) {
        sent += block.byteLength
        if (!response.write(block)) await once(response, 'drain').catch(() => undefined)
      }
    })
    const bytes = remoteBytes(network, total, async () => server.url)
    await bytes.next()
    // Wait until the server stands still: nothing more is taken from it.
    for (let before = -1; before !== sent;) {
      before = sent
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    assert.ok(sent < 32 << 20, `${sent} bytes left the server for a reader that took one chunk`)
    await bytes.return()
  })
})

describe('patience with file servers', () => {
  it('takes a server that falls silent for a broken connection, and reads on', async (test) => {
    let count = 0
    const server = await startOrigin(test, (response, _url, request) => {
      count += 1
      const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      response.writeHead(start === 0 ? 200 : 206, {
        'content-type': 'video/mp4',
        'content-length': size - start,
        ...(start > 0 && { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
        etag: '"v1"',
      })
      if (count === 1) response.write(content.subarray(0, 100_000))
      else response.end(content.subarray(start))
    })
    const world = { ...network, stallAfter: 50 }
    assert.deepEqual(await readAll(server.url, world), content)
    assert.equal(count, 2)
  })

  it('does not count the time in which the reader takes no byte', async (test) => {
    const server = await fileServer(test)
    const links = async () => server.url
    const chunks: Uint8Array[] = []
    for await (const chunk of remoteBytes({ ...network, stallAfter: 200 }, size, links)) {
      if (chunks.length === 0) await new Promise((resolve) => setTimeout(resolve, 400))
      chunks.push(chunk)
    }
    assert.deepEqual(Buffer.concat(chunks), content)
    assert.equal(server.requests.length, 1)
  })

  it('gives a server that never answers up, and asks again', async (test) => {
    let count = 0
    const server = await startOrigin(test, (response) => {
      count += 1
      if (count > 1) response.writeHead(200, { 'content-type': 'video/mp4' }).end(content)
    })
    assert.deepEqual(await readAll(server.url, { ...network, stallAfter: 50 }), content)
    assert.equal(count, 2)
  })

  it('waits as long as a busy server asks for, up to a minute', async (test) => {
    for (const [asked, waited] of [
      ['7', 7000],
      ['9999', 60_000],
      ['soon', 1000],
    ] as const) {
      const pauses: number[] = []
      const wait = async (milliseconds: number) => pauses.push(milliseconds)
      const server = await startOrigin(test, (response) => {
        if (pauses.length > 0) return response.setHeader('content-type', 'video/mp4').end(content)
        return response.writeHead(429, { 'retry-after': asked }).end()
      })
      assert.deepEqual(await readAll(server.url, { ...network, wait }), content)
      assert.deepEqual(pauses, [waited])
    }
  })

  it('takes captions and pictures for what they are, and nothing else for them', async (test) => {
    for (const [purpose, right, wrong] of [
      ['captions', 'text/vtt; charset=utf-8', 'text/html'],
      ['picture', 'image/svg+xml', 'text/html'],
      ['video', 'video/mp4', 'image/png'],
    ] as const) {
      const server = await startOrigin(test, (response, url) => {
        response.setHeader('content-type', url.pathname === '/right' ? right : wrong).end(content)
      })
      const file = await requestRemoteFile(network, `${server.url}/right`, purpose)
      assert.equal(file.size, size)
      const asked = requestRemoteFile(network, `${server.url}/wrong`, purpose)
      await assert.rejects(asked, /something else than/)
    }
  })
})
