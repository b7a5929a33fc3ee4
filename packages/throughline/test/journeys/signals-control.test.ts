import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  button,
  rerun,
  sessionState,
  spinner,
  stop,
  switchPage,
  text,
  type AppOptions,
} from '../../src/index.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram, type TestProgramOptions } from '../../src/testing/program.ts'

function start(t: TestContext, pages: AppOptions['pages'], options: TestProgramOptions = {}) {
  const program = startProgram(app({ title: 'Test', pages }), options)
  t.after(() => program.close())
  return { program, person: new Person(program.fetch) }
}

describe('stop()', () => {
  test('ends the run; what is on the page stays', async (t) => {
    const { person } = start(t, {
      '/': () => {
        text('before')
        stop()
        text('after')
      },
    })

    assert.equal((await person.openLive('/')).text, 'before')
  })

  test('ends the run even where the script caught it', async (t) => {
    const { person } = start(t, {
      '/': () => {
        try {
          stop()
        } catch {
          // A script that catches everything.
        }
        text('after')
      },
    })
    const live = await person.openLive('/')

    assert.equal(live.text, '')
  })

  test('makes every later call into Throughline throw, whatever it is', async (t) => {
    const state = sessionState({ count: 0 })
    const thrown: string[] = []
    const attempt = async (name: string, call: () => unknown) => {
      try {
        await call()
      } catch {
        thrown.push(name)
      }
    }
    const { person } = start(t, {
      '/': async () => {
        await attempt('stop', stop)
        await attempt('text', () => text('x'))
        await attempt('button', () => button('x'))
        await attempt('read', () => state.count)
        await attempt('write', () => (state.count = 1))
        await attempt('update', () => state.update('count', (count) => count + 1))
        await attempt('spinner', () => spinner('x', () => 1))
        await attempt('rerun', rerun)
        await attempt('switchPage', () => switchPage('/'))
      },
    })
    await person.openLive('/')

    assert.deepEqual(thrown, [
      ...['stop', 'text', 'button', 'read', 'write', 'update', 'spinner', 'rerun', 'switchPage'],
    ])
  })

  test('wins over what the script asks for afterwards', async (t) => {
    const { person } = start(t, {
      '/': () => {
        text('here')
        try {
          stop()
        } catch {
          switchPage('/two')
        }
      },
      '/two': () => text('there'),
    })

    assert.equal((await person.openLive('/')).text, 'here')
  })

  test('wins over an error thrown after it', async (t) => {
    const { person, program } = start(t, {
      '/': () => {
        try {
          stop()
        } finally {
          // oxlint-disable-next-line no-unsafe-finally
          throw new Error('after the end')
        }
      },
    })
    const live = await person.openLive('/')

    assert.equal(live.text, '')
    assert.deepEqual(program.log, [])
  })
})

describe('rerun()', () => {
  test('runs again from the first line, without the press', async (t) => {
    const state = sessionState({ plays: 0, presses: 0 })
    const { person } = start(t, {
      '/': () => {
        state.plays += 1
        if (button('Go')) {
          state.presses += 1
          rerun()
        }
        text(`${state.plays} plays, ${state.presses} presses`)
      },
    })
    const live = await person.openLive('/')

    await live.press('button:Go')

    assert.match(live.text, /2 plays, 1 presses/)
  })

  test('is given up after 20 plays, with a sentence to the author', async (t) => {
    let plays = 0
    const { person, program } = start(
      t,
      {
        '/': () => {
          plays += 1
          rerun()
        },
      },
      { development: true },
    )
    const live = await person.openLive('/')

    assert.equal(plays, 20)
    assert.match(live.text, /asked to run again 20 times in a row\. Put rerun\(\)/)
    assert.equal(program.log.length, 1)
  })

  test('ends also where two pages switch to each other', async (t) => {
    const { person } = start(t, {
      '/': () => void (button('Go') && switchPage('/two')),
      '/two': () => switchPage('/three'),
      '/three': () => switchPage('/two'),
    })
    const live = await person.openLive('/')
    await live.press('button:Go')

    assert.match(live.text, /Something went wrong on this page/)
  })
})

describe('switchPage()', () => {
  test('names the pages there are when it is given another', async (t) => {
    const { person } = start(
      t,
      { '/': () => switchPage('/nowhere'), '/two': () => {} },
      { development: true },
    )

    assert.match(
      (await person.openLive('/')).text,
      /switchPage\("\/nowhere"\) names no page of this app; it has \/, \/two\./,
    )
  })
})

describe('a press', () => {
  test('whose widget the run no longer reached is told', async (t) => {
    const state = sessionState({ isOpen: true })
    const { person } = start(t, {
      '/': () => {
        if (state.isOpen && button('Close')) state.isOpen = false
        if (state.isOpen) button('Pay')
        text(state.isOpen ? 'open' : 'closed')
      },
    })
    const [one, two] = [await person.openLive('/'), await person.openLive('/')]
    await one.press('button:Close')

    await two.press('button:Pay')

    assert.deepEqual(two.notices, ['That button is no longer on the page, so nothing was done.'])
  })

  test('that a guard took to another page is told there, with JavaScript and without', async (t) => {
    const state = sessionState({ isMember: true })
    const { person } = start(t, {
      '/': () => {
        if (!state.isMember) switchPage('/join')
        if (button('Leave')) state.isMember = false
        button('Pay')
      },
      '/join': () => text('Join us'),
    })
    const [live, still] = [await person.openLive('/'), await person.open('/')]
    await live.press('button:Leave')

    await still.press('button:Pay')
    await live.press('button:Pay')

    assert.match(still.text, /Join us .*no longer on the page/)
    assert.equal(live.path, '/join')
    assert.match(live.notices.join(), /no longer on the page/)
  })

  test('that was used is not told', async (t) => {
    const { person } = start(t, { '/': () => void button('Go') })
    const live = await person.openLive('/')
    await live.press('button:Go')

    assert.deepEqual(live.notices, [])
  })
})

describe('a promise that the script forgot', () => {
  test('finds that its run has ended, and shows nothing', async (t) => {
    let outcome = 'pending'
    let go = () => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    const { person } = start(t, {
      '/': () => {
        const forgotten = async () => {
          await gate
          text('too late')
        }
        void forgotten().then(
          () => (outcome = 'shown'),
          () => (outcome = 'refused'),
        )
        text('on time')
      },
    })
    const live = await person.openLive('/')
    go()
    await new Promise((resolve) => setImmediate(resolve))

    assert.equal(outcome, 'refused')
    assert.equal(live.text, 'on time')
  })
})
