import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  button,
  downloadButton,
  sessionState,
  signOut,
  text,
  type Download,
} from '../../src/index.ts'
import { hashOf } from '../../src/crypto/mac.ts'
import { HEADER } from '../../src/protocol/fields.ts'
import { NEWS_PATH } from '../../src/protocol/paths.ts'
import { Person, type LiveTab } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { Streamed } from './streamed.ts'

const FILE = 'download-button:File'

function script() {
  const state = sessionState({ done: '' })
  const from = (): Download => ({ body: (async function* () {})() })
  return app(() => {
    const outcome = downloadButton('File', { file: 'a.bin', from })
    if (outcome !== undefined) state.done = outcome.file
    if (button('Leave')) signOut()
    text(`done ${state.done}`)
  })
}

function start(t: TestContext) {
  const program = startProgram(script())
  t.after(() => program.close())
  return { program, person: new Person(program.fetch) }
}

function listen(live: LiveTab, init: RequestInit = {}): Promise<Response> {
  const headers = {
    'sec-fetch-site': 'same-origin',
    [HEADER.tab]: live.tab,
    [HEADER.token]: live.token,
    ...(init.headers as Record<string, string> | undefined),
  }
  return live.person.send(NEWS_PATH, { ...init, headers })
}

/** Presses the download button in a tab and fetches the file to its end. */
async function download(live: LiveTab): Promise<void> {
  await live.press(FILE)
  const answer = await live.person.send(live.away ?? '')
  await answer.arrayBuffer()
}

describe('the event stream', () => {
  test('carries the session’s news number when it rises, and nothing else', async (t) => {
    const { person } = start(t)
    const live = await person.openLive('/')
    const answer = await listen(live)
    const stream = new Streamed(answer)
    await stream.until(/data: 0\n\n/)

    await download(live)
    const heard = await stream.until(/data: 1\n\n/)

    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    assert.equal(heard, 'data: 0\n\ndata: 1\n\n')
  })

  test('tells of what another node did', async (t) => {
    const { program } = start(t)
    const other = program.another(script())
    let node = program
    const person = new Person((request) => node.fetch(request))
    const live = await person.openLive('/')
    await live.press(FILE)
    const stream = new Streamed(await listen(live))
    await stream.until(/data: 0/)

    node = other
    await (await person.send(live.away ?? '')).arrayBuffer()

    assert.match(await stream.until(/data: 1/), /data: 1\n\n$/)
  })

  test('lets the tab that asks go on, and its view names the news it has taken into account', async (t) => {
    const { person } = start(t)
    const live = await person.openLive('/')
    await download(live)

    await live.ask()

    assert.match(live.text, /done a\.bin/)
    assert.equal(live.news, 1)
  })

  test('says the present number first, so that nothing is missed while it was away', async (t) => {
    const { person } = start(t)
    const live = await person.openLive('/')
    await download(live)

    assert.match(await new Streamed(await listen(live)).until(/\n\n/), /^data: 1\n\n$/)
  })

  test('ends at sign-out', async (t) => {
    const { person } = start(t)
    const live = await person.openLive('/')
    await live.press(FILE)
    const stream = new Streamed(await listen(live))
    await stream.until(/data: 0/)

    await live.press('button:Leave')

    assert.match(await stream.toEnd(), /^data: 0\n\n(?:data: \d\n\n)*$/)
  })

  test('ends when its cookie id is rotated', async (t) => {
    const { person, program } = start(t)
    const live = await person.openLive('/')
    await live.press(FILE)
    const stream = new Streamed(await listen(live))
    await stream.until(/data: 0/)
    const { sessions, clock } = program.handler.program.identity
    const value = [...person.jar.values()][0] ?? ''
    const from = hashOf(value.slice(0, value.lastIndexOf('.')))
    const session = await sessions.loadSession(from)
    assert.ok(session)

    const rotation = { from, to: hashOf('next'), retiredUntil: clock() + 1000 }
    assert.equal(await sessions.rotateSession(session.key, rotation), true)
    await sessions.announce(session.key)

    assert.match(await stream.toEnd(), /data: 1\n\n$/)
  })

  test('is not for another session, another origin or an outdated token', async (t) => {
    const { person, program } = start(t)
    const live = await person.openLive('/')
    const own = await listen(live)
    const foreign = await listen(live, { headers: { 'sec-fetch-site': 'cross-site' } })
    const outdated = await listen(live, { headers: { [HEADER.token]: 'x' } })
    const other = await new Person(program.fetch).openLive('/')
    other.token = live.token
    const stolen = await listen(other)
    await own.body?.cancel()

    assert.deepEqual(
      [own, foreign, outdated, stolen].map(({ status }) => status),
      [200, 403, 204, 204],
    )
  })

  test('is let go when its browser goes away', async (t) => {
    const { person, program } = start(t)
    const live = await person.openLive('/')
    await live.press(FILE)
    const away = new AbortController()
    const stream = new Streamed(await listen(live, { signal: away.signal }))
    await stream.until(/data: 0/)

    away.abort()

    assert.equal(await stream.toEnd(), 'data: 0\n\n')
    assert.deepEqual(program.log, [])
  })
})
