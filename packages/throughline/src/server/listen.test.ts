import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { listen, type ListenLimits } from './listen.ts'

const PATIENCE_MS = 10_000

type Fetch = (request: Request) => Response | Promise<Response>

/** A server on a free port; `ask` opens a connection and writes to it, `got` collects what comes back. */
async function start(t: TestContext, fetch: Fetch, limits: Partial<ListenLimits> = {}) {
  const asked: string[] = []
  const server = await listen({
    fetch: (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname}`)
      return fetch(request)
    },
    port: 0,
    hostname: '127.0.0.1',
    limits: { checkMs: 20, ...limits },
  })
  const { port } = server.address() as AddressInfo
  const sockets: Socket[] = []
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const ask = async (text: string) => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(text, 'latin1')
    return socket
  }
  return { asked, ask, port }
}

/** Everything that comes back until the server closes the connection. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => (text += String(chunk)))
  // Not `once()`, which would reject where the connection ends with a reset.
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  if (!socket.closed) await inTime(closed, 'the connection is not closed')
  return text
}

/** Fails where something does not come about. */
async function inTime(happening: Promise<void>, otherwise: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((_resolve, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: otherwise })), PATIENCE_MS)
  })
  await Promise.race([happening, patience]).finally(() => clearTimeout(timer))
}

const HOST = 'Host: 127.0.0.1'
const ok = () => new Response('ok')
const message = (...lines: string[]) => lines.join('\r\n')

describe('a client that is slow', () => {
  test('DO-02 is cut off where the head of its request does not end', async (t) => {
    const { ask, asked } = await start(t, ok, { headMs: 60 })
    for (const head of ['G', 'GET / HTTP/1.1\r\n', message('GET / HTTP/1.1', HOST, 'X-A: b', '')]) {
      const text = await untilClosed(await ask(head))
      assert.match(text, /^HTTP\/1\.1 408 /)
    }
    assert.deepEqual(asked, [])
    const right = await ask(message('GET / HTTP/1.1', HOST, 'Connection: close', '', ''))
    assert.match(await untilClosed(right), /^HTTP\/1\.1 200 /)
  })

  test('DO-02 is cut off where the body of its request does not end', async (t) => {
    const read = async (request: Request) => new Response(await request.text())
    const { ask } = await start(t, read, { headMs: 40, requestMs: 60 })
    const head = message('POST / HTTP/1.1', HOST, 'Content-Length: 9', '', 'a')
    assert.doesNotMatch(await untilClosed(await ask(head)), /^HTTP\/1\.1 2/)
    const chunked = message('POST / HTTP/1.1', HOST, 'Transfer-Encoding: chunked', '', '1', 'a', '')
    assert.doesNotMatch(await untilClosed(await ask(chunked)), /^HTTP\/1\.1 2/)
    const whole = await ask(`${head}bcdefghi`)
    assert.match((await once(whole, 'data')).toString(), /200 OK[^]*abcdefghi/)
  })

  test('DO-03 is cut off where it reads nothing of an answer, and what made the answer hears of it', async (t) => {
    const given = Promise.withResolvers<void>()
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(65_536)
      } finally {
        given.resolve()
      }
    }
    const { ask } = await start(t, () => new Response(ReadableStream.from(endless())), {
      unreadMs: 60,
    })
    const socket = await ask(message('GET / HTTP/1.1', HOST, '', ''))
    socket.pause()
    await inTime(given.promise, 'what makes the answer is not ended')
    await untilClosed(socket.resume())
  })

  test('DO-03 is cut off where too much waits for all readers together, and who reads is not', async (t) => {
    const pageOf = (bytes: number) => new Response(Buffer.alloc(bytes, 'a'))
    const { ask } = await start(t, ({ url }) => pageOf(Number(new URL(url).pathname.slice(1))), {
      unreadBytes: 30_000_000,
    })
    const askFor = (bytes: number) =>
      ask(message(`GET /${bytes} HTTP/1.1`, HOST, 'Connection: close', '', ''))
    const slow = await Promise.all([1, 2, 3].map(async () => (await askFor(24_000_000)).pause()))
    assert.ok((await untilClosed(await askFor(2_000_000))).length > 2_000_000)

    const got = await Promise.all(slow.map((socket) => untilClosed(socket.resume())))
    assert.ok(got.some((text) => text.length < 24_000_000))
  })

  test('DO-03 is not cut off where the answer is slow to come', async (t) => {
    const unreadMs = 40
    async function* slow() {
      yield Buffer.from('one ')
      await new Promise((resolve) => setTimeout(resolve, 5 * unreadMs))
      yield Buffer.from('two')
    }
    const { port } = await start(t, () => new Response(ReadableStream.from(slow())), { unreadMs })
    for (const _ of [1, 2]) {
      assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'one two')
    }
  })

  test('DO-02 a connection more than there may be is closed, the others are served, and a place that is freed is taken', async (t) => {
    const { ask, asked } = await start(t, ok, { connections: 3 })
    const get = message('GET / HTTP/1.1', HOST, '', '')
    const silent = [await ask('G'), await ask('G')]
    const served = await ask(get)
    assert.match((await once(served, 'data')).toString(), /^HTTP\/1\.1 200 /)
    assert.equal(await untilClosed(await ask(get)), '')
    served.write(get)
    assert.match((await once(served, 'data')).toString(), /^HTTP\/1\.1 200 /)
    silent[0]?.destroy()
    for (let text = ''; text === '';) {
      const next = await ask(message('GET / HTTP/1.1', HOST, 'Connection: close', '', ''))
      text = await untilClosed(next)
    }
    assert.deepEqual(new Set(asked), new Set(['GET /']))
  })
})

describe('what is no request', () => {
  const rejected: Readonly<Record<string, readonly [head: string, status: RegExp]>> = {
    'a length and chunks at once': [
      message('POST / HTTP/1.1', HOST, 'Content-Length: 4', 'Transfer-Encoding: chunked', '', ''),
      /^HTTP\/1\.1 400 /,
    ],
    'two lengths': [
      message('POST / HTTP/1.1', HOST, 'Content-Length: 3', 'Content-Length: 4', '', 'abc'),
      /^HTTP\/1\.1 400 /,
    ],
    'a length that is none': [
      message('POST / HTTP/1.1', HOST, 'Content-Length: +3', '', 'abc'),
      /^HTTP\/1\.1 400 /,
    ],
    'chunks named twice': [
      message('POST / HTTP/1.1', HOST, 'Transfer-Encoding: chunked, chunked', '', ''),
      /^HTTP\/1\.1 400 /,
    ],
    'another coding': [
      message('POST / HTTP/1.1', HOST, 'Transfer-Encoding: xchunked', '', ''),
      /^HTTP\/1\.1 400 /,
    ],
    'a chunk whose size is none': [
      message('POST / HTTP/1.1', HOST, 'Transfer-Encoding: chunked', '', 'zz', ''),
      /^HTTP\/1\.1 400 /,
    ],
    'lines that end without a carriage return': [
      `GET / HTTP/1.1\n${HOST}\n\nGET /smuggled HTTP/1.1\n${HOST}\n\n`,
      /^HTTP\/1\.1 400 /,
    ],
    'a header that goes on in the next line': [
      message('GET / HTTP/1.1', HOST, 'X-A: b', ' c: d', '', ''),
      /^HTTP\/1\.1 400 /,
    ],
    'a space before the colon': [
      message('POST / HTTP/1.1', HOST, 'Content-Length : 3', '', 'abc'),
      /^HTTP\/1\.1 400 /,
    ],
    'a NUL in a header': [message('GET / HTTP/1.1', HOST, 'X-A: \0', '', ''), /^HTTP\/1\.1 400 /],
    'another protocol': ['\x16\x03\x01\x02\x00\x01\x00\x01', /^HTTP\/1\.1 400 /],
    'a head of more than 16 KiB': [
      message('GET / HTTP/1.1', HOST, `X-A: ${'b'.repeat(17_000)}`, '', ''),
      /^HTTP\/1\.1 431 /,
    ],
    'an address of more than 16 KiB': [
      message(`GET /${'a'.repeat(17_000)} HTTP/1.1`, HOST, '', ''),
      /^HTTP\/1\.1 (?:431|414) /,
    ],
  }
  for (const [name, [head, status]] of Object.entries(rejected)) {
    test(`HB-14 DO-01 ends the connection: ${name}`, async (t) => {
      const { ask, asked } = await start(t, ok)
      const text = await untilClosed(await ask(`${head}GET /smuggled HTTP/1.1\r\n${HOST}\r\n\r\n`))
      assert.match(text, status)
      assert.equal(asked.includes('GET /smuggled'), false)
    })
  }

  test('HB-14 what is right is answered, one request after the other on one connection', async (t) => {
    const { ask, asked } = await start(t, async (request) => new Response(await request.text()))
    const socket = await ask(
      message('POST /a HTTP/1.1', HOST, 'Content-Length: 3', '', 'abcPOST /b HTTP/1.1', HOST) +
        message('', 'Transfer-Encoding: chunked', 'Connection: close', '', '2', 'de', '0', '', ''),
    )
    const text = await untilClosed(socket)
    assert.match(text, /abc[^]*2\r\nde|abc[^]*de/)
    assert.deepEqual(asked, ['POST /a', 'POST /b'])
  })
})

describe('a client that sends requests ahead of their answers', () => {
  const head = (path: string) => message(`GET ${path} HTTP/1.1`, HOST, '', '')

  test('DO-02 is answered one after the other, and others in between', async (t) => {
    const first = Promise.withResolvers<void>()
    const { ask, asked } = await start(t, async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/1') await first.promise
      return new Response(`<${pathname}>`)
    })
    const closing = message('GET /3 HTTP/1.1', HOST, 'Connection: close', '', '')
    const ahead = untilClosed(await ask(head('/1') + head('/2') + closing))
    const other = await ask(message('GET /other HTTP/1.1', HOST, 'Connection: close', '', ''))
    assert.match(await untilClosed(other), /<\/other>/)
    assert.deepEqual(asked.toSorted(), ['GET /1', 'GET /other'])

    first.resolve()
    assert.match(await ahead, /<\/1>[^]*<\/2>[^]*<\/3>/)
    assert.deepEqual(asked.slice(2), ['GET /2', 'GET /3'])
  })

  test('DO-02 is closed where a thousand wait, of which one was begun', async (t) => {
    const never = Promise.withResolvers<Response>()
    const { ask, asked } = await start(t, () => never.promise)
    await untilClosed(await ask(head('/').repeat(1000)))
    assert.deepEqual(asked, ['GET /'])
  })
})
