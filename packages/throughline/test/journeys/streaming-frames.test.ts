import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, rerun, sessionState, switchPage, text, textInput } from '../../src/index.ts'
import { open } from '../../src/crypto/seal.ts'
import { openSqliteStores } from '../../src/store/sqlite-stores.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate, sessionKeyOf, Streamed } from './streamed.ts'

const SAVE = 'button:Save'

/** A page that saves, says so, and then works on until the gate is opened. */
function startSaver(t: TestContext) {
  const gate = createGate()
  const state = sessionState({ saved: '' })
  const script = async () => {
    const name = textInput('Name')
    if (button('Save')) {
      state.saved = name
      text(`saved ${name}`)
      await gate.opened
      text('all done')
    }
  }
  const program = startProgram(app(script))
  t.after(() => program.close())
  return { program, gate, script }
}

describe('an answer in frames', () => {
  test('shows its first element while the script still runs', async (t) => {
    const { program, gate } = startSaver(t)
    const live = await new Person(program.fetch).openLive('/')

    const answer = new Streamed(await live.post({ press: SAVE, number: 1 }))
    const early = await answer.until(/saved/)
    gate.open()
    const late = await answer.toEnd()

    assert.doesNotMatch(early, /all done|"end"/)
    assert.match(late, /all done[\s\S]*"type":"end"/)
  })

  test('shows what comes of a press although another document of the tab was made since', async (t) => {
    const program = startProgram(
      app(() => {
        if (button('Look')) text('seen')
      }),
    )
    t.after(() => program.close())
    const person = new Person(program.fetch)
    const live = await person.openLive('/')
    await live.press('button:Look')
    await person.open(`/?tab=${live.tab}`)

    await live.press('button:Look')

    assert.match(live.text, /seen/)
  })

  test('P5: what was written before bytes that show it is committed, values included', async (t) => {
    const { program, gate } = startSaver(t)
    const live = await new Person(program.fetch).openLive('/')
    const values = { 'text-input:Name': ['Ada'] }
    const answer = new Streamed(await live.post({ press: SAVE, number: 1, values }))
    await answer.until(/saved Ada/)

    const { sessions, users } = openSqliteStores(program.databaseFile)
    t.after(() => Promise.all([sessions.close(), users.close()]))
    const key = sessionKeyOf(program.databaseFile)
    const state = await sessions.loadState(key)
    const tab = await sessions.loadTab(key, live.tab)
    gate.open()
    await answer.toEnd()

    const saved = state.find(({ name }) => name === 'state:saved')
    assert.equal(
      open(program.ring, 'session-state', [key, 'state:saved'], saved?.sealed ?? ''),
      '["Ada"]',
    )
    assert.match(open(program.ring, 'tab-values', [key, live.tab], tab?.values ?? ''), /Ada/)
  })

  test('P5: what is put on the page while a commit is under way waits for the next one', async (t) => {
    const gates = { written: createGate(), second: createGate(), end: createGate() }
    const program = startProgram(
      app(async () => {
        if (!button('Go')) return
        text('first')
        await gates.written.opened
        text('second')
        await gates.end.opened
      }),
    )
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')
    const { sessions } = program.handler.program.script
    const commitRun = sessions.commitRun.bind(sessions)
    const commits = { begun: 0, done: 0 }
    sessions.commitRun = async (commit) => {
      commits.begun += 1
      const slow = new Promise((resolve) => setTimeout(resolve, 50))
      if (commits.begun === 1) gates.written.open()
      await (commits.begun === 1 ? slow : gates.second.opened)
      const isCommitted = await commitRun(commit)
      commits.done += 1
      return isCommitted
    }
    const values = { 'text-input:Name': ['Ada'] }
    const answer = new Streamed(await live.post({ press: 'button:Go', number: 1, values }))
    const early = await answer.until(/first/)
    const doneByThen = commits.done
    gates.second.open()
    gates.end.open()
    const late = await answer.toEnd()

    assert.equal(doneByThen, 1)
    assert.doesNotMatch(early, /second/)
    assert.match(late, /second/)
  })
})

