/*
 * The real back-forward cache: nothing that the program holds (locks, a stream, a channel) may keep a document
 * out of it. Playwright switches the cache off by default, hence a browser of its own.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chromium } from 'playwright-core'
import { HEADER } from '../../src/protocol/fields.ts'
import { findChromium } from './chromium.ts'
import { button, element, end, put, startServer } from './scripted-server.ts'

test('a document rests in the back-forward cache, and asks with its run when it comes back', async (context) => {
  const found = await findChromium()
  // The headless build that npm brings has no back-forward cache; a Chromium of the system has.
  if (found.env !== undefined)
    return context.skip('This build of Chromium has no back-forward cache.')
  const server = await startServer((path) => ({ view: element('go', button('go')), title: path }))
  context.after(() => server.close())
  const browser = await chromium.launch({
    ...found,
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  context.after(() => browser.close())
  const page = await browser.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(`${server.origin}/`)
  const first = await server.nextStream()
  first.news(1)

  await page.evaluate("window.kept = true; setTimeout(() => { location.href = '/two' })")
  const second = await server.nextStream()
  second.news(1)
  await page.evaluate('setTimeout(() => history.back())')
  const asked = await server.next('GET')
  await server.nextStream()
  asked.end({ type: 'run', run: 2, from: 1 }, put('back', 'Back', 'go'), end(2))
  await page.getByText('Back').waitFor()

  assert.equal(asked.url, '/')
  assert.equal(asked.headers[HEADER.run], '1')
  assert.equal(asked.headers[HEADER.copy], undefined)
  assert.equal(await page.evaluate('window.kept'), true)
  assert.equal(server.openStreams(), 1)
})
