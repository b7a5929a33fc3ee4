import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { createKeyRing, createSealingKeys } from '../../src/crypto/key-ring.ts'
import {
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  exchanges,
  leave,
  rowsOf,
  startStage,
} from './consent.ts'
import { Person } from '../../src/testing/person.ts'
import type { TestProgram } from '../../src/testing/program.ts'

const SESSION = 'tl-session-3000'
const MINUTE = 60_000

/** Another browser that holds a copy of this one's cookies. */
function copyOf(person: Person, program: TestProgram): Person {
  const copy = new Person(program.fetch)
  for (const [name, value] of person.jar) copy.jar.set(name, value)
  return copy
}

describe('the cookie id that rotates at each connect', () => {
  test('SE-03: a connect replaces the id, and the session goes on under the new one', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'kept')
    const ids = [tab.person.jar.get(SESSION)]
    const [before] = rowsOf(program, 'sessions')
    for (let round = 0; round < 2; round += 1) {
      await connectInTab(tab)
      ids.push(tab.person.jar.get(SESSION))
      assert.match(tab.text, /Connected as Ada Example.*Kept "kept"/)
      await tab.press('button:Disconnect')
      await tab.go(ACCOUNT)
    }

    assert.equal(new Set(ids).size, 3)
    const [after, ...others] = rowsOf(program, 'sessions')
    assert.deepEqual(others, [])
    assert.equal(after?.['key'], before?.['key'])
    for (const id of ids.slice(0, 2)) {
      const old = new Person(program.fetch)
      old.jar.set(SESSION, id ?? '')
      assert.match((await old.open(ACCOUNT)).text, /One moment/)
    }
  })

  test('AT-10 SE-03: a planted id is dead after the victim has connected, at once and for good (CVE-2022-25896)', async (t) => {
    const { program } = await startStage(t)
    const attacker = (await arrive(program, 'planted')).person
    const victim = copyOf(attacker, program)
    const live = await attacker.openLive(ACCOUNT)
    const ours = { 'sec-fetch-site': 'same-origin', 'throughline-token': live.token }
    const headers = { ...ours, 'throughline-tab': live.tab }
    const tab = await victim.open(ACCOUNT)
    await connectInTab(tab)
    tab.set('text-input:Note', 'private')
    await tab.press('button:Keep')
    assert.match(tab.text, /Kept "private"/)

    // Also when what the program remembers of the id runs out, or is dropped: it must never open this session again.
    for (const minutes of [0, 9, 2, 60, 20 * 60, 3 * 60, 2 * 60]) {
      program.advance(minutes * MINUTE)
      const { sessions, clock } = program.handler.program.identity
      await sessions.reap(clock(), 0)
      const thief = copyOf(attacker, program)
      const document = await thief.open(ACCOUNT)
      assert.doesNotMatch(document.text, /private|Connected/)
      assert.equal((await copyOf(attacker, program).send('/-/news', { headers })).status, 204)
      const frames = await live.post({
        press: 'button:Keep',
        values: { 'text-input:Note': ['stolen'] },
        number: 50,
      })
      assert.doesNotMatch(await frames.text(), /private|Connected/)
      attacker.jar.delete('tl-moment')
      await document.go(ACCOUNT)
      if (document.field('tl-token') !== undefined) {
        await document.press('button:Keep')
        await document.go(ACCOUNT)
      }
      assert.doesNotMatch(document.text, /private|Connected/)
    }
    await tab.go(ACCOUNT)
    assert.match(tab.text, /Connected as Ada Example.*Kept "private"/)
  })

  test('AT-10: an attacker who connects first in a planted session gets nothing of the victim', async (t) => {
    const { server, program } = await startStage(t)
    const planted = await arrive(program, 'planted')
    const victim = await copyOf(planted.person, program).open(ACCOUNT)
    const back = await consent(await leave(victim))
    await connectInTab(planted)
    const [mine] = rowsOf(program, 'connections')

    // The victim returns with the id that the attacker's connect has retired.
    await victim.go(back)
    assert.match(victim.text, /One moment/)
    assert.equal(victim.answer?.headers.get('refresh'), '1')
    await victim.go(back)
    assert.equal(victim.status, 403)
    assert.equal(exchanges(server), 1)
    assert.deepEqual(rowsOf(program, 'connections'), [mine])
    await planted.go(ACCOUNT)
    assert.match(planted.text, /Connected/)

    await victim.go(ACCOUNT)
    await victim.press('button:Keep')
    await connectInTab(victim)
    assert.match(victim.text, /Connected as Ada Example/)
    assert.notEqual(victim.person.jar.get(SESSION), planted.person.jar.get(SESSION))
    assert.equal(rowsOf(program, 'sessions').length, 2)
  })

  test('AT-10: with the retired id, a flow of one’s own cannot be slipped into the session', async (t) => {
    const { server, program } = await startStage(t)
    const attackers = await arrive(program, 'planted')
    const back = await consent(await leave(attackers))
    const victim = await copyOf(attackers.person, program).open(ACCOUNT)
    await connectInTab(victim)
    const connections = rowsOf(program, 'connections')

    const statuses = [await attackers.person.send(back), await attackers.person.send(back)]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 403],
    )
    assert.ok(statuses.every((answer) => !answer.headers.getSetCookie().join().includes(SESSION)))
    assert.equal(exchanges(server), 1)
    assert.deepEqual(rowsOf(program, 'connections'), connections)
  })

  test('AT-11: a form token from before the connect does nothing yet, and one from after does (GHSA-2ccf-ffrj-m4qw)', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program)
    const stale = tab.field('tl-token') ?? assert.fail()
    await connectInTab(tab)
    const press = tab.pressInit('button:Disconnect', { 'tl-token': stale })
    await tab.follow(await tab.person.send(ACCOUNT, press), ACCOUNT)
    assert.match(tab.text, /nothing was done yet\. Please press again/)
    assert.equal(rowsOf(program, 'connections').length, 1)
    await tab.press('button:Disconnect')
    assert.equal(rowsOf(program, 'connections').length, 0)
  })

  test('P1: the answer with the new cookie is lost, and a reload of the callback brings it again', async (t) => {
    const { server, program } = await startStage(t)
    const tab = await arrive(program, 'kept')
    const back = await consent(await leave(tab))
    await copyOf(tab.person, program).send(back)
    const lost = tab.person.jar.get(SESSION)

    await tab.go(back)
    assert.match(tab.text, /Connected as Ada Example.*Kept "kept"/)
    assert.notEqual(tab.person.jar.get(SESSION), lost)
    assert.equal(exchanges(server), 1)

    // Only as long as the flow is remembered: later the retired id gets nothing.
    program.advance(11 * MINUTE)
    const late = new Person(program.fetch)
    late.jar.set(SESSION, lost ?? '')
    for (const status of [200, 403]) assert.equal((await late.send(back)).status, status)
    assert.equal(late.jar.get(SESSION), lost)
  })

  test('CI-06 P1: two first connects at once in two tabs both arrive, one with the other’s cookie', async (t) => {
    const { server, program } = await startStage(t)
    const one = await arrive(program, 'kept')
    const two = await one.person.open(ACCOUNT)
    const backs = [await consent(await leave(one)), await consent(await leave(two))]
    const early = copyOf(one.person, program)
    server.next({ path: '/token', delayMilliseconds: 40 })
    await Promise.all([one.go(backs[0] ?? ''), two.go(backs[1] ?? '')])
    // One of them was exchanged after the other, and is held up until the new cookie is there.
    for (const [at, tab] of [one, two].entries()) {
      if (/One moment/.test(tab.text)) await tab.go(backs[at] ?? '')
    }

    for (const tab of [one, two]) {
      await tab.go(ACCOUNT)
      assert.match(tab.text, /Connected as Ada Example.*Kept "kept"/)
    }
    assert.equal(exchanges(server), 2)
    assert.equal(rowsOf(program, 'connections').length, 1)
    assert.equal(rowsOf(program, 'sessions').length, 1)

    // A third flow that left under the old id and comes back a moment before the browser has the new one.
    assert.match((await early.open(backs[1] ?? '')).text, /One moment|Connected/)
  })

  test('CI-06 P1: who waits long for the flow of another tab is asked to come again, and arrives then', async (t) => {
    const { server, program } = await startStage(t)
    const one = await arrive(program, 'kept')
    const two = await one.person.open(ACCOUNT)
    const backs = [await consent(await leave(one)), await consent(await leave(two))]
    server.next({ path: '/token', delayMilliseconds: 400 })
    const slow = one.person.send(backs[0] ?? '')
    while (exchanges(server) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const waiting = two.person.send(backs[1] ?? '')
    await new Promise((resolve) => setTimeout(resolve, 50))
    program.advance(21_000)

    assert.equal((await waiting).headers.get('refresh'), '1')
    const statuses = rowsOf(program, 'pending_authorizations').map(({ status }) => status)
    assert.deepEqual(new Set(statuses), new Set(['exchanging', 'waiting']))
    await slow
    await two.go(backs[1] ?? '')
    assert.match(two.text, /Connected as Ada Example.*Kept "kept"/)
    assert.equal(exchanges(server), 2)
  })

  test('P1: a flow that left under the old id comes back under the new one', async (t) => {
    const { server, program } = await startStage(t)
    const one = await arrive(program, 'kept')
    const two = await one.person.open(ACCOUNT)
    const backs = [await consent(await leave(one)), await consent(await leave(two))]
    const old = copyOf(one.person, program)
    await one.go(backs[0] ?? '')

    // This request was on its way with the old cookie; the reload that is asked for has the new one.
    const held = await old.send(backs[1] ?? '')
    assert.equal(held.headers.get('refresh'), '1')
    assert.doesNotMatch(await held.text(), /code=|state=/)
    assert.equal(exchanges(server), 1)
    await two.go(backs[1] ?? '')
    assert.match(two.text, /Connected as Ada Example.*Kept "kept"/)
    assert.equal(exchanges(server), 2)
  })
})

