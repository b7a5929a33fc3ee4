import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, sessionState, text, textInput } from '../../src/index.ts'
import { HEADER } from '../../src/protocol/fields.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate, Streamed, type Gate } from './streamed.ts'

const NAME = 'text-input:Name'

/** A page whose run waits, each time, at a gate of its own between its first and its second element. */
function slowPage() {
  const state = sessionState({ log: [] as string[] })
  const gates: Gate[] = []
  const reached = createGate()
  const isPatient = { now: true }
  const script = async () => {
    const name = textInput('Name')
    if (button('Work')) state.log.push(`worked for ${name}`)
    text('begun')
    const gate = createGate()
    gates.push(gate)
    reached.open()
    if (isPatient.now) await gate.opened
    text(`${name}: ${state.log.join(', ')}`)
  }
  return { script, gates, reached, isPatient }
}

async function startSlowly(t: TestContext) {
  const page = slowPage()
  page.isPatient.now = false
  const program = startProgram(app(page.script))
  t.after(() => program.close())
  const person = new Person(program.fetch)
  const live = await person.openLive('/')
  page.isPatient.now = true
  page.gates.length = 0
  return { ...page, program, person, live }
}

/** Resolves once the request stands in its tab's line: all its steps before that are answered at once. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('while a press runs', () => {
  test('it finishes, and presses that come meanwhile act after it in their order', async (t) => {
    const { live, gates, isPatient } = await startSlowly(t)
    const first = live.post({ press: 'button:Work', number: 1, values: { [NAME]: ['one'] } })
    await settled()
    const second = live.post({ press: 'button:Work', number: 2, values: { [NAME]: ['two'] } })
    await settled()
    const third = live.post({ press: 'button:Work', number: 3, values: { [NAME]: ['three'] } })
    await settled()

    isPatient.now = false
    gates[0]?.open()
    for (const answer of [first, second, third]) await live.apply(await answer)

    assert.match(live.text, /three: worked for one, worked for two, worked for three/)
  })

  test('changes that come meanwhile fold into one, and none of their values is lost', async (t) => {
    const { live, gates, isPatient } = await startSlowly(t)
    const first = live.post({ press: 'button:Work', number: 1 })
    await settled()
    const changes = [2, 3, 4].map(async (number) => {
      await settled()
      return live.post({ number, values: { [NAME]: [`name ${number}`] } })
    })
    await settled()
    await settled()
    isPatient.now = false
    gates[0]?.open()
    await live.apply(await first)
    const statuses = (await Promise.all(changes)).map(({ status }) => status)
    await live.ask()

    assert.deepEqual(statuses, [204, 204, 200])
    assert.match(live.text, /name 4: worked for/)
  })

  test('a change that a question folds is kept', async (t) => {
    const { live, gates, isPatient } = await startSlowly(t)
    const first = live.post({ press: 'button:Work', number: 1 })
    await settled()
    const change = live.post({ number: 2, values: { [NAME]: ['kept'] } })
    await settled()
    const asked = live.ask(0)
    await settled()
    isPatient.now = false
    gates[0]?.open()
    await first
    await asked

    assert.equal((await change).status, 204)
    assert.match(live.text, /kept: worked for/)
  })

  test('the browser may go away: what was begun is finished', async (t) => {
    const { live, person, gates, isPatient } = await startSlowly(t)
    const away = new AbortController()
    const init = {
      method: 'POST',
      headers: { origin: person.origin, accept: 'application/vnd.throughline.frames+x-ndjson' },
      body: new URLSearchParams({
        'tl-tab': live.tab,
        'tl-token': live.token,
        'tl-number': '1',
        'tl-press': 'button:Work',
      }),
      signal: away.signal,
    }
    void person.send('/', init).catch(() => {})
    await settled()
    away.abort()
    isPatient.now = false
    gates[0]?.open()
    await live.ask(0)

    assert.match(live.text, /: worked for/)
  })

  test('the person can stop it, and is told', async (t) => {
    const { live, gates } = await startSlowly(t)
    const pressed = live.post({ press: 'button:Work', number: 1 })
    await settled()

    const stopped = await live.post({ stop: true, number: 1 })
    gates[0]?.open()
    await live.apply(await pressed)

    assert.equal(stopped.status, 204)
    assert.deepEqual(live.notices, ['Stopped.'])
    assert.doesNotMatch(live.text, /worked for/)
  })

  test('the person can stop it without JavaScript', async (t) => {
    const { person, gates, isPatient } = await startSlowly(t)
    isPatient.now = false
    const still = await person.open('/')
    isPatient.now = true
    gates.length = 0
    const pressed = person.send('/', still.pressInit('button:Work'))
    await settled()

    const answer = await person.send('/', still.pressInit(undefined, { 'tl-stop': '1' }))
    gates[0]?.open()
    isPatient.now = false
    await still.follow(await pressed, '/')

    assert.equal(answer.status, 303)
    assert.match(still.text, /Stopped\./)
  })
})

describe('a stop', () => {
  test('does nothing where nothing runs', async (t) => {
    const { live, isPatient } = await startSlowly(t)
    isPatient.now = false

    const answer = await live.post({ stop: true, number: 1 })
    await live.press('button:Work')

    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('cache-control'), 'no-store, no-transform')
    assert.match(live.text, /worked for/)
    assert.deepEqual(live.notices, [])
  })

  test('of one tab leaves the other alone', async (t) => {
    const { live, person, gates, isPatient } = await startSlowly(t)
    isPatient.now = false
    const other = await person.openLive('/')
    isPatient.now = true
    gates.length = 0
    const pressed = live.post({ press: 'button:Work', number: 1 })
    await settled()

    await other.post({ stop: true, number: 1 })
    gates[0]?.open()
    await live.apply(await pressed)

    assert.deepEqual(live.notices, [])
    assert.match(live.text, /worked for/)
  })
})

describe('while a change runs', () => {
  test('it yields at its next element to a later change, which has the values of both', async (t) => {
    const { live, gates, isPatient } = await startSlowly(t)
    const first = live.post({ number: 1, values: { [NAME]: ['early'] } })
    await settled()
    isPatient.now = false
    const second = live.post({ number: 2, values: {} })
    await settled()
    gates[0]?.open()

    const early = new Streamed(await first)
    await early.toEnd()
    await live.apply(await second)

    const last = early.frames.at(-1)
    assert.equal(last?.type === 'end' && last.yielded, true)
    assert.doesNotMatch(early.text, /early: /)
    assert.match(live.text, /early:/)
  })

  test('it yields to a press', async (t) => {
    const { live, gates, isPatient } = await startSlowly(t)
    const first = live.post({ number: 1, values: { [NAME]: ['Ada'] } })
    await settled()
    isPatient.now = false
    const second = live.post({ press: 'button:Work', number: 2 })
    await settled()
    gates[0]?.open()
    await (await first).text()
    await live.apply(await second)

    assert.match(live.text, /Ada: worked for Ada/)
  })

  test('it stops when the browser goes away', async (t) => {
    const { live, person, gates, isPatient, program } = await startSlowly(t)
    const away = new AbortController()
    const headers = {
      accept: 'application/vnd.throughline.frames+x-ndjson',
      'sec-fetch-site': 'same-origin',
      [HEADER.tab]: live.tab,
      [HEADER.run]: '0',
    }
    const answer = person.send('/', { headers, signal: away.signal }).catch(() => undefined)
    await settled()
    away.abort()
    gates[0]?.open()
    await answer
    isPatient.now = false
    await live.ask(0)

    assert.equal(program.log.length, 0)
    assert.match(live.text, /begun/)
  })
})

describe('a document', () => {
  test('yields to a press, and leads on to the present page', async (t) => {
    const { live, person, gates, isPatient } = await startSlowly(t)
    const loading = person.send(`/?tab=${live.tab}`)
    const document = new Streamed(await loading)
    await document.until(/begun/)
    isPatient.now = false
    const pressed = live.post({ press: 'button:Work', number: 1 })
    await settled()
    gates[0]?.open()
    await live.apply(await pressed)

    const html = await document.toEnd()

    assert.match(live.text, /worked for/)
    assert.match(html, new RegExp(`http-equiv="refresh" content="0;url=/\\?tab=${live.tab}"`))
    assert.match(html, /<\/html>\s*$/)
    assert.doesNotMatch(html, /worked for/)
  })

  test('does not yield to another document of the same tab, which waits', async (t) => {
    const { live, person, gates, isPatient } = await startSlowly(t)
    const first = new Streamed(await person.send(`/?tab=${live.tab}`))
    await first.until(/begun/)
    isPatient.now = false
    const second = person.send(`/?tab=${live.tab}`)
    await settled()
    gates[0]?.open()

    assert.doesNotMatch(await first.toEnd(), /http-equiv="refresh"/)
    assert.match(await (await second).text(), /begun/)
  })

  test('is given up when the browser goes away', async (t) => {
    const { person, gates, program, live } = await startSlowly(t)
    const away = new AbortController()
    const loading = person.send(`/?tab=${live.tab}`, { signal: away.signal })
    const document = new Streamed(await loading)
    await document.until(/begun/)

    away.abort()
    gates[0]?.open()
    const html = await document.toEnd()

    assert.doesNotMatch(html, /worked|: <\/p>/)
    assert.equal(program.log.length, 0)
  })
})
