import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  button,
  checkbox,
  numberInput,
  select,
  text,
  textInput,
  type PageFunction,
} from '../../src/index.ts'
import { FIELD, FRAMES_TYPE, HEADER } from '../../src/protocol/fields.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram, type TestProgramOptions } from '../../src/testing/program.ts'

const NAME = 'text-input:Name'

const form = () => {
  const name = textInput('Name', { value: 'nobody' })
  const age = numberInput('Age', { value: 1 })
  const likes = checkbox('Likes it')
  const colour = select('Colour', ['red', 'green'])
  text(`${name} is ${age} (${typeof age}), ${likes} (${typeof likes}), ${colour}`)
}

function start(t: TestContext, script: PageFunction = form, options: TestProgramOptions = {}) {
  const program = startProgram(app(script), options)
  t.after(() => program.close())
  return { program, person: new Person(program.fetch) }
}

describe('widget values', () => {
  test('are typed, and their defaults until they are touched', async (t) => {
    const { person } = start(t)
    const live = await person.openLive('/')
    assert.match(live.text, /nobody is 1 \(number\), false \(boolean\), red/)

    await live.change({
      [NAME]: ['Ada'],
      'number-input:Age': ['36'],
      'checkbox:Likes%20it': ['', '1'],
    })

    assert.match(live.text, /Ada is 36 \(number\), true \(boolean\), red/)
  })

  test('survive a reload, where the tab names itself by a cookie', async (t) => {
    const { person } = start(t)
    const live = await person.openLive('/')
    await live.change({ [NAME]: ['Ada'] })

    person.jar.set('tl-tab', live.tab)
    const reloaded = await person.openLive('/')

    assert.equal(reloaded.tab, live.tab)
    assert.match(reloaded.text, /Ada is 1/)
  })

  test('survive a reload without JavaScript, where the tab stands in the URL', async (t) => {
    const { person } = start(t)
    const still = await person.open('/')
    still.set(NAME, 'Ada')
    await still.press()
    const { path } = still

    await still.go(path)

    assert.match(path, /\?tab=/)
    assert.match(still.text, /Ada is 1/)
  })

  test('survive a restart', async (t) => {
    const { program, person: before } = start(t)
    let node = program
    const person = new Person((request) => node.fetch(request))
    person.jar.clear()
    const live = await person.openLive('/')
    await live.change({ [NAME]: ['Ada'] })
    const after = program.another(app(form))
    await program.handler.program.script.sessions.close()
    node = after

    await live.ask(0)

    assert.match(live.text, /Ada is 1/)
    assert.equal(before.jar.size, 0)
  })

  test('belong to their tab; a duplicated tab starts with a copy', async (t) => {
    const { person } = start(t)
    const live = await person.openLive('/')
    await live.change({ [NAME]: ['Ada'] })
    const fresh = await person.openLive('/')
    const copy = await person.openLive('/')
    const headers = {
      accept: FRAMES_TYPE,
      'sec-fetch-site': 'same-origin',
      [HEADER.tab]: copy.tab,
      [HEADER.run]: '0',
      [HEADER.copy]: live.tab,
    }
    await copy.apply(await person.send('/', { headers }))
    await live.change({ [NAME]: ['Eve'] })
    await copy.ask(0)

    assert.match(fresh.text, /nobody is 1/)
    assert.match(copy.text, /Ada is 1/)
  })

  test('of another session are not to be had by its tab’s id', async (t) => {
    const { program, person } = start(t)
    const live = await person.openLive('/')
    await live.change({ [NAME]: ['Ada'] })

    const other = await new Person(program.fetch).openLive(`/?tab=${live.tab}`)

    assert.match(other.text, /nobody is 1/)
  })

  test('of one page are not those of another', async (t) => {
    const program = startProgram(app({ title: 'T', pages: { '/': form, '/other': form } }))
    t.after(() => program.close())
    const person = new Person(program.fetch)
    const live = await person.openLive('/')
    await live.change({ [NAME]: ['Ada'] })

    const other = await person.open(`/other?tab=${live.tab}`)
    const back = await person.open(`/?tab=${live.tab}`)

    assert.match(other.text, /nobody is 1/)
    assert.match(back.text, /Ada is 1/)
  })

  test('stay while their widget is not on the page', async (t) => {
    const { person } = start(t, () => {
      if (checkbox('Details', { value: true })) textInput('Name')
      button('Go')
    })
    const live = await person.openLive('/')
    await live.change({ [NAME]: ['Ada'] })
    await live.change({ 'checkbox:Details': [''] })
    assert.doesNotMatch(live.html, /Ada/)

    await live.change({ 'checkbox:Details': ['', '1'] })

    assert.match(live.html, /value="Ada"/)
  })

  test('that are what the widget shows untouched follow its default again', async (t) => {
    let standard = 'first'
    const { person } = start(t, () => text(textInput('Name', { value: standard })))
    const live = await person.openLive('/')
    await live.change({ [NAME]: ['typed'] })
    await live.change({ [NAME]: ['first'] })
    standard = 'second'

    await live.ask()

    assert.match(live.text, /second/)
  })

  test('nonsense for a widget counts as never sent', async (t) => {
    const { person, program } = start(t)
    const live = await person.openLive('/')

    await live.change({
      'number-input:Age': ['ten'],
      'select:Colour': ['99'],
      'text-input:Name': [],
      'nothing:of-that-kind': ['x'],
      'text-input:__proto__': ['x'],
    })

    assert.match(live.text, /nobody is 1 \(number\), false \(boolean\), red/)
    assert.deepEqual(program.log, [])
  })
})

