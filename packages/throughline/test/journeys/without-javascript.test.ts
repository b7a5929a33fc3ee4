import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  button,
  checkbox,
  link,
  sessionState,
  success,
  switchPage,
  text,
  textInput,
} from '../../src/index.ts'
import { FIELD } from '../../src/protocol/fields.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'

function shop() {
  const state = sessionState({ saved: 0 })
  const runs = { count: 0 }
  const home = () => {
    runs.count += 1
    const name = textInput('Name')
    const agrees = checkbox('Agree')
    if (button('Save')) {
      state.saved += 1
      success(`Saved ${name}`)
    }
    if (button('Go on')) switchPage('/two')
    text(`${name} saved ${state.saved} times, agrees: ${agrees}`)
    link('Second page', '/two')
  }
  const program = () =>
    app({ title: 'Shop', pages: { '/': home, '/two': () => text('second page') } })
  return { program, runs }
}

function start(t: TestContext) {
  const { program: makeApp, runs } = shop()
  const program = startProgram(makeApp())
  t.after(() => program.close())
  return { program, runs, person: new Person(program.fetch), makeApp }
}

describe('without JavaScript', () => {
  test('a press answers 303 to a document that shows what it did, in one run', async (t) => {
    const { person, runs } = start(t)
    const still = await person.open('/')
    still.set('text-input:Name', 'Ada')
    still.set('checkbox:Agree', '1')
    runs.count = 0

    const answer = await still.press('button:Save')

    assert.equal(answer.status, 303)
    assert.match(still.text, /Saved Ada/)
    assert.match(still.text, /Ada saved 1 times, agrees: true/)
    assert.equal(runs.count, 1)
  })

  test('a reload after that runs again, without the press', async (t) => {
    const { person, runs } = start(t)
    const still = await person.open('/')
    await still.press('button:Save')
    runs.count = 0

    await still.go(still.path)

    assert.doesNotMatch(still.text, /Saved/)
    assert.match(still.text, /saved 1 times/)
    assert.equal(runs.count, 1)
  })

  test('P9: the document may come from another node, and shows what the press did', async (t) => {
    const { program, makeApp } = start(t)
    const other = program.another(makeApp())
    let sent = 0
    const nodes = [program, program, other]
    const person = new Person((request) => (nodes[sent++] ?? program).fetch(request))
    const still = await person.open('/')

    await still.press('button:Save')
    const shown = still.text
    await still.go(still.path)

    assert.match(shown, /Saved .*saved 1 times/)
    assert.match(still.text, /saved 1 times/)
    assert.doesNotMatch(still.text, /Saved/)
  })

  test('what a press has shown is not shown once the tab has run again', async (t) => {
    const { person } = start(t)
    const still = await person.open('/')
    const pressed = await person.send('/', still.pressInit('button:Save'))
    const live = await person.openLive('/')
    live.tab = still.field(FIELD.tab) ?? ''
    live.number = 2
    await live.press('button:Save')

    await still.follow(pressed, '/')

    assert.doesNotMatch(still.text, /Saved/)
    assert.match(still.text, /saved 2 times/)
  })

  test('a press may lead to another page, and the tab goes with it', async (t) => {
    const { person } = start(t)
    const still = await person.open('/')
    const tab = still.field(FIELD.tab)

    await still.press('button:Go%20on')

    assert.equal(still.path, `/two?tab=${tab}`)
    assert.match(still.text, /second page/)
  })

  test('links into the app carry the tab', async (t) => {
    const { person } = start(t)
    const still = await person.open('/')

    assert.match(still.html, new RegExp(`href="/two\\?tab=${still.field(FIELD.tab)}"`))
  })

  test('values alone are sent by Update', async (t) => {
    const { person } = start(t)
    const still = await person.open('/')
    still.set('text-input:Name', 'Ada')

    await still.press()

    assert.match(still.text, /Ada saved 0 times/)
  })

  test('a form sent twice acts once', async (t) => {
    const { person } = start(t)
    const still = await person.open('/')
    const init = () => still.pressInit('button:Save')

    await Promise.all([person.send('/', init()), person.send('/', init())])
    await still.go(`/?tab=${still.field(FIELD.tab)}`)

    assert.match(still.text, /saved 1 times/)
  })

  test('a press with an outdated form token does nothing yet, and comes back filled in', async (t) => {
    const { person } = start(t)
    const still = await person.open('/')
    still.set('text-input:Name', 'Ada')

    await still.press('button:Save', { [FIELD.token]: 'outdated' })
    const first = still.text
    await still.press('button:Save')

    assert.match(first, /nothing was done yet\. Please press again\./)
    assert.match(first, /Ada saved 0 times/)
    assert.match(still.text, /Ada saved 1 times/)
  })

  test('what the person must hear is told also where the page leads on', async (t) => {
    const { person, program } = start(t)
    const still = await person.open('/')
    await still.press('button:Save')
    const key = still.field(FIELD.tab) ?? ''
    assert.ok(key)

    await still.press('button:Gone')

    assert.match(still.text, /That button is no longer on the page/)
    assert.deepEqual(program.log, [])
  })

  test('a browser that keeps no cookie is told so', async (t) => {
    const { person } = start(t)
    const still = await person.open('/')
    person.jar.clear()

    await still.press('button:Save')

    assert.equal(still.status, 403)
    assert.match(still.text, /This page needs a cookie/)
  })
})
