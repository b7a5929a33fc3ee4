import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectSocket, type AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { FRAMES_TYPE, HEADER } from '../../src/protocol/fields.ts'
import { NEWS_PATH } from '../../src/protocol/paths.ts'
import { listen } from '../../src/server/listen.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { ORIGIN, type TestProgram } from '../../src/testing/program.ts'
import { ACCOUNT, arrive, connectInTab, leave, rowsOf, startStage } from './consent.ts'

const HOUR = 3600_000
const OFTEN = { atOnce: 1e6, perSecond: 1e6 }

/** Somebody new who opens the page and presses: their first row, or why there is none. */
async function press(program: TestProgram): Promise<DocumentTab> {
  const tab = await new Person(program.fetch).open(ACCOUNT)
  tab.set('text-input:Note', 'n')
  await tab.press('button:Keep')
  return tab
}

/** The head of a press as it is written, with what says how long its body is. */
function headOf(tab: DocumentTab, length: string): readonly string[] {
  const cookie = [...tab.person.jar].map((pair) => pair.join('=')).join('; ')
  return [
    `POST ${ACCOUNT} HTTP/1.1`,
    'Host: 127.0.0.1:3000',
    `Origin: ${ORIGIN}`,
    `Cookie: ${cookie}`,
    'Content-Type: application/x-www-form-urlencoded',
    length,
  ]
}

describe('more people than there is room for', () => {
  test('DO-04 HB-08: one network gets so many new sessions, and leaves room for all others', async (t) => {
    const limits = { rate: OFTEN, rateOfNetwork: { atOnce: 2, perSecond: 0 } }
    const { program } = await startStage(t, { limits })
    const pressFrom = (network: string | undefined) => {
      const caller = { network, requestId: 'of-a-test' }
      return press({ ...program, fetch: (request) => program.handler.fetch(request, caller) })
    }

    assert.deepEqual(
      [(await pressFrom('crowd')).status, (await pressFrom('crowd')).status],
      [200, 200],
    )
    const late = await pressFrom('crowd')
    assert.equal(late.status, 503)
    assert.match(late.text, /no room for one more just now/)
    assert.equal((await pressFrom('home')).status, 200)
    // Where nobody knows who is a proxy, everybody counts for all alone.
    for (let n = 0; n < 4; n += 1) assert.equal((await pressFrom(undefined)).status, 200)
  })

  test('DO-04 HB-08: one network has so many people on their way to a provider', async (t) => {
    const limits = { departuresOfNetwork: { atOnce: 2, perSecond: 0 } }
    const { program } = await startStage(t, { limits })
    const leaveFrom = async (network: string) => {
      const caller = { network, requestId: 'of-a-test' }
      const tab = await arrive({
        ...program,
        fetch: (request) => program.handler.fetch(request, caller),
      })
      await tab.press('connect-button:acme')
      return /Going to Acme/.test(tab.text)
    }

    assert.deepEqual(
      [await leaveFrom('crowd'), await leaveFrom('crowd'), await leaveFrom('crowd')],
      [true, true, false],
    )
    assert.equal(await leaveFrom('home'), true)
  })

  test('DO-04: a full store turns new ones away in plain words, and who is there goes on', async (t) => {
    const { program } = await startStage(t, { limits: { sessions: 3, rate: OFTEN } })
    const first = await arrive(program, 'mine')
    await connectInTab(first)
    await press(program)
    await press(program)

    for (let n = 0; n < 5; n += 1) {
      const late = await press(program)
      assert.equal(late.status, 503)
      assert.match(late.text, /no room for one more just now\. Nothing was done/)
      assert.equal(late.answer?.headers.get('retry-after'), '60')
      assert.equal(late.answer?.headers.get('cache-control'), 'no-store')
      // Whoever only looks needs no row.
      assert.equal((await late.person.send(ACCOUNT)).status, 200)
    }
    const live = await new Person(program.fetch).open(ACCOUNT)
    const init = live.pressInit('button:Keep')
    const headers = { ...(init.headers as Record<string, string>), accept: FRAMES_TYPE }
    assert.equal((await live.person.send(ACCOUNT, { ...init, headers })).status, 503)
    assert.equal(rowsOf(program, 'sessions').length, 3)
    await first.press('button:Fetch')
    assert.match(first.text, /Answer 200/)
    assert.deepEqual(program.log, [])
  })

  test('DO-04: near the limit those make room who hold no connection and were not seen for two hours', async (t) => {
    const { program } = await startStage(t, { limits: { sessions: 3, rate: OFTEN } })
    const connected = await arrive(program, 'mine')
    await connectInTab(connected)
    const idle = await press(program)
    program.advance(3 * HOUR)
    const present = await press(program)
    assert.equal((await press(program)).status, 503)

    await program.handler.tend()

    assert.equal((await press(program)).status, 200)
    await connected.go(ACCOUNT)
    assert.match(connected.text, /Connected as Ada Example.*Kept "mine"/s)
    await present.go(present.path)
    assert.equal(present.field('text-input:Note'), 'n')
    await idle.go(idle.path)
    assert.notEqual(idle.field('text-input:Note'), 'n')
  })

  test('DO-04: so many new sessions at once, then so many a second', async (t) => {
    const limits = { rate: { atOnce: 4, perSecond: 2 } }
    const { program } = await startStage(t, { limits })
    const statuses: number[] = []
    const pressMany = async () => {
      statuses.length = 0
      for (let n = 0; n < 6; n += 1) statuses.push((await press(program)).status)
      return statuses.filter((status) => status === 200).length
    }
    // The clock goes on meanwhile: it may have given one more.
    assert.ok([4, 5].includes(await pressMany()), statuses.join())
    program.advance(1000)
    assert.ok([2, 3].includes(await pressMany()), statuses.join())
  })

  test('DO-04: so many may leave for a provider at once; who may not is told, and nothing is lost', async (t) => {
    const limits = { departures: { atOnce: 2, perSecond: 0.001 } }
    const { program } = await startStage(t, { limits })
    const tab = await arrive(program, 'mine')
    await leave(tab)
    await leave(tab)
    await tab.press('connect-button:acme')
    assert.match(tab.text, /nobody more can leave just now\. Nothing was lost/)
    assert.equal(rowsOf(program, 'pending_authorizations').length, 2)
    program.advance(HOUR)
    await tab.go(ACCOUNT)
    await connectInTab(tab)
    assert.match(tab.text, /Kept "mine"/)
  })
})

