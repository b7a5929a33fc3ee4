import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import {
  app,
  button,
  progress,
  sessionState,
  signOut,
  spinner,
  switchPage,
  text,
  textInput,
  type AppOptions,
} from '../../src/index.ts'
import { Person } from '../../src/testing/person.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate, Streamed } from './streamed.ts'

type Pages = AppOptions['pages']

async function load(t: TestContext, pages: Pages, path = '/') {
  const program = startProgram(app({ title: 'Test', pages }))
  t.after(() => program.close())
  const person = new Person(program.fetch)
  const response = await person.send(path)
  return { program, person, response }
}

const order = (html: string, ...texts: string[]) => texts.map((one) => html.indexOf(one))

describe('a document', () => {
  test('P8: leaves element by element, in page order, while the script still runs', async (t) => {
    const gate = createGate()
    const { response } = await load(t, {
      '/': async () => {
        text('first')
        text('second')
        await gate.opened
        text('third')
      },
    })
    const document = new Streamed(response)

    const early = await document.until(/second/)
    gate.open()
    const html = await document.toEnd()

    assert.doesNotMatch(early, /third|<\/main>/)
    const places = order(html, 'first', 'second', 'third', '</main>')
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
    assert.doesNotMatch(html, /data-tl-incomplete|<style/)
  })

  test('is a 303 where its script switches pages at once', async (t) => {
    const { response } = await load(t, {
      '/': () => {
        text('not this one')
        switchPage('/two')
      },
      '/two': () => text('this one'),
    })

    assert.equal(response.status, 303)
    assert.match(response.headers.get('location') ?? '', /^\/two\?tab=/)
    assert.equal(response.headers.getSetCookie().length, 1)
  })

  test('goes on by a refresh where its script switches pages after bytes have left', async (t) => {
    const gate = createGate()
    const { response } = await load(t, {
      '/': async () => {
        text('left already')
        await gate.opened
        text('stays away')
        switchPage('/two')
      },
      '/two': () => text('this one'),
    })
    const document = new Streamed(response)
    await document.until(/left already/)
    gate.open()
    const html = await document.toEnd()

    assert.match(html, /<meta http-equiv="refresh" content="0;url=\/two\?tab=[\w-]+">/)
    assert.match(html, /<a href="\/two\?tab=[\w-]+">Continue<\/a>/)
    assert.doesNotMatch(html, /stays away/)
    assert.match(html, /<\/html>\s*$/)
  })

  test('ends the session where its script signs out', async (t) => {
    const state = sessionState({ name: 'nobody' })
    const { person, program } = await load(t, {
      '/': () => {
        if (button('Enter')) state.name = 'Ada'
        text(`hello ${state.name}`)
      },
      '/bye': () => signOut(),
    })
    const still = await person.open('/')
    await still.press('button:Enter')
    assert.match(still.text, /hello Ada/)

    await still.go('/bye')

    assert.match(still.text, /hello nobody/)
    assert.deepEqual(program.log, [])
  })
})

describe('an element that is replaced after it left', () => {
  const replacing = (gate: { opened: Promise<void> }) => async () => {
    const bar = progress(0)
    text('behind it')
    await gate.opened
    bar.update(1)
  }

  test('is hidden by a nonced rule and sent again', async (t) => {
    const gate = createGate()
    const { response } = await load(t, { '/': replacing(gate) })
    const policy = response.headers.get('content-security-policy') ?? ''
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none'
    const document = new Streamed(response)
    await document.until(/behind it/)
    gate.open()
    const html = await document.toEnd()

    assert.equal(html.split('<div id="progress-1"').length, 3)
    assert.ok(html.includes(`<style nonce="${nonce}" data-tl-hides="progress-1">`))
  })

  test('makes the browser program ask for the whole, for it stands in another place', async (t) => {
    const gate = createGate()
    const { response } = await load(t, { '/': replacing(gate) })
    const document = new Streamed(response)
    await document.until(/behind it/)
    gate.open()

    assert.match(await document.toEnd(), /<\/form>[\s\S]*data-tl-incomplete/)
  })

  test('stands in its place where nothing is behind it, and nobody need ask', async (t) => {
    const gate = createGate()
    const { person, program, response } = await load(t, {
      '/': async () => {
        text('before it')
        const bar = progress(0)
        await gate.opened
        bar.update(1)
      },
    })
    const document = new Streamed(response)
    await document.until(/progress-1/)
    gate.open()

    assert.doesNotMatch(await document.toEnd(), /data-tl-incomplete/)
    assert.deepEqual([person.jar.size, program.log], [1, []])
  })

  test('is only hidden where it was removed: a spinner costs no second run', async (t) => {
    const gate = createGate()
    let runs = 0
    const { response } = await load(t, {
      '/': async () => {
        runs += 1
        await spinner('Asking …', () => gate.opened)
        text('done')
      },
    })
    const document = new Streamed(response)
    await document.until(/Asking/)
    gate.open()
    const html = await document.toEnd()

    assert.match(html, /data-tl-hides="spinner-1"/)
    assert.doesNotMatch(html, /data-tl-incomplete/)
    assert.equal(runs, 1)
  })
})

describe('the Update button', () => {
  test('stands on pages that have values to send, and on no other', async (t) => {
    const { response, person } = await load(t, {
      '/': () => void textInput('Name'),
      '/none': () => void button('Press'),
    })

    assert.match(await response.text(), /<noscript><button[^>]*>Update</)
    assert.doesNotMatch(await (await person.send('/none')).text(), /<noscript>/)
  })
})