describe('keys that change', () => {
  test('SE-01: a session, a flow and a form outlive a key put in front; nothing merges, nothing splits', async (t) => {
    const old = { id: 'k1', bytes: randomBytes(32) }
    const macKey = randomBytes(32)
    const { program, app } = await startStage(t, {
      ring: createKeyRing(createSealingKeys([old]), macKey),
    })
    const newer = { id: 'k2', bytes: randomBytes(32) }
    const ring = createKeyRing(createSealingKeys([newer, old]), macKey)
    const tab = await arrive(program, 'kept')
    const fresh = new Person(program.fetch)
    await fresh.open(ACCOUNT)
    const back = await consent(await leave(tab))

    const later = program.another(app, { ring })
    const person = copyOf(tab.person, later)
    const page = await person.open(back)
    assert.match(page.text, /Connected as Ada Example.*Kept "kept"/)
    await page.press('button:Fetch')
    assert.match(page.text, /Answer 200/)
    assert.equal(rowsOf(program, 'sessions').length, 1)

    // An id without a row, met by both nodes at once, is one session under one key.
    const onBoth = await Promise.all(
      [program, later].map(async (node) => {
        const copy = copyOf(fresh, node)
        const document = await copy.open(ACCOUNT)
        document.set('text-input:Note', 'both')
        return document.person.send(ACCOUNT, document.pressInit('button:Keep'))
      }),
    )
    for (const answer of onBoth) assert.equal(answer.status, 303)
    assert.equal(rowsOf(program, 'sessions').length, 2)
    const keys = rowsOf(program, 'tabs').map((tabRow) => tabRow['session_key'])
    assert.equal(new Set(keys).size, 2)
    for (const node of [program, later]) {
      assert.match((await copyOf(fresh, node).open(ACCOUNT)).text, /Keep/)
    }
  })

  test('SE-01: what the store holds cannot be turned into a cookie', async (t) => {
    const { program } = await startStage(t)
    const tab = await arrive(program, 'secret note')
    const genuine = tab.person.jar.get(SESSION) ?? ''
    assert.match(genuine, /^[0-9a-z]+\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/)
    const dump = JSON.stringify(
      ['sessions', 'tabs', 'session_state', 'announcements'].map((table) => rowsOf(program, table)),
    )
    const strings = [...dump.matchAll(/"([^"]{8,})"/g)].map(([, text]) => text ?? '')
    const [issued] = genuine.split('.')
    for (const text of strings) {
      for (const value of [text, `${issued}.${text}`, `${issued}.${text.slice(0, 22)}.${text}`]) {
        assert.ok(!genuine.includes(text))
        const person = new Person(program.fetch)
        person.jar.set(SESSION, value)
        assert.doesNotMatch((await person.open(ACCOUNT)).text, /secret note/)
      }
    }
    const same = new Person(program.fetch)
    same.jar.set(SESSION, genuine)
    assert.match((await same.open(ACCOUNT)).text, /Keep/)
    assert.equal(rowsOf(program, 'sessions').length, 1)
  })
})
