import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test, type TestContext } from 'node:test'
import { app, button, sessionState, switchPage, text, type PageFunction } from '../../src/index.ts'
import { Person } from '../../src/testing/person.ts'
import {
  startProgram,
  type TestProgram,
  type TestProgramOptions,
} from '../../src/testing/program.ts'
import { createGate } from './streamed.ts'

function start(t: TestContext, script: PageFunction, options: TestProgramOptions = {}) {
  const program = startProgram(app(script), options)
  t.after(() => program.close())
  return { program, person: new Person(program.fetch) }
}

const development = { development: true }

function rowsOf(program: TestProgram, table: string): number {
  const database = new DatabaseSync(program.databaseFile, { readOnly: true })
  const row = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()
  database.close()
  return Number(row?.['rows'])
}

describe('session state', () => {
  test('keeps what was changed in place: an array pushed to, a Map and a Set added to', async (t) => {
    const state = sessionState({
      list: [] as number[],
      map: new Map<string, Date>(),
      set: new Set<bigint>(),
    })
    const { person } = start(t, () => {
      if (button('Add')) {
        state.list.push(state.list.length)
        state.map.set('at', new Date(0))
        state.set.add(BigInt(state.set.size))
      }
      const at = state.map.get('at')?.toISOString()
      text(`${state.list.join('+')} ${at} ${[...state.set].join('+')}`)
    })
    const live = await person.openLive('/')
    await live.press('button:Add')

    await live.press('button:Add')

    assert.match(live.text, /0\+1 1970-01-01T00:00:00.000Z 0\+1/)
  })

  test('is shared by the tabs of a session, and by no other session', async (t) => {
    const state = sessionState({ count: 0 })
    const { person, program } = start(t, () => {
      if (button('Add')) state.count += 1
      text(`count ${state.count}`)
    })
    const live = await person.openLive('/')
    await live.press('button:Add')

    assert.match((await person.open('/')).text, /count 1/)
    assert.match((await new Person(program.fetch).open('/')).text, /count 0/)
  })

  test('starts anew from its defaults: what one session does to them reaches no other', async (t) => {
    const state = sessionState({ list: ['default'] })
    const { person, program } = start(t, () => {
      if (button('Add')) state.list.push('own')
      text(state.list.join(' '))
    })
    await (await person.openLive('/')).press('button:Add')

    assert.match((await new Person(program.fetch).open('/')).text, /default$/)
  })

  test('merges two tabs that write at once by name, the later write winning', async (t) => {
    const state = sessionState({ a: '-', b: '-', both: '-' })
    const gates = { one: createGate(), two: createGate() }
    const { person } = start(t, async () => {
      if (button('One')) {
        state.a = 'one'
        state.both = 'one'
        await gates.one.opened
      }
      if (button('Two')) {
        state.b = 'two'
        state.both = 'two'
        await gates.two.opened
      }
      text(`a ${state.a}, b ${state.b}, both ${state.both}`)
    })
    const [one, two] = [await person.openLive('/'), await person.openLive('/')]
    const first = one.press('button:One')
    const second = two.press('button:Two')
    await new Promise((resolve) => setTimeout(resolve, 40))
    gates.two.open()
    await second
    gates.one.open()
    await first

    await two.ask()

    assert.match(two.text, /a one, b two, both (?:one|two)/)
  })

  test('update() counts every one of 16 tabs that add at once, on two nodes', async (t) => {
    const counter = () => {
      const state = sessionState({ count: 0 })
      return app(async () => {
        if (button('Add')) await state.update('count', (count) => count + 1)
        text(`count ${state.count}`)
      })
    }
    const one = startProgram(counter())
    const two = one.another(counter())
    t.after(() => one.close())
    let sent = 0
    const person = new Person((request) => (sent++ % 2 === 0 ? one : two).fetch(request))
    const tabs = await Promise.all(Array.from({ length: 16 }, () => person.openLive('/')))

    await Promise.all(tabs.map((tab) => tab.press('button:Add')))
    await tabs[0]?.ask()

    assert.match(tabs[0]?.text ?? '', /count 16/)
  })

  test('update() goes on from what the same run has set, and gives what was stored', async (t) => {
    const state = sessionState({ count: 0 })
    const { person } = start(t, async () => {
      if (button('Add')) {
        state.count = 5
        text(`stored ${await state.update('count', (count) => count + 1)}`)
        state.count += 10
      }
      text(`count ${state.count}`)
    })
    const live = await person.openLive('/')
    await live.press('button:Add')
    assert.match(live.text, /stored 6 count 16/)

    await live.ask()

    assert.match(live.text, /count 16/)
  })

  test('of a GET without a cookie is not stored, and of one with a cookie it is', async (t) => {
    const state = sessionState({ visits: 0 })
    const { person, program } = start(t, () => {
      state.visits += 1
      text(`visit ${state.visits}`)
    })

    const first = await person.open('/')
    const rows = rowsOf(program, 'sessions')
    const second = await person.open('/')
    const third = await person.open('/')

    assert.equal(rows, 0)
    assert.deepEqual(
      [first, second, third].map((tab) => /visit \d/.exec(tab.text)?.[0]),
      ['visit 1', 'visit 1', 'visit 2'],
    )
  })

  test('that is only read, or set to what it was, makes no row', async (t) => {
    const state = sessionState({ at: null as Date | null, list: [] })
    const { person, program } = start(t, () => {
      state.at = null
      text(`${state.list.length}`)
    })
    await person.open('/')
    await person.open('/')

    assert.equal(rowsOf(program, 'sessions'), 0)
  })
})