describe('a widget', () => {
  test('that is there twice is an error that names both lines in development', async (t) => {
    const { person } = start(
      t,
      () => {
        textInput('Name')
        textInput('Name')
      },
      { development: true },
    )

    const { text: shown } = await person.open('/')

    const lines = /\(values\.test\.ts:(\d+) and values\.test\.ts:(\d+)\)/.exec(shown)
    assert.match(shown, /Two widgets of kind text-input have the label "Name"/)
    assert.equal(Number(lines?.[2]) - Number(lines?.[1]), 1)
    assert.match(shown, /Pass \{ key: … \} to one of them/)
  })

  test('may have the label of another, with a key', async (t) => {
    const { person } = start(t, () => {
      textInput('Name')
      textInput('Name', { key: 'second' })
    })

    assert.match((await person.open('/')).html, /text-input:second/)
  })
})

describe('a label that changed without a key', () => {
  let count = 0
  const counting = (key?: string) => () => {
    textInput(`Name (${count})`, key === undefined ? {} : { key })
    button('Go')
  }
  const OLD = 'text-input:Name%20%280%29'

  async function changeLabel(t: TestContext, key?: string, development = true) {
    count = 0
    const { person } = start(t, counting(key), { development })
    const live = await person.openLive('/')
    const id = key === undefined ? OLD : `text-input:${key}`
    await live.change({ [id]: ['typed'] })
    count = 1
    await live.press('button:Go')
    return live
  }

  test('is pointed out to the author, with both labels and the line', async (t) => {
    const live = await changeLabel(t)

    assert.match(
      live.notices.join(),
      /The label of the text-input at values\.test\.ts:\d+ changed from "Name \(0\)" to "Name \(1\)", so what was entered in it is lost\. Pass \{ key: … \}/,
    )
  })

  test('is pointed out once', async (t) => {
    const live = await changeLabel(t)
    await live.press('button:Go')

    assert.equal(live.notices.length, 1)
  })

  test('is not what happened where one of several widgets went', async (t) => {
    const names = ['A', 'B']
    const page = () => {
      for (const name of names) textInput(name)
      button('Go')
    }
    const { person } = start(t, page, { development: true })
    const live = await person.openLive('/')
    await live.change({ 'text-input:A': ['typed'] })
    names.shift()

    await live.press('button:Go')

    assert.deepEqual(live.notices, [])
  })

  test('is nothing where the widget has a key, or nothing was entered, or no author looks on', async (t) => {
    const keyed = await changeLabel(t, 'name')
    const published = await changeLabel(t, undefined, false)
    count = 0
    const { person } = start(t, counting(), { development: true })
    const untouched = await person.openLive('/')
    count = 1
    await untouched.press('button:Go')

    assert.deepEqual([keyed.notices, published.notices, untouched.notices], [[], [], []])
    assert.match(keyed.html, /value="typed"/)
  })
})

describe('a link into the app', () => {
  test('to a page deep in it opens that page, with its own tab', async (t) => {
    const program = startProgram(
      app({ title: 'T', pages: { '/': () => text('home'), '/a/b': () => text('deep') } }),
    )
    t.after(() => program.close())
    const still = await new Person(program.fetch).open('/a/b')

    assert.match(still.text, /deep/)
    assert.match(still.field(FIELD.tab) ?? '', /^[\w-]{22}$/)
  })

  test('to a page that is no longer in the program says so, and its press too', async (t) => {
    const two = { '/': () => text('home'), '/old': () => void button('Go') }
    const program = startProgram(app({ title: 'T', pages: two }))
    const next = program.another(app({ title: 'T', pages: { '/': two['/'] } }))
    t.after(() => program.close())
    let node = program
    const person = new Person((request) => node.fetch(request))
    const live = await person.openLive('/old')
    node = next

    const opened = await person.open('/old')
    const pressed = await live.post({ press: 'button:Go', number: 1 })

    assert.equal(opened.status, 404)
    assert.match(opened.text, /There is no such page/)
    assert.equal(pressed.status, 404)
  })
})
