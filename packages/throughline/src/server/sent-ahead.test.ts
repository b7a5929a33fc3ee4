import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { awaitTurn } from './sent-ahead.ts'

interface Arrived {
  readonly path: string
  readonly outgoing: ServerResponse
}

/** A server that answers when the test says so, and a connection to it. */
async function start(t: TestContext) {
  const arrived: Arrived[] = []
  const dropped: string[] = []
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? ''
    void awaitTurn(incoming.socket, outgoing).then((isThere) => {
      if (isThere) arrived.push({ path, outgoing })
      else dropped.push(path)
      server.emit('arrival')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const until = async (isDone: () => boolean) => {
    while (!isDone()) await once(server, 'arrival')
  }
  const open = async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    return socket.setEncoding('latin1')
  }
  return { arrived, dropped, until, open }
}

function send(socket: Socket, paths: readonly string[]): void {
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''))
}

describe('awaitTurn()', () => {
  test('DO-02 hands out one request of a connection at a time, in their order', async (t) => {
    const { arrived, until, open } = await start(t)
    const [first, second] = [await open(), await open()]
    send(first, ['/1', '/2', '/3'])
    await until(() => arrived.length === 1)
    send(second, ['/other'])
    await until(() => arrived.length === 2)
    const pathsOf = () => arrived.map(({ path }) => path)
    assert.deepEqual(pathsOf(), ['/1', '/other'])

    for (const [at, expected] of [
      [0, ['/1', '/other', '/2']],
      [2, ['/1', '/other', '/2', '/3']],
    ] as const) {
      arrived[at]?.outgoing.end()
      await until(() => arrived.length === expected.length)
      assert.deepEqual(pathsOf(), expected)
    }
  })

  test('DO-02 closes a connection with too many requests ahead, and answers none of them', async (t) => {
    const { arrived, dropped, until, open } = await start(t)
    const within = await open()
    send(
      within,
      Array.from({ length: 11 }, (_, index) => `/within/${index}`),
    )
    await until(() => arrived.length === 1)
    const beyond = await open()
    const closed = once(beyond, 'close')
    beyond.resume().on('error', () => {})
    send(
      beyond,
      Array.from({ length: 12 }, (_, index) => `/beyond/${index}`),
    )
    await closed

    await until(() => dropped.length === 11)
    assert.deepEqual(
      arrived.map(({ path }) => path),
      ['/within/0', '/beyond/0'],
    )
    assert.ok(dropped.every((path) => path.startsWith('/beyond/')))
    assert.equal(within.destroyed, false)
  })

  test('DO-02 lets go of what waits where the connection closes', async (t) => {
    const { arrived, dropped, until, open } = await start(t)
    const socket = await open()
    send(socket, ['/1', '/2', '/3'])
    await until(() => arrived.length === 1)

    socket.destroy()
    await until(() => dropped.length === 2)

    assert.deepEqual(dropped, ['/2', '/3'])
  })
})