describe('event streams', () => {
  const open = (tab: DocumentTab, signal: AbortSignal) =>
    tab.person.send(NEWS_PATH, {
      signal,
      headers: {
        origin: ORIGIN,
        [HEADER.tab]: tab.field('tl-tab') ?? '',
        [HEADER.token]: tab.field('tl-token') ?? '',
      },
    })

  test('DO-04: one session gets so many, all together so many, and one that ends frees its place', async (t) => {
    const limits = { streams: 5, streamsOfSession: 2 }
    const { program } = await startStage(t, { limits })
    const tabs = await Promise.all([1, 2, 3].map(() => arrive(program)))
    const [one, two, three] = tabs as [DocumentTab, DocumentTab, DocumentTab]
    const leaving = new AbortController()
    const staying = new AbortController()
    t.after(() => staying.abort())
    const statuses = async (tab: DocumentTab, times: number, { signal } = staying) => {
      const answers = []
      for (let n = 0; n < times; n += 1) answers.push((await open(tab, signal)).status)
      return answers
    }
    assert.deepEqual(await statuses(one, 3, leaving), [200, 200, 429])
    assert.deepEqual(await statuses(two, 3), [200, 200, 429])
    assert.deepEqual(await statuses(three, 2), [200, 503])
    // Who gets no stream is served all the same.
    await three.press('button:Keep')
    assert.equal(three.status, 200)

    leaving.abort()
    assert.deepEqual(await statuses(three, 2), [200, 429])
    assert.deepEqual(await statuses(one, 2), [200, 503])
  })
})

describe('a body that breaks off', () => {
  test('DO-02: does nothing, and fills no log', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'mine')
    const answered: Promise<Response>[] = []
    const server = await listen({
      fetch: (request) => {
        const answer = program.fetch(request)
        answered.push(answer)
        return answer
      },
      port: 0,
      hostname: '127.0.0.1',
    })
    t.after(() => server.close())
    const socket = connectSocket((server.address() as AddressInfo).port, '127.0.0.1')
    const body = String(tab.pressInit('button:Sign%20out').body)
    const sent = once(server, 'request')
    socket.write(`${headOf(tab, `Content-Length: ${body.length + 1}`).join('\r\n')}\r\n\r\n${body}`)
    await sent
    socket.destroy()

    assert.equal((await answered[0])?.status, 400)
    assert.deepEqual(program.log, [])
    await tab.go(tab.path)
    assert.equal(tab.field('text-input:Note'), 'mine')
  })
})

describe('a body that is too large', () => {
  for (const [how, head, chunk] of [
    ['announced', 'Content-Length: 100000000000', 'a'.repeat(65_536)],
    ['in chunks', 'Transfer-Encoding: chunked', `10000\r\n${'a'.repeat(65_536)}\r\n`],
  ] as const) {
    test(`DO-01: is refused at its limit, and its connection ended: ${how}`, async (t) => {
      const { program } = await startStage(t, { publicUrl: 'http://127.0.0.1:3000' })
      const server = await listen({ fetch: program.fetch, port: 0, hostname: '127.0.0.1' })
      t.after(() => server.close())
      const tab = await arrive(program)
      const socket = connectSocket((server.address() as AddressInfo).port, '127.0.0.1')
      t.after(() => socket.destroy())
      socket.on('error', () => {})
      let text = ''
      socket.setEncoding('latin1').on('data', (part) => (text += String(part)))
      socket.write(`${headOf(tab, head).join('\r\n')}\r\n\r\n`)
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      const send = () => {
        while (!socket.destroyed && socket.write(chunk));
      }
      socket.on('drain', send)
      send()
      await closed
      assert.match(text, /^HTTP\/1\.1 413 /)
      assert.match(text, /more than a form of this program holds/)
      assert.ok(socket.bytesWritten < 64_000_000, `${socket.bytesWritten} bytes`)
    })
  }
})