describe('a mistake with session state', () => {
  test('outside a run is an error that says so', () => {
    const state = sessionState({ count: 0 })

    assert.throws(() => state.count, {
      code: 'context.outside-run',
      message: /sessionState\(\)\.count was called outside a run of the script/,
    })
    assert.throws(() => (state.count = 1), { code: 'context.outside-run' })
  })

  test('an unknown name is an error that lists the names there are', async (t) => {
    const state = sessionState({ count: 0 }) as { count: number; total?: number }
    const { person } = start(t, () => void (state.total = 1), development)

    assert.match(
      (await person.open('/')).text,
      /Session state has no name "total" here; it has "count"/,
    )
  })

  test('a name declared twice is an error that names both lines', async (t) => {
    const one = sessionState({ count: 0 })
    const two = sessionState({ count: 0 })
    const { person } = start(t, () => text(String(one.count + two.count)), development)

    const { text: shown } = await person.open('/')

    const lines = /"count" twice \(state\.test\.ts:(\d+) and state\.test\.ts:(\d+)\)/.exec(shown)
    assert.equal(Number(lines?.[2]) - Number(lines?.[1]), 1)
  })

  test('a name that means something else there is refused where it is declared', () => {
    assert.throws(() => sessionState({ update: 1 }), { code: 'script.reserved-state-name' })
  })

  test('a value that can’t be kept is shown with its path, and the rest is kept', async (t) => {
    const state = sessionState<{ good: number; bad: { list?: unknown[] } }>({ good: 0, bad: {} })
    const { person } = start(
      t,
      () => {
        if (button('Go')) {
          state.good = 1
          state.bad.list = [1, () => 2]
        }
        text(`good ${state.good}`)
      },
      development,
    )
    const live = await person.openLive('/')

    await live.press('button:Go')
    const shown = live.text
    await live.ask(0)

    assert.match(shown, /Session state cannot hold a function, at bad\.list\[1\]/)
    assert.match(live.text, /good 1/)
    assert.doesNotMatch(live.text, /cannot hold/)
  })

  test('a value that can’t be kept is shown also where the script went to another page', async (t) => {
    const state = sessionState<{ bad: unknown }>({ bad: undefined })
    const program = startProgram(
      app({
        title: 'T',
        pages: {
          '/': () => {
            state.bad = () => 1
            switchPage('/two')
          },
          '/two': () => text('two'),
        },
      }),
      development,
    )
    t.after(() => program.close())
    const person = new Person(program.fetch)

    const still = await person.open('/')

    assert.match(still.text, /Session state cannot hold a function, at bad/)
    assert.equal(program.log.length, 1)
  })
})
