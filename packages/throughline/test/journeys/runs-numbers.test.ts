import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, sessionState, text, textInput } from '../../src/index.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram, type TestProgram } from '../../src/testing/program.ts'
import { createGate } from './streamed.ts'

const ADD = 'button:Add%20one'

function counter(wait: () => Promise<void> = () => Promise.resolve()) {
  const state = sessionState({ count: 0 })
  return app(async () => {
    if (button('Add one')) {
      const { count } = state
      await wait()
      state.count = count + 1
    }
    text(`${textInput('Name')} counted to ${state.count}`)
  })
}

function startCounter(t: TestContext): TestProgram {
  const program = startProgram(counter())
  t.after(() => program.close())
  return program
}

describe('an interaction’s number', () => {
  test('acts once, however often it is sent', async (t) => {
    const live = await new Person(startCounter(t).fetch).openLive('/')

    await live.apply(await live.post({ press: ADD, number: 1 }))
    await live.apply(await live.post({ press: ADD, number: 1 }))

    assert.match(live.text, /counted to 1/)
    assert.deepEqual(live.notices, [])
  })

  test('acts once when it is doubled at the same moment', async (t) => {
    const live = await new Person(startCounter(t).fetch).openLive('/')

    const answers = await Promise.all([1, 1, 1].map((number) => live.post({ press: ADD, number })))
    for (const answer of answers) await live.apply(answer)

    assert.match(live.text, /counted to 1/)
  })

  test('acts once when it is doubled at the same moment on two nodes', async (t) => {
    const one = startCounter(t)
    const two = one.another(counter())
    let sent = 0
    const person = new Person((request) => (sent++ % 2 === 0 ? one : two).fetch(request))
    const live = await person.openLive('/')

    const answers = await Promise.all([1, 1].map((number) => live.post({ press: ADD, number })))
    await Promise.all(answers.map((answer) => answer.text()))
    await live.ask()

    assert.match(live.text, /counted to 1/)
  })

  test('does nothing when it is stale, and the person is told', async (t) => {
    const live = await new Person(startCounter(t).fetch).openLive('/')
    await live.apply(await live.post({ press: ADD, number: 5 }))

    await live.apply(
      await live.post({ press: ADD, number: 4, values: { 'text-input:Name': ['A'] } }),
    )

    assert.match(live.text, /^.*counted to 1/)
    assert.deepEqual(live.notices, [
      'This page was out of date. Here is the present one; please press again.',
    ])
  })

  test('is higher in the next document than all that acted', async (t) => {
    const person = new Person(startCounter(t).fetch)
    const still = await person.open('/')
    await still.press(ADD)
    await still.press(ADD)

    assert.equal(still.field('tl-number'), '3')
    assert.match(still.text, /counted to 2/)
  })
})

describe('a press that a crash cut short', () => {
  /** A program whose first press never ends, as if the process had died: its hold lapses by the clock. */
  async function crash(t: TestContext) {
    const reached = createGate()
    const dead = startProgram(
      counter(() => {
        reached.open()
        return new Promise(() => {})
      }),
    )
    const alive = dead.another(counter())
    t.after(() => dead.close())
    let node = dead
    const person = new Person((request) => node.fetch(request))
    const live = await person.openLive('/')
    const values = { 'text-input:Name': ['Ada'] }
    void live.post({ press: ADD, number: 1, values })
    await reached.opened
    await dead.handler.program.script.sessions.close()
    dead.advance(60_000)
    node = alive
    return { person, live, values }
  }

  test('is told and not repeated, and the values that came with it are kept', async (t) => {
    const { live, values } = await crash(t)

    await live.apply(await live.post({ press: ADD, number: 1, values }))

    assert.match(live.text, /Ada counted to 0/)
    assert.match(live.notices[0] ?? '', /stopped while it was working on your last press/)
  })

  test('is told once, whatever the tab does next', async (t) => {
    const { live } = await crash(t)

    await live.ask(0)
    await live.ask()

    assert.equal(live.notices.length, 1)
    assert.match(live.text, /counted to 0/)
  })

  test('is told without JavaScript by the document that follows', async (t) => {
    const { person, live } = await crash(t)

    const still = await person.open(`/?tab=${live.tab}`)

    assert.match(still.text, /stopped while it was working on your last press/)
  })

  test('can be made again under the next number', async (t) => {
    const { live } = await crash(t)
    await live.ask(0)

    await live.apply(await live.post({ press: ADD, number: 2 }))

    assert.match(live.text, /counted to 1/)
  })
})

describe('runs of a tab', () => {
  /** Counts how many runs are under way at once. */
  function watched() {
    const seen = { now: 0, most: 0 }
    const wait = async () => {
      seen.now += 1
      seen.most = Math.max(seen.most, seen.now)
      await new Promise((resolve) => setTimeout(resolve, 5))
      seen.now -= 1
    }
    return { seen, wait }
  }

  test('never overlap in one process', async (t) => {
    const { seen, wait } = watched()
    const program = startProgram(counter(wait))
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')

    const numbers = [1, 2, 3, 4, 5]
    const answers = await Promise.all(numbers.map((number) => live.post({ press: ADD, number })))
    for (const answer of answers) await live.apply(answer)

    assert.equal(seen.most, 1)
    assert.match(live.text, /counted to 5/)
  })

  test('never overlap on two nodes', async (t) => {
    const { seen, wait } = watched()
    const one = startProgram(counter(wait))
    const two = one.another(counter(wait))
    t.after(() => one.close())
    let sent = 0
    const live = await new Person((request) =>
      (sent++ % 2 === 0 ? one : two).fetch(request),
    ).openLive('/')

    const numbers = [1, 2, 3, 4]
    const answers = await Promise.all(numbers.map((number) => live.post({ press: ADD, number })))
    await Promise.all(answers.map((answer) => answer.text()))

    assert.equal(seen.most, 1)
  })

  test('of two tabs do overlap', async (t) => {
    const { seen, wait } = watched()
    const program = startProgram(counter(wait))
    t.after(() => program.close())
    const person = new Person(program.fetch)
    const tabs = [await person.openLive('/'), await person.openLive('/')]

    await Promise.all(tabs.map((tab) => tab.press(ADD)))

    assert.equal(seen.most, 2)
  })
})
