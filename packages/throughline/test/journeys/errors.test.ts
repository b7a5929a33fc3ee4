import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { app, button, sessionState, text, ThroughlineError } from '../../src/index.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'

const state = sessionState({ tries: 0 })

function breakDown(): void {
  throw new RangeError('The planted reason')
}

const script = () => {
  text('before')
  if (button('Break')) {
    state.tries += 1
    breakDown()
  }
  text(`tried ${state.tries} times`)
}

function start(t: TestContext, development: boolean, page = script) {
  const program = startProgram(app(page), { development })
  t.after(() => program.close())
  return { program, person: new Person(program.fetch) }
}

describe('P10: an error in a script', () => {
  test('shows its author the message, the line and the lines around it', async (t) => {
    const { person } = start(t, true)
    const live = await person.openLive('/')

    await live.press('button:Break')

    assert.match(live.text, /RangeError: The planted reason/)
    assert.match(live.text, /errors\.test\.ts:10/)
    assert.match(live.text, />\s+10 \| throw new RangeError\('The planted reason'\)/)
  })

  test('shows everyone else a sentence, and an id that is in the log', async (t) => {
    const { person, program } = start(t, false)
    const live = await person.openLive('/')

    await live.press('button:Break')

    const [entry] = program.log
    assert.match(
      live.text,
      /Something went wrong on this page\. Nothing that was shown as done is lost\./,
    )
    assert.ok(entry?.id !== undefined && live.text.includes(entry.id))
    assert.match(String(entry.error), /The planted reason/)
    assert.doesNotMatch(live.html, /planted|errors\.test/)
  })

  test('leaves what was on the page before it, and what the script had remembered', async (t) => {
    const { person } = start(t, false)
    const live = await person.openLive('/')
    await live.press('button:Break')
    assert.match(live.text, /^before/)

    await live.ask()

    assert.match(live.text, /tried 1 times/)
    assert.doesNotMatch(live.text, /went wrong/)
  })

  test('is shown without JavaScript too', async (t) => {
    const { person } = start(t, false)
    const still = await person.open('/')

    await still.press('button:Break')

    assert.match(still.text, /before .*Something went wrong on this page/)
  })

  test('that is meant for the person is shown to them', async (t) => {
    const { person } = start(t, false, () => {
      throw new ThroughlineError('test.declined', 'You did not give access.', {
        attribution: 'person',
      })
    })

    assert.match((await person.open('/')).text, /You did not give access\./)
  })

  test('may be anything that can be thrown', async (t) => {
    const { person, program } = start(t, true, () => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw 'just a text'
    })

    assert.match((await person.open('/')).text, /just a text/)
    assert.equal(program.log.length, 1)
  })

  test('does not keep the tab: the next press runs', async (t) => {
    const { person } = start(t, false)
    const live = await person.openLive('/')

    await live.press('button:Break')
    await live.press('button:Break')
    await live.ask()

    assert.match(live.text, /tried 2 times/)
  })
})

describe('a store that fails', () => {
  test('cuts the answer without its end, and shows nothing as done', async (t) => {
    const { person, program } = start(t, false)
    const live = await person.openLive('/')
    const { sessions } = program.handler.program.script
    const commitRun = sessions.commitRun.bind(sessions)
    sessions.commitRun = () => Promise.reject(new Error('disk full'))
    const answer = await live.post({ press: 'button:Break', number: 1 })
    const body = await answer.text()
    sessions.commitRun = commitRun

    assert.ok(answer.status === 500 || !body.includes('"type":"end"'))
    assert.equal(
      program.log.some(({ error }) => String(error).includes('disk full')),
      true,
    )
  })
})
