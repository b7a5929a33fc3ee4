import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { HEADER } from '../../src/protocol/fields.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { consent, exchanges, leave } from './consent.ts'
import { Person, type DocumentTab, type LiveTab } from '../../src/testing/person.ts'
import { startProcesses, type ServerProcess } from './node-process.ts'
import { Streamed } from './streamed.ts'

const ACCOUNT = '/account'
/** News crosses processes within this. */
const NEWS_MS = 1000
/** An exchange that takes longer counts as failed (finish.ts). */
const EXCHANGE_MS = 30_000

const server = await startAuthorizationServer()
after(() => server.close())
const env = () => ({
  ACME_CLIENT_ID: 'client',
  ACME_CLIENT_SECRET: 'not a real one',
  ACME_ORIGIN: server.origin,
})
const processes = await startProcesses({ after }, 'tour.ts', { count: 3, env })
const { origin } = processes
const [first, second, third] = processes.nodes as [ServerProcess, ServerProcess, ServerProcess]

/** A person whose requests go to one process, until they are told to go to another. */
function personAt(node: ServerProcess) {
  const at = { node }
  const person = new Person((request: Request) => at.node.fetch(request), origin)
  return { person, at }
}

/** Opens the page that connects and types a note, so that there is something to find again. */
async function arrive(person: Person): Promise<DocumentTab> {
  const tab = await person.open(ACCOUNT)
  tab.set('text-input:Note', 'remembered')
  await tab.press()
  assert.match(tab.html, /connect-button/)
  return tab
}

/** Exchanges that a step has made. */
async function exchangesOf(step: () => Promise<unknown>): Promise<number> {
  const before = exchanges(server)
  await step()
  return exchanges(server) - before
}

function newsOf(live: LiveTab, node: ServerProcess): Promise<Streamed> {
  const headers = new Headers({
    accept: 'text/event-stream',
    'sec-fetch-site': 'same-origin',
    host: new URL(origin).host,
    cookie: [...live.person.jar].map(([name, value]) => `${name}=${value}`).join('; '),
  })
  headers.set(HEADER.tab, live.tab)
  headers.set(HEADER.token, live.token)
  const request = new Request(`${origin}/-/news`, { headers })
  return node.fetch(request).then((response) => new Streamed(response))
}

describe('a process that dies while a person is at the provider', () => {
  test('P1 D5 CB-13: the callback goes on at another, with what was typed, after one exchange', async () => {
    const { person, at } = personAt(first)
    const tab = await arrive(person)
    const back = await consent(await leave(tab))

    await first.kill()
    at.node = second
    const count = await exchangesOf(() => tab.go(back))

    assert.equal(count, 1)
    assert.match(tab.path, /^\/account/)
    assert.match(tab.text, /Connected as Ada Example, note "remembered"/)

    await first.start()
    at.node = first
    await tab.go(back)
    assert.match(tab.text, /Connected as Ada Example, note "remembered"/)
    assert.equal(exchanges(server), count, 'reloaded on the process that had died: none')
  })

  test('P3 D5 CB-13: between claim and settlement it leaves "connect again", never a second exchange', async () => {
    const { person, at } = personAt(first)
    const tab = await arrive(person)
    const back = await consent(await leave(tab))
    const before = exchanges(server)
    server.next({ path: '/token', delayMilliseconds: 60_000 })

    const cut = assert.rejects(person.send(back))
    while (exchanges(server) === before) await new Promise((resolve) => setTimeout(resolve, 5))
    await first.kill()
    await cut

    // Another process waits for the outcome as long as there may be one, and does not try for itself.
    const looking = new AbortController()
    at.node = second
    const waiting = person.send(back, { signal: looking.signal })
    const isAnswered = await Promise.race([
      waiting.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300)),
    ])
    looking.abort()
    await assert.rejects(waiting)
    assert.equal(isAnswered, false)

    // For a process that is later by as much, the time of the exchange is over.
    await first.start({ ahead: EXCHANGE_MS })
    at.node = first
    await tab.go(back)
    assert.match(tab.path, /^\/account/)
    assert.match(tab.text, /could not be finished\. Please connect again/)
    assert.match(tab.html, /connect-button/)
    assert.equal(exchanges(server), before + 1)

    // Until then the session's next flow would wait for it: one is exchanged after the other.
    const again = await exchangesOf(async () => tab.go(await consent(await leave(tab))))
    assert.equal(again, 1)
    assert.match(tab.text, /Connected as Ada Example, note "remembered"/)
    await first.kill()
    await first.start()
  })
})

test('P3 CI-01 CI-05: 16 callbacks raced over three processes exchange once, and all end on one page', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { person } = personAt(first)
    const tab = await arrive(person)
    const back = await consent(await leave(tab))
    server.next({ path: '/token', delayMilliseconds: 30 })
    const racers = Array.from({ length: 16 }, (_, racer) => {
      const copy = new Person(processes.nodes[racer % 3]!.fetch, origin)
      for (const [name, value] of person.jar) copy.jar.set(name, value)
      return copy
    })

    const ends: DocumentTab[] = []
    const count = await exchangesOf(async () => {
      ends.push(...(await Promise.all(racers.map((racer) => racer.open(back)))))
    })

    assert.equal(count, 1)
    for (const end of ends) {
      assert.equal(end.path, ends[0]?.path)
      assert.match(end.text, /Connected as Ada Example, note "remembered"/)
    }
  }
})

describe('news of one process', () => {
  test('P2 P9: a callback at one is heard within a second by the tab that listens at another', async (t) => {
    const { person, at } = personAt(first)
    const tab = await arrive(person)
    const live = await person.openLive(ACCOUNT)
    const stream = await newsOf(live, third)
    await stream.until(/data: \d+/)
    const back = await consent(await leave(tab))

    at.node = second
    const heard = stream.until(/data: [1-9]/).then(() => performance.now())
    await tab.go(back)
    const done = performance.now()
    const took = (await heard) - done

    t.diagnostic(`heard ${took.toFixed(0)} ms after the page was there`)
    assert.ok(took < NEWS_MS, `${took} ms`)
    await stream.toEnd()
    await live.ask()
    assert.match(live.text, /Connected as Ada Example/)
  })

  test('SE-07 P9: a sign-out at one ends the stream at another within a second', async (t) => {
    const { person, at } = personAt(first)
    await arrive(person)
    const live = await person.openLive(ACCOUNT)
    const stream = await newsOf(live, third)
    await stream.until(/data: \d+/)

    at.node = second
    const ended = stream.toEnd().then(() => performance.now())
    await live.press('button:Sign%20out')
    const done = performance.now()
    const took = (await ended) - done

    t.diagnostic(`ended ${took.toFixed(0)} ms after the answer`)
    assert.equal(live.away, '/')
    assert.ok(took < NEWS_MS, `${took} ms`)
  })
})