describe('the version that an answer starts from', () => {
  const press = 'button:More'

  test('is the run on display, and one changed text is one patch of less than 150 bytes', async (t) => {
    const program = startProgram(app(counted()))
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')
    const shown = live.run

    const answer = await live.post({ press, number: 1 })
    const body = await answer.clone().text()
    await live.apply(answer)

    const [first, ...rest] = live.frames
    assert.deepEqual(first, { type: 'run', run: shown + 1, from: shown })
    assert.deepEqual(
      rest.map(({ type }) => type),
      ['put', 'end'],
    )
    assert.ok(body.split('\n')[1]!.length < 150, body)
  })

  test('is nothing where the node lacks it: the whole view is put', async (t) => {
    const program = startProgram(app(counted()))
    const other = program.another(app(counted()))
    t.after(() => program.close())
    let node = program
    const live = await new Person((request) => node.fetch(request)).openLive('/')

    node = other
    await live.press(press)

    const [first] = live.frames
    assert.equal(first?.type === 'run' && first.from, null)
    assert.equal(live.frames.filter(({ type }) => type === 'put').length, 32)
    assert.match(live.text, /line 29 count 1/)
  })

  test('is not one that another node has shown since', async (t) => {
    const program = startProgram(app(counted()))
    const other = program.another(app(counted()))
    t.after(() => program.close())
    let node = program
    const live = await new Person((request) => node.fetch(request)).openLive('/')
    node = other
    await live.press(press)

    node = program
    await live.press(press)

    const [first] = live.frames
    assert.equal(first?.type === 'run' && first.from, null)
    assert.match(live.text, /count 2/)
  })

  test('is nothing after an answer that was cut', async (t) => {
    const program = startProgram(app(counted()))
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')
    const cut = new Streamed(await live.post({ press, number: 1 }))
    await cut.cancel()
    live.number = 2

    await live.press(press)

    assert.match(live.text, /count 2/)
  })

  test('is the one before, where the answer before was still on its way', async (t) => {
    const program = startProgram(app(counted()))
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')

    const answers = [1, 2, 3].map((number) => live.post({ press, number }))
    for (const answer of answers) {
      await live.apply(await answer)
      assert.equal(live.frames.filter(({ type }) => type === 'put').length, 1)
    }

    assert.match(live.text, /count 3/)
  })

  function counted() {
    const state = sessionState({ count: 0 })
    return () => {
      if (button('More')) state.count += 1
      for (let n = 0; n < 30; n += 1) text(`line ${n}`)
      text(`count ${state.count}`)
    }
  }
})

describe('a page that is switched within an answer', () => {
  test('goes, and runs the other page', async (t) => {
    const program = startProgram(
      app({
        title: 'Two pages',
        pages: {
          '/': () => {
            if (button('Go')) switchPage('/two')
          },
          '/two': () => text('second page'),
        },
      }),
    )
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')

    await live.press('button:Go')

    assert.equal(live.path, '/two')
    assert.equal(live.text, 'second page')
    assert.deepEqual(
      live.frames.map(({ type }) => type),
      ['go', 'run', 'put', 'end'],
    )
  })

  test('goes also where that page runs again before anything has left', async (t) => {
    const state = sessionState({ ready: false })
    const program = startProgram(
      app({
        title: 'Two pages',
        pages: {
          '/': () => {
            if (button('Go')) switchPage('/two')
          },
          '/two': () => {
            if (!state.ready) {
              state.ready = true
              rerun()
            }
            text('second page')
          },
        },
      }),
    )
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')

    await live.press('button:Go')

    assert.equal(live.path, '/two')
    assert.equal(live.text, 'second page')
  })

  test('clears what had left before', async (t) => {
    const program = startProgram(
      app({
        title: 'Two pages',
        pages: {
          '/': async () => {
            if (!button('Go')) return
            text('going')
            await new Promise((resolve) => setTimeout(resolve, 40))
            switchPage('/two')
          },
          '/two': () => text('second page'),
        },
      }),
    )
    t.after(() => program.close())
    const live = await new Person(program.fetch).openLive('/')

    await live.press('button:Go')

    assert.equal(live.text, 'second page')
    assert.ok(live.frames.findIndex(({ type }) => type === 'go') > 1)
  })
})
