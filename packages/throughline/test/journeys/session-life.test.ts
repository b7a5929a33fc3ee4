import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { app, cached, sessionState, text } from '../../src/index.ts'
import { connectInTab, ACCOUNT, accountApp, arrive, rowsOf, startStage } from './consent.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { Person } from '../../src/testing/person.ts'
import { FRAMES_TYPE, HEADER } from '../../src/protocol/fields.ts'
import { ORIGIN, startProgram } from '../../src/testing/program.ts'
import { providerAt } from '../../src/testing/provider-at.ts'

const DAY = 24 * 3600_000
const TABLES = [
  'sessions',
  'tabs',
  'session_state',
  'cached_results',
  'pending_authorizations',
  'ended_cookies',
  'downloads',
]

describe('a session’s rows', () => {
  test('SE-05: visitors without a cookie leave no row, whatever the page does; one who presses does', async (t) => {
    const state = sessionState({ visits: 0 })
    let calls = 0
    const slow = cached(function answerOf(question: string) {
      calls += 1
      return `${question}?`
    })
    const program = startProgram(
      app(async () => {
        state.visits += 1
        text(await slow('why'))
      }),
    )
    t.after(() => program.close())
    for (let visit = 0; visit < 200; visit += 1) {
      const person = new Person(program.fetch)
      assert.match((await person.open('/')).text, /why\?/)
      if (visit % 10 !== 0) continue
      // Neither a question, nor a stream, nor a press without the cookie.
      const bare = { cookie: '' }
      const ours = { ...bare, 'sec-fetch-site': 'same-origin' }
      await person.send('/', {
        headers: { ...ours, accept: 'application/vnd.throughline.frames+x-ndjson' },
      })
      await person.send('/-/news', { headers: { ...ours, 'throughline-tab': 'A'.repeat(22) } })
      const form = { ...ours, 'content-type': 'application/x-www-form-urlencoded' }
      const press = await person.send('/', { method: 'POST', headers: form, body: 'tl-press=x' })
      assert.equal(press.status, 403)
    }
    for (const table of TABLES) assert.deepEqual(rowsOf(program, table), [], table)
    assert.equal(calls, 220)

    const person = new Person(program.fetch)
    await person.open('/')
    await person.open('/')
    await person.open('/')
    assert.equal(rowsOf(program, 'sessions').length, 1)
    assert.equal(rowsOf(program, 'cached_results').length, 1)
  })

  test('SE-06: a session ends when it was not seen for 30 days, and not before', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'kept')
    for (let visit = 0; visit < 3; visit += 1) {
      program.advance(29 * DAY)
      await tab.go('/')
      assert.match(tab.text, /kept "kept"/)
    }
    const cookie = tab.person.jar.get('tl-session-3000')
    program.advance(30 * DAY + 3600_001)
    await tab.go('/')
    assert.match(tab.text, /kept ""/)
    assert.notEqual(tab.person.jar.get('tl-session-3000'), cookie)
    assert.deepEqual(rowsOf(program, 'sessions'), [])
    assert.deepEqual(rowsOf(program, 'session_state'), [])
    assert.equal(rowsOf(program, 'ended_cookies').length, 1)
  })

  test('SE-06: no session lives longer than 180 days, however often it is seen', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'kept')
    for (let visit = 0; visit < 9; visit += 1) {
      program.advance(19 * DAY)
      await tab.go('/')
      assert.match(tab.text, /kept "kept"/)
    }
    program.advance(10 * DAY)
    await tab.go('/')
    assert.match(tab.text, /kept ""/)
    assert.deepEqual(rowsOf(program, 'sessions'), [])
  })

  test('SE-06: the reaper drops what nobody came back for, and nothing else', async (t) => {
    const { program } = await startStage(t)
    const left = await arrive(program, 'left')
    await connectInTab(left)
    program.advance(20 * DAY)
    const seen = await arrive(program, 'seen')
    program.advance(11 * DAY)
    const { sessions, clock } = program.handler.program.identity
    await sessions.reap(clock(), clock() - 30 * DAY)

    assert.equal(rowsOf(program, 'sessions').length, 1)
    assert.deepEqual(rowsOf(program, 'connections'), [])
    assert.equal(rowsOf(program, 'token_sets').length, 1)
    await seen.go('/')
    assert.match(seen.text, /kept "seen"/)
    await left.go('/')
    assert.match(left.text, /kept ""/)
  })

  test('SE-07: signing out ends the session on every node, its stream within a second, its page at once', async (t) => {
    const { program, app: same } = await startStage(t)
    const other = program.another(same)
    const tab = await arrive(program, 'private')
    await connectInTab(tab)
    const elsewhere = new Person(other.fetch)
    for (const [name, value] of tab.person.jar) elsewhere.jar.set(name, value)
    const live = await elsewhere.openLive(ACCOUNT)
    const stream = await elsewhere.send('/-/news', {
      headers: {
        'throughline-tab': live.tab,
        'throughline-token': live.token,
        'sec-fetch-site': 'same-origin',
      },
    })
    assert.equal(stream.status, 200)
    const before = performance.now()
    await tab.press('button:Sign%20out')
    for await (const chunk of stream.body ?? assert.fail()) void chunk
    assert.ok(performance.now() - before < 1_000)

    assert.equal(tab.path, '/')
    for (const person of [tab.person, elsewhere]) {
      const page = await person.open(ACCOUNT)
      assert.doesNotMatch(page.text, /Connected|private/)
      assert.equal(page.answer?.headers.get('cache-control'), 'no-store, no-transform')
    }
    for (const table of ['sessions', 'connections', 'session_state', 'tabs']) {
      assert.deepEqual(rowsOf(program, table), [], table)
    }
    const press = await live.post({ press: 'button:Fetch', number: 9 })
    assert.doesNotMatch(await press.text(), /Answer|Connected/)
    // Token sets and user records stay, for when the person comes back.
    assert.equal(rowsOf(program, 'token_sets').length, 1)
    assert.equal(rowsOf(program, 'users').length, 1)
  })

  test('SE-07 RV-02: signing out everywhere ends the sessions of this account in all browsers, and no other (GHSA-2vg6-77g8-24mp)', async (t) => {
    let people = 0
    const account = async () => ({ subject: `/users/${people}`, name: 'A person', claims: {} })
    const { program } = await startStage(t, { provider: { account } })
    const tabs = []
    for (const subject of [1, 1, 2]) {
      people = subject
      const tab = await arrive(program, `kept ${subject}`)
      await connectInTab(tab)
      tabs.push(tab)
    }
    const stranger = await arrive(program, 'no account')
    const [first, second, other] = tabs
    await first?.press('button:Sign%20out%20everywhere')

    assert.equal(first?.path, '/')
    for (const tab of [first, second]) {
      await tab?.go(ACCOUNT)
      assert.doesNotMatch(tab?.text ?? '', /Connected|kept 1/)
    }
    await other?.go(ACCOUNT)
    assert.match(other?.text ?? '', /Connected.*kept 2/)
    await stranger.go('/')
    assert.match(stranger.text, /no account/)
    assert.equal(rowsOf(program, 'sessions').length, 2)
  })

  test('SE-07: a request that meets a sign-out on its way is told to come again, not that something went wrong', async (t) => {
    const { program, app } = await startStage(t)
    const tab = await arrive(program, 'private')
    const live = await tab.person.openLive(ACCOUNT)
    const stores = () => {
      const { sessions, users } = program.handler.program.connect
      const startRun: typeof sessions.startRun = async (request) => {
        await sessions.forgetSession(request.sessionKey, Date.now() + 60_000)
        return sessions.startRun(request)
      }
      const close = async () => {}
      return { sessions: { ...sessions, startRun, close }, users: { ...users, close } }
    }
    const other = program.another(app, { stores })
    const elsewhere = new Person(other.fetch)
    for (const [name, value] of tab.person.jar) elsewhere.jar.set(name, value)

    const headers = { accept: FRAMES_TYPE, origin: ORIGIN, [HEADER.tab]: live.tab }
    const asked = await elsewhere.send(ACCOUNT, { headers })
    assert.equal(asked.status, 202)
    assert.deepEqual(other.log, [])
    const page = await elsewhere.open(ACCOUNT)
    assert.doesNotMatch(page.text, /went wrong|private/)
  })

  test('SE-02: the cookie is locked down, and carries a prefix on https', async (t) => {
    const server = await startAuthorizationServer()
    t.after(() => server.close())
    for (const [publicUrl, name, secure] of [
      ['https://app.example', '__Host-tl-session', true],
      ['http://127.0.0.1:3000', 'tl-session-3000', false],
    ] as const) {
      const program = startProgram(accountApp(providerAt(server)), { publicUrl })
      t.after(() => program.close())
      const person = new Person(program.fetch, publicUrl)
      const answer = await person.send('/')
      const [line = '', ...others] = answer.headers.getSetCookie()
      assert.deepEqual(others, [])
      const [pair = '', ...attributes] = line.split('; ')
      assert.equal(pair.split('=')[0], name)
      const expected = ['Path=/', 'Max-Age=15552000', 'HttpOnly', 'SameSite=Lax']
      assert.deepEqual(attributes, secure ? [...expected, 'Secure'] : expected)
      assert.ok(line.length < 300)

      // The other name is not read: presented under it, a genuine value is nobody's.
      const value = pair.slice(name.length + 1)
      const wrong = secure ? 'tl-session-3000' : '__Host-tl-session'
      const bare = await person.send('/', { headers: { cookie: `${wrong}=${value}` } })
      assert.equal(bare.headers.getSetCookie().length, 1)
      const right = await person.send('/', { headers: { cookie: `${name}=${value}` } })
      assert.equal(right.headers.getSetCookie().length, 0)
    }
  })

  test('SE-03: an id that we never issued is not adopted, and one that ended is not used again (GHSA-f24x-5g9q-753f)', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'x')
    const genuine = tab.person.jar.get('tl-session-3000') ?? ''
    await tab.press('button:Sign%20out')
    for (const [value, passes] of [
      [genuine, false],
      [`${genuine}A`, false],
      [genuine.toUpperCase(), false],
      [`0.${genuine.slice(genuine.indexOf('.') + 1)}`, false],
      ['admin', false],
    ] as const) {
      for (const hours of [0, 23, 1, 2]) {
        program.advance(hours * 3600_000)
        const answer = await tab.person.send('/', {
          headers: { cookie: `tl-session-3000=${value}` },
        })
        assert.equal(answer.headers.getSetCookie().length === 0, passes, value)
      }
    }
    await tab.go(ACCOUNT)
    await tab.press('button:Keep')
    assert.equal(rowsOf(program, 'sessions').length, 1)
  })

  test('SE-03: an id without a row counts for a day', async (t) => {
    const { program } = await startStage(t)
    const person = new Person(program.fetch)
    await person.open('/')
    const cookie = person.jar.get('tl-session-3000')
    program.advance(DAY - 60_000)
    assert.equal((await person.send('/')).headers.getSetCookie().length, 0)
    program.advance(120_000)
    await person.open('/')
    assert.notEqual(person.jar.get('tl-session-3000'), cookie)
  })

  test('SE-10: a session remembers data only, and a prototype cannot be reached through it', async (t) => {
    const state = sessionState<{ bag: Record<string, unknown> }>({ bag: {} })
    const program = startProgram(
      app(async () => {
        const bag = JSON.parse(
          '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
        ) as Record<string, unknown>
        try {
          await state.update('bag', () => bag)
        } catch (error) {
          text(`refused: ${String(error)}`)
        }
        text(`polluted ${String(({} as Record<string, unknown>)['polluted'])}`)
        text(`keys ${Object.keys(state.bag).join()}`)
      }),
    )
    t.after(() => program.close())
    const person = new Person(program.fetch)
    await person.open('/')
    const page = await person.open('/')
    assert.match(page.text, /polluted undefined/)
    const again = await person.open('/')
    assert.match(again.text, /polluted undefined/)
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })
})
