import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  exchanges,
  leave,
  rowsOf,
  startStage,
  withParameters,
} from './consent.ts'
import { Person } from '../../src/testing/person.ts'
import type { TestProgram } from '../../src/testing/program.ts'

/** The same browser, talking to another node. */
function at(person: Person, program: TestProgram): Person {
  const same = new Person(program.fetch)
  for (const [name, value] of person.jar) same.jar.set(name, value)
  return same
}

/** Resolves when the server has seen a request to the path. */
async function arrival(requestsTo: (path: string) => readonly unknown[], path: string) {
  while (requestsTo(path).length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('one exchange, whatever happens', () => {
  for (const redirectPath of [undefined, '/']) {
    test(`P3 CI-01 CB-03: 10 at once and 10 in a row exchange once, and all see the connection (${redirectPath ?? 'own path'})`, async (t) => {
      const { server, program } = await startStage(t, {
        ...(redirectPath === undefined ? {} : { redirectPath }),
      })
      const tab = await arrive(program)
      const back = await consent(await leave(tab))
      server.next({ path: '/token', delayMilliseconds: 60 })
      const before = at(tab.person, program)

      const answers = await Promise.all(Array.from({ length: 10 }, () => tab.person.send(back)))
      for (let repeat = 0; repeat < 10; repeat += 1) answers.push(await tab.person.send(back))
      // A reload of the first request: the answer with the new cookie never arrived.
      answers.push(await before.send(back))

      const told = answers.map((answer) => [answer.status, answer.headers.get('location')])
      assert.deepEqual(new Set(told.map(String)), new Set([`303,${ACCOUNT}`]))
      assert.equal(exchanges(server), 1)
      assert.equal(rowsOf(program, 'connections').length, 1)
      for (const person of [tab.person, before]) {
        assert.match((await person.open(ACCOUNT)).text, /Connected as Ada Example.*Kept "n1"/)
      }
    })
  }

  test('P3 CI-05: 16 racers on two nodes exchange once, flow after flow (GHSA-7w99-5wm4-3g79)', async (t) => {
    const { server, program, app } = await startStage(t)
    const other = program.another(app)
    for (let flow = 0; flow < 12; flow += 1) {
      const tab = await arrive(program)
      const back = await consent(await leave(tab))
      const racers = Array.from({ length: 16 }, (_, index) =>
        at(tab.person, index % 2 === 0 ? program : other).send(back),
      )
      for (const answer of await Promise.all(racers)) {
        assert.equal(answer.status, 303)
        for (const line of answer.headers.getSetCookie()) tab.person.keep(line)
      }
      await tab.go(ACCOUNT)
      assert.match(tab.text, /Connected as Ada Example.*arrivals 1/)
      assert.equal(exchanges(server), flow + 1)
    }
    assert.equal(rowsOf(program, 'connections').length, 12)
  })

  test('P3 CI-02: four codes under one state exchange once, and all land on the connection', async (t) => {
    const { server, program } = await startStage(t)
    const tab = await arrive(program)
    const url = await leave(tab)
    const backs = [await consent(url), await consent(url), await consent(url), await consent(url)]
    assert.equal(new Set(backs).size, 4)

    const answers = await Promise.all(backs.map((back) => tab.person.send(back)))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [303, 303, 303, 303],
    )
    assert.equal(exchanges(server), 1)
    assert.match((await tab.person.open(ACCOUNT)).text, /Connected as Ada Example/)
  })

  test('P3 CB-13: a process that dies while it exchanges leaves "connect again", never a second exchange', async (t) => {
    const { server, program, app } = await startStage(t)
    const tab = await arrive(program, 'kept')
    const back = await consent(await leave(tab))
    server.next({ path: '/token', delayMilliseconds: 5_000 })
    void tab.person.send(back).catch(() => {})
    await arrival(server.requestsTo, '/token')
    assert.equal(rowsOf(program, 'pending_authorizations')[0]?.['status'], 'exchanging')

    // The one who comes back while the deadline has not passed waits; from then on the answer is clear.
    const restarted = program.another(app)
    const person = at(tab.person, restarted)
    const waiting = person.send(back)
    program.advance(31_000)
    assert.equal((await waiting).status, 303)
    const page = await person.open(ACCOUNT)
    assert.match(page.text, /could not be finished\. Please connect again/)
    assert.match(page.html, /connect-button:acme/)
    assert.equal((await person.send(back)).status, 303)
    assert.equal(exchanges(server), 1)

    await page.go(ACCOUNT)
    await connectInTab(page)
    assert.match(page.text, /Connected as Ada Example.*Kept "kept"/)
    assert.equal(exchanges(server), 2)
  })

  test('P1 CB-13: an exchange that ends after its deadline connects nobody, and costs nobody their session', async (t) => {
    const { server, program } = await startStage(t)
    const tab = await arrive(program, 'kept')
    const back = await consent(await leave(tab))
    server.next({ path: '/token', delayMilliseconds: 300 })
    const slow = at(tab.person, program).send(back)
    await arrival(server.requestsTo, '/token')
    program.advance(31_000)
    await tab.go(back)
    assert.match(tab.text, /could not be finished\. Please connect again/)
    await slow

    await tab.go(ACCOUNT)
    assert.match(tab.html, /connect-button:acme/)
    await connectInTab(tab)
    assert.match(tab.text, /Connected as Ada Example.*Kept "kept"/)
  })

  for (const [how, behaviours] of [
    ['the answer is lost after the code was taken', [{ drop: 'before-answer' }]],
    ['the answer breaks off', [{ drop: 'within-body' }]],
    ['the server fails', [{ status: 503 }]],
    ['the answer is no JSON', [{ body: '<html>', headers: { 'content-type': 'text/html' } }]],
    ['the server sends elsewhere', [{ redirectTo: 'http://127.0.0.1:9/' }]],
    ['the account cannot be read', [{ path: '/me', isPlain: true, status: 500 }]],
    ['the account is no account', [{ path: '/me', body: '[]' }]],
  ] as const) {
    test(`TK-12 P3 P10: ${how}: no second try, a sentence, and one press mends it`, async (t) => {
      const { server, program } = await startStage(t)
      const tab = await arrive(program)
      const back = await consent(await leave(tab))
      for (const behaviour of behaviours) server.next(behaviour)
      await tab.go(back)

      assert.equal(tab.path, ACCOUNT)
      assert.match(
        tab.text,
        /(could not be connected\. Please|nothing was connected\. Please) connect again/,
      )
      await tab.go(back)
      assert.equal(exchanges(server), 1)
      assert.deepEqual(rowsOf(program, 'connections'), [])
      assert.deepEqual(rowsOf(program, 'token_sets'), [])
      assert.equal(program.log.length, 1)
      await connectInTab(tab)
      assert.match(tab.text, /Connected as Ada Example.*Kept "n1"/)
    })
  }

  test('P3: signing out while the exchange is under way ends in a page, and connects nobody', async (t) => {
    const { server, program } = await startStage(t)
    const tab = await arrive(program)
    const back = await consent(await leave(tab))
    server.next({ path: '/token', delayMilliseconds: 80 })
    const before = at(tab.person, program)
    const finishing = before.send(back)
    await arrival(server.requestsTo, '/token')
    await tab.press('button:Sign%20out')
    const answer = await finishing

    assert.equal(answer.status, 303)
    assert.deepEqual(rowsOf(program, 'connections'), [])
    assert.equal(rowsOf(program, 'sessions').length, 0)
    assert.doesNotMatch((await before.open(ACCOUNT)).text, /Connected|n1/)
  })

  test('CI-01: a decline is told to whoever comes again, and the code that follows is not exchanged', async (t) => {
    const { server, program } = await startStage(t)
    const tab = await arrive(program)
    const back = await consent(await leave(tab))
    const declined = withParameters(back, { code: undefined, error: 'access_denied' })
    for (const path of [declined, declined, back]) {
      await tab.go(path)
      assert.match(tab.text, /You did not give access at Acme/)
    }
    assert.equal(exchanges(server), 0)
    await connectInTab(tab)
    assert.match(tab.text, /Connected as Ada Example/)
  })

  test('P2: a live tab that was left shows a decline by itself', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const left = await tab.person.openLive(ACCOUNT)
    const back = await consent(await leave(tab))
    await tab.person.send(withParameters(back, { code: undefined, error: 'access_denied' }))
    await left.ask()
    assert.match(left.text, /You did not give access at Acme/)
  })
})
