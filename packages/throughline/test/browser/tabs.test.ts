/*
 * Which tab a document is, which page it stands for, and how its tabs hear that something has changed.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ATTRIBUTE } from '../../src/protocol/attributes.ts'
import { FIELD, HEADER } from '../../src/protocol/fields.ts'
import { button, element, end, put } from './scripted-server.ts'
import { hiddenField, press, setStage, setVisibility, untilTitle, viewIds } from './stage.ts'

const stage = setStage()
const go = element('go', button('go'))

const stored = (page: Page) => page.evaluate("sessionStorage.getItem('tl-tab')")
const cookies = async () => (await stage.context.cookies()).map(({ name }) => name)

describe('a page of the app', () => {
  test('that the script switches to stands in the address bar, is scrolled up and read out', async () => {
    const page = await stage.openPage({ view: go + element('tall', '<p>x</p>'.repeat(200)) })
    await page.evaluate('scrollTo(0, 500)')
    await page.evaluate("document.querySelector('#go button').click()")
    const asked = await stage.server.next('POST')

    asked.end(
      { type: 'run', run: 2, from: 1 },
      put('note', 'Note', ''),
      { type: 'go', url: '/profile?a=1&tab=tab-one' },
      { type: 'run', run: 3, from: null },
      put('title', '<h1>Profile</h1>', ''),
      put('go', button('go'), 'title'),
      end(3),
    )
    await untilTitle(page, 'Run 3')

    assert.equal(page.url(), `${stage.server.origin}/profile?a=1`)
    assert.deepEqual(await viewIds(page), ['title', 'go'])
    assert.equal(await page.evaluate('scrollY'), 0)
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Profile')

    await press(page, 'go')
    assert.equal((await stage.server.next('POST')).url, '/profile?a=1')
  })

  test('is asked for whole when the person goes back, and leaves no step when it changed by itself', async () => {
    const page = await stage.openPage({ view: go })
    await press(page, 'go')
    const asked = await stage.server.next('POST')
    asked.end(
      { type: 'go', url: '/two' },
      { type: 'run', run: 2, from: null },
      put('two', 'Two', ''),
      end(2),
    )
    await untilTitle(page, 'Run 2')

    await page.evaluate('history.back()')
    const back = await stage.server.next('GET')
    back.end(
      { type: 'go', url: '/login' },
      { type: 'run', run: 3, from: null },
      put('login', 'Login', ''),
      end(3),
    )
    await untilTitle(page, 'Run 3')

    assert.equal(back.url, '/')
    assert.equal(back.headers[HEADER.run], '0')
    assert.equal(page.url(), `${stage.server.origin}/login`)
    await page.evaluate('history.forward()')
    assert.equal((await stage.server.next('GET')).url, '/two')
  })

  test('is gone to even when the run that did so does not fit the view', async () => {
    const page = await stage.openPage({ view: go, run: 1 })
    await press(page, 'go')
    const asked = await stage.server.next('POST')

    asked.end(
      { type: 'run', run: 6, from: 5 },
      { type: 'go', url: '/two' },
      { type: 'run', run: 7, from: 6 },
      end(7),
    )

    assert.equal((await stage.server.next('GET')).url, '/two')
  })

  test('of another origin, or a file, is left to the browser', async () => {
    const page = await stage.openPage((path) => ({ view: go, title: `At ${path}` }))
    await press(page, 'go')
    const asked = await stage.server.next('POST')

    asked.end({ type: 'run', run: 2, from: 1 }, { type: 'go', url: '/fresh', away: true })
    await untilTitle(page, 'At /fresh')

    assert.equal(await stored(page), 'tab-one')
    assert.equal(stage.server.waiting(), 0)
  })
})

describe('a tab', () => {
  test('takes its id out of the address bar, the form and the links', async () => {
    const link = (id: string) =>
      `<a ${ATTRIBUTE.inside} href="/two?a=1&amp;tab=tab-one" id="${id}">Two</a>`
    const page = await stage.openPage({ view: go + element('one', link('first')) }, '/?tab=tab-one')

    await press(page, 'go')
    const asked = await stage.server.next('POST')
    asked.end({ type: 'run', run: 2, from: 1 }, put('two', link('second')), end(2))
    await untilTitle(page, 'Run 2')

    assert.equal(page.url(), `${stage.server.origin}/`)
    assert.equal(asked.url, '/')
    assert.equal(await page.getAttribute('#first', 'href'), '/two?a=1')
    assert.equal(await page.getAttribute('#second', 'href'), '/two?a=1')
  })

  test('names itself to the next document, which takes the cookie away again', async () => {
    const seen: string[] = []
    const page = await stage.openPage((_path, cookie) => {
      seen.push(cookie)
      return { view: go }
    })

    await page.reload()
    await page.waitForFunction("sessionStorage.getItem('tl-tab') !== null")

    assert.deepEqual(seen, ['', 'tl-tab=tab-one'])
    assert.deepEqual(await cookies(), [])
  })

  test('goes on as itself, with higher numbers, where the document was made for another', async () => {
    const page = await stage.openPage((path) => ({
      view: go,
      ...(path === '/' ? { tab: 'tab-one', number: 8 } : { tab: 'tab-two', number: 1, run: 90 }),
    }))
    await press(page, 'go')
    const first = await stage.server.next('POST')
    first.end({ type: 'run', run: 2, from: 1 }, end(2))
    await untilTitle(page, 'Run 2')

    await page.goto(`${stage.server.origin}/other`)
    const whole = await stage.server.next('GET')
    whole.end({ type: 'run', run: 3, from: null }, put('go', button('go'), ''), end(3))
    await untilTitle(page, 'Run 3')
    await press(page, 'go')
    const second = await stage.server.next('POST')

    assert.equal(whole.headers[HEADER.tab], 'tab-one')
    assert.equal(whole.headers[HEADER.run], '0')
    assert.equal(second.fields.get(FIELD.tab), 'tab-one')
    assert.equal(second.fields.get(FIELD.number), '9')
  })

  test('that was duplicated goes on with a copy under an id of its own', async () => {
    const page = await stage.openPage({ view: go, run: 4 })
    const opened = stage.context.waitForEvent('page')
    await page.evaluate('void open(location.href)')
    const duplicate = await opened
    const asked = await stage.server.next('GET')
    const own = String(asked.headers[HEADER.tab])
    asked.end({ type: 'run', run: 1, from: null }, put('copy', 'Copy', ''), end(1))
    await untilTitle(duplicate, 'Run 1')

    assert.match(own, /^[\w-]{22}$/)
    assert.equal(asked.headers[HEADER.copy], 'tab-one')
    assert.equal(asked.headers[HEADER.run], '0')
    assert.equal(await hiddenField(duplicate, FIELD.tab), own)
    assert.equal(await stored(duplicate), own)
    assert.equal(await hiddenField(page, FIELD.tab), 'tab-one')

    await duplicate.reload()
    assert.equal((await stage.server.next('GET')).headers[HEADER.tab], own)
  })

  test('that was duplicated asks nothing as the tab that it was made of', async () => {
    const page = await stage.openPage({ view: go, run: 4, body: ATTRIBUTE.incomplete })
    const whole = await stage.server.next('GET')
    whole.end({ type: 'run', run: 5, from: null }, put('copy', 'Copy', ''), end(5))
    await untilTitle(page, 'Run 5')

    await page.evaluate('void open(location.href)')

    assert.equal((await stage.server.next('GET')).headers[HEADER.copy], 'tab-one')
  })

  test('is no copy where the browser is slow to grant its lock', async () => {
    const slow = `for (const name of ['request', 'query']) {
      const real = LockManager.prototype[name]
      LockManager.prototype[name] = async function (...given) {
        await new Promise((resolve) => setTimeout(resolve, 600))
        return real.apply(this, given)
      }
    }`
    const page = await stage.openPage({ view: go }, '/', slow)
    await page.waitForFunction('navigator.locks.query().then(({ held }) => held.length > 0)')

    assert.equal(await hiddenField(page, FIELD.tab), 'tab-one')
    assert.equal(stage.server.waiting(), 0)
  })

  test('that is reloaded stays the same, and is no copy', async () => {
    const page = await stage.openPage({ view: go })
    for (let times = 0; times < 3; times += 1) await page.reload()

    await press(page, 'go')
    const asked = await stage.server.next('POST')

    assert.equal(asked.fields.get(FIELD.tab), 'tab-one')
    // Longer than a document waits for the lock of the one before it.
    await page.waitForTimeout(300)
    assert.equal(stage.server.waiting(), 0)
  })

  test('goes on under another id when the server says so', async () => {
    const page = await stage.openPage({ view: go, run: 50 })
    await press(page, 'go')
    const asked = await stage.server.next('POST')

    asked.end({ type: 'run', run: 1, from: null, tab: 'tab-new' }, put('a', 'A', ''), end(1))
    await untilTitle(page, 'Run 1')

    assert.equal(await hiddenField(page, FIELD.tab), 'tab-new')
    assert.equal(await stored(page), 'tab-new')
  })

  test('that comes out of the back-forward cache asks with the run it shows, and listens again', async () => {
    const page = await stage.openPage({ view: go, run: 4 })
    await stage.server.nextStream()

    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    await page.waitForFunction(
      "navigator.locks.query().then(({ held }) => held.every(({ name }) => !name.startsWith('tl-')))",
    )
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    const asked = await stage.server.next('GET')
    await stage.server.nextStream()

    assert.equal(asked.headers[HEADER.run], '4')
    assert.equal(asked.headers[HEADER.tab], 'tab-one')
  })
})

describe('news', () => {
  test('makes a visible tab ask for what has changed, once', async () => {
    const page = await stage.openPage({ view: go, run: 4, news: 7 })
    const stream = await stage.server.nextStream()
    stream.news(7)
    stream.news(8)
    const asked = await stage.server.next('GET')
    asked.end({ type: 'run', run: 5, from: 4 }, put('new', 'New', ''), end(5, 8))
    await untilTitle(page, 'Run 5')
    stream.news(8)
    await press(page, 'go')
    await stage.server.next('POST')

    assert.equal(asked.headers[HEADER.run], '4')
    assert.match(String(stream.asked.headers['accept']), /text\/event-stream/)
    assert.equal(stream.asked.headers[HEADER.tab], 'tab-one')
    assert.equal(stream.asked.headers[HEADER.token], await hiddenField(page, FIELD.token))
    assert.equal(stage.server.waiting(), 0)
  })

  test('that an answer under way brings anyway is not asked for', async () => {
    const listen =
      "new BroadcastChannel('tl-news').onmessage = (told) => { window.told = told.data.news }"
    const page = await stage.openPage({ view: go, news: 7 }, '/', listen)
    const stream = await stage.server.nextStream()
    await press(page, 'go')
    const asked = await stage.server.next('POST')
    stream.news(8)
    await page.waitForFunction('window.told === 8')
    asked.end({ type: 'run', run: 2, from: 1 }, end(2, 8))
    await untilTitle(page, 'Run 2')
    await press(page, 'go')
    await stage.server.next('POST')

    assert.equal(stage.server.waiting(), 0)
  })

  test('reaches two tabs by one stream, and a hidden one when it is shown', async () => {
    let tabs = 0
    const first = await stage.openPage(() => ({ tab: `tab-${(tabs += 1)}`, view: go, news: 1 }))
    const stream = await stage.server.nextStream()
    stream.news(1)
    const second = await stage.openTab()
    await setVisibility(second, 'hidden')
    stream.news(2)
    const asked = await stage.server.next('GET')
    asked.end({ type: 'run', run: 2, from: 1 }, end(2, 2))
    await untilTitle(first, 'Run 2')
    assert.equal(asked.headers[HEADER.tab], 'tab-1')
    assert.equal(stage.server.waiting(), 0)

    await setVisibility(second, 'visible')

    assert.equal((await stage.server.next('GET')).headers[HEADER.tab], 'tab-2')
    assert.equal(stage.server.openStreams(), 1)
  })

  test('is heard by another tab when the one with the stream is hidden', async () => {
    let tabs = 0
    const first = await stage.openPage(() => ({ tab: `tab-${(tabs += 1)}`, view: go, news: 1 }))
    const stream = await stage.server.nextStream()
    await stage.openTab()

    await setVisibility(first, 'hidden')
    const other = await stage.server.nextStream()
    other.news(2)
    const asked = await stage.server.next('GET')

    assert.equal(stream.asked.headers[HEADER.tab], 'tab-1')
    assert.equal(other.asked.headers[HEADER.tab], 'tab-2')
    assert.equal(asked.headers[HEADER.tab], 'tab-2')
    await stream.asked.closed()
  })

  test('may have been missed while the stream was lost: every tab asks when it is back', async () => {
    let tabs = 0
    await stage.openPage(() => ({ tab: `tab-${(tabs += 1)}`, view: go, news: 1 }))
    const stream = await stage.server.nextStream()
    stream.news(1)
    await stage.openTab()

    stream.cut()
    const again = await stage.server.nextStream()
    again.news(1)
    const asked = [await stage.server.next('GET'), await stage.server.next('GET')]

    assert.deepEqual(
      new Set(asked.map(({ headers }) => headers[HEADER.tab])),
      new Set(['tab-1', 'tab-2']),
    )
  })

  test('is listened to with a fresh token when the old one is refused', async () => {
    const page = await stage.openPage({ view: go })
    const old = await hiddenField(page, FIELD.token)
    const stream = await stage.server.nextStream()
    stream.asked.refuse(409, 'outdated')
    const question = await stage.server.next('GET')
    question.end({ type: 'token', token: 'fresh' })
    const repeated = await stage.server.next('GET')
    repeated.end({ type: 'run', run: 2, from: 1 }, end(2))
    const again = await stage.server.nextStream()

    assert.equal(stream.asked.headers[HEADER.token], old)
    assert.equal(repeated.headers[HEADER.token], 'fresh')
    assert.equal(again.asked.headers[HEADER.token], 'fresh')
  })

  for (const missing of ['Navigator.prototype.locks', 'window.BroadcastChannel'])
    test(`reaches each visible tab by its own stream without ${missing}`, async () => {
      await stage.openPage({ view: go, news: 1 }, '/', `delete ${missing}`)
      await stage.server.nextStream()
      await stage.openTab()
      const second = await stage.server.nextStream()
      second.news(2)

      await stage.server.next('GET')
      assert.equal(stage.server.openStreams(), 2)
    })
})
