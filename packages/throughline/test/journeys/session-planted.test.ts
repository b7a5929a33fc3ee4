/*
 * A session that somebody else has planted in the person's browser, and what the one who planted it gets of it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  app,
  button,
  checkbox,
  downloadButton,
  sessionState,
  text,
  textInput,
} from '../../src/index.ts'
import {
  ACCOUNT,
  arrive,
  connectInTab,
  consent,
  leave,
  rowsOf,
  startStage,
  withParameters,
} from './consent.ts'
import { isThroughlineError } from '../../src/base/error.ts'
import { FRAMES_TYPE, HEADER } from '../../src/protocol/fields.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'

function withCookies(person: Person, fetch: (request: Request) => Promise<Response>): Person {
  const other = new Person(fetch)
  for (const [name, value] of person.jar) other.jar.set(name, value)
  return other
}

test('AT-10 MX-06: who planted the cookie and knows the state, but not the code, is given no session', async (t) => {
  const { program } = await startStage(t)
  const tab = await arrive(program)
  const planter = withCookies(tab.person, program.fetch)
  const victim = withCookies(tab.person, program.fetch)
  const callback = await consent(await leave(tab))

  const back = await victim.send(callback)
  const guessed = await planter.send(withParameters(callback, { code: 'guessed' }))
  const account = await planter.open(ACCOUNT)

  assert.equal(back.status, 303)
  assert.deepEqual(
    guessed.headers.getSetCookie().filter((line) => line.startsWith('tl-session-3000')),
    [],
  )
  assert.doesNotMatch(account.text, /Connected as/)
  assert.match((await victim.open(ACCOUNT)).text, /Connected as Ada Example/)
})

test('AT-10: who planted the session slips no callback of their own into the exchange of the person', async (t) => {
  const people = [{ uri: '/users/2', name: 'Mallory' }]
  const { server, program } = await startStage(t, { server: { people } })
  const tab = await arrive(program)
  const planter = await withCookies(tab.person, program.fetch).open(ACCOUNT)
  const { pathname, search } = await server.consent(await leave(planter), { as: 'Mallory' })
  const callback = await consent(await leave(tab))
  server.next({ delayMilliseconds: 200 })

  const coming = tab.person.send(callback)
  while (server.requestsTo('/token').length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const slipped = await planter.person.send(pathname + search)
  await coming

  assert.match(await slipped.text(), /One moment/)
  assert.doesNotMatch((await planter.person.open(ACCOUNT)).text, /Connected as/)
  assert.match((await tab.person.open(ACCOUNT)).text, /Connected as Ada Example/)
  assert.equal(server.requestsTo('/token').length, 1)
})

test('AT-06 AT-10: a flow of who planted the session puts no account in the place of the person’s own', async (t) => {
  const people = [{ uri: '/users/2', name: 'Mallory' }]
  const { server, program } = await startStage(t, { server: { people } })
  const tab = await arrive(program)
  const planter = await withCookies(tab.person, program.fetch).open(ACCOUNT)
  const { pathname, search } = await server.consent(await leave(planter), { as: 'Mallory' })
  await connectInTab(tab)
  const connected = rowsOf(program, 'connections')

  await tab.go(pathname + search)
  await tab.go(ACCOUNT)

  assert.match(
    tab.text,
    /You are connected to Acme as Ada Example, and have now come back as Mallory/,
  )
  assert.deepEqual(rowsOf(program, 'connections'), connected)
})

test('AT-10: the very callback again, code included, brings the cookie that a reload has lost', async (t) => {
  const { program } = await startStage(t)
  const tab = await arrive(program)
  const reloaded = withCookies(tab.person, program.fetch)
  const callback = await consent(await leave(tab))

  await tab.person.send(callback)
  await reloaded.send(callback)

  assert.deepEqual(reloaded.jar.get('tl-session-3000'), tab.person.jar.get('tl-session-3000'))
  assert.match((await reloaded.open(ACCOUNT)).text, /Connected as Ada Example/)
})

test('AT-10 SE-03: every connect gives the session another cookie id, not the first alone (GHSA-4m3m-ppvx-xgw9)', async (t) => {
  const { server, program } = await startStage(t)
  const tab = await arrive(program)
  await connectInTab(tab)
  const planter = withCookies(tab.person, program.fetch)
  server.endAccessTokens()
  await tab.press('button:Fetch')
  assert.match(tab.html, /connect-button/)

  await connectInTab(tab)

  assert.match(tab.text, /Connected as Ada Example/)
  assert.doesNotMatch((await planter.open(ACCOUNT)).text, /Connected as/)
})

test('CR-03: a connection whose account index was exchanged in the database opens nothing', async (t) => {
  const { program } = await startStage(t)
  const tab = await arrive(program)
  await connectInTab(tab)
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(program.databaseFile)
  database.exec("UPDATE token_sets SET subject_index = 'another'")
  database.exec("UPDATE connections SET subject_index = 'another'")
  database.close()
  assert.equal(rowsOf(program, 'connections')[0]?.['subject_index'], 'another')

  await tab.go(ACCOUNT)

  assert.doesNotMatch(tab.text, /Connected as/)
  const codes = program.log.map(({ error }) => (isThroughlineError(error) ? error.code : error))
  assert.deepEqual(codes, ['crypto.cannot-open'])
})

test('DO-01: values for widgets that a page does not have are not kept', async (t) => {
  const state = sessionState({ presses: 0 })
  const program = startProgram(
    app(() => {
      const note = textInput('Note')
      if (checkbox('More')) textInput('Detail')
      if (button('Press')) state.presses += 1
      text(`${note} after ${state.presses}`)
    }),
  )
  t.after(() => program.close())
  const live = await new Person(program.fetch).openLive('/')
  const sizeOf = () => String(rowsOf(program, 'tabs')[0]?.['sealed_values'] ?? '').length
  await live.press('button:Press', { 'text-input:Note': ['kept'] })
  const before = sizeOf()

  await live.press('button:Press', { 'junk:1': ['x'.repeat(100_000)], 'text-input:Detail': ['y'] })

  assert.match(live.text, /kept after 2/)
  assert.ok(sizeOf() <= before + 100, `${before} ${sizeOf()}`)
})

test('DO-01: more than a tab may keep is refused with a sentence, and changes nothing', async (t) => {
  const program = startProgram(
    app(() => {
      text(
        `holds ${textInput('Note', { maxLength: 2_000_000 }).length + textInput('Other', { maxLength: 2_000_000 }).length}`,
      )
    }),
  )
  t.after(() => program.close())
  const live = await new Person(program.fetch).openLive('/')
  const large = 'x'.repeat(1_800_000)
  await live.change({ 'text-input:Note': [large] })

  await live.change({ 'text-input:Other': [large] })

  assert.match(live.text, /holds 1800000/)
  assert.match(live.notices.at(-1) ?? '', /as much as it can keep/)
})

test('DO-04: small presses do not fill the store with copies of a large page', async (t) => {
  const program = startProgram(
    app(() => {
      textInput('Note', { maxLength: 200_000 })
      downloadButton('Get', { file: 'a.txt', from: () => assert.fail('nobody fetches it') })
    }),
  )
  t.after(() => program.close())
  const live = await new Person(program.fetch).openLive('/')
  await live.change({ 'text-input:Note': ['x'.repeat(100_000)] })

  for (let presses = 0; presses < 60; presses += 1) await live.press('download-button:Get')

  assert.equal(rowsOf(program, 'downloads').length, 50)
})

test('DO-04: questions that copy a tab do not fill the store', async (t) => {
  const program = startProgram(app(() => void textInput('Note', { maxLength: 10_000 })))
  t.after(() => program.close())
  const live = await new Person(program.fetch).openLive('/')
  await live.change({ 'text-input:Note': ['x'.repeat(5000)] })

  for (let copies = 0; copies < 110; copies += 1) {
    const headers = {
      accept: FRAMES_TYPE,
      'sec-fetch-site': 'same-origin',
      [HEADER.tab]: String(copies).padStart(22, '0'),
      [HEADER.copy]: live.tab,
    }
    await (await live.person.send('/', { headers })).text()
  }

  assert.equal(rowsOf(program, 'tabs').length, 101)
})

test('AT-10: a press that waited while the cookie id was replaced does nothing, and the one under way finishes', async (t) => {
  const state = sessionState({ presses: 0 })
  const gate = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const program = startProgram(
    app(async () => {
      if (button('Slow')) {
        begun.resolve()
        await gate.promise
        state.presses += 1
      }
      if (button('Press')) state.presses += 10
      text(`pressed ${state.presses}`)
    }),
  )
  t.after(() => program.close())
  const live = await new Person(program.fetch).openLive('/')
  await live.press('button:Press')
  const slow = live.post({ press: 'button:Slow', number: live.number })
  await begun.promise
  const waiting = live.post({ press: 'button:Press', number: live.number + 1 })
  const [row] = rowsOf(program, 'sessions')
  const rotation = {
    from: String(row?.['cookie_hash']),
    to: 'another',
    retiredUntil: Date.now() + 60_000,
  }
  assert.ok(
    await program.handler.program.identity.sessions.rotateSession(String(row?.['key']), rotation),
  )

  gate.resolve()

  assert.match(await (await slow).text(), /pressed 11/)
  assert.equal((await waiting).status, 503)
})
