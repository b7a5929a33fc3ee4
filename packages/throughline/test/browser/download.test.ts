/*
 * A download in a real browser against a real program: shown live by its button, and told where the person ends it.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, test, type TestContext } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import type { Browser } from 'playwright-core'
import { app, downloadButton, text, type Preparing } from '../../src/index.ts'
import { loadAssets } from '../../src/server/assets.ts'
import { cutOff, type Outgoing } from '../../src/server/cut-off.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate } from '../journeys/streamed.ts'
import { startChromium } from './chromium.ts'

const PATIENCE_MS = 15_000
/** A form that waits for its answer keeps Playwright from looking at the page: the page tells by itself. */
const TELLER = `
new MutationObserver(() => console.log(document.body?.innerText))
  .observe(document, { subtree: true, childList: true, characterData: true })`

const PIECE = new Uint8Array(1_000_000)

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

/** A page whose file is made when one gate opens, and sent to its end when the other does. */
async function start(t: TestContext) {
  const [making, sending] = [createGate(), createGate()]
  async function* body() {
    for (let piece = 0; piece < 3; piece += 1) yield PIECE
    await sending.opened
    yield PIECE
  }
  const from = async (preparing: Preparing) => {
    preparing({ text: 'Asking for links', done: 1, total: 4 })
    await making.opened
    const failures = [{ title: 'Harbour', reason: 'Gone.' }]
    return {
      size: 4_000_000,
      body: body(),
      progress: () => ({ text: 'Valley', done: 3, total: 4, failures }),
    }
  }
  const page = () => {
    const outcome = downloadButton('Download', { file: 'films.zip', from })
    if (outcome !== undefined) text(`Saved ${outcome.bytes} bytes.`)
  }
  const served: { listener?: ReturnType<typeof getRequestListener> } = {}
  const server = createServer((request, response) => void served.listener?.(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const program = startProgram(app(page), { publicUrl: origin, assets: loadAssets() })
  const answer = async (request: Request, { outgoing }: { readonly outgoing: Outgoing }) =>
    cutOff(await program.fetch(request), outgoing, 60_000)
  served.listener = getRequestListener(answer, { overrideGlobalObjects: false })
  const context = await browser.newContext()
  context.setDefaultTimeout(PATIENCE_MS)
  t.after(async () => {
    making.open()
    sending.open()
    await context.close()
    server.closeAllConnections()
    server.close()
    await program.close()
  })
  await context.addInitScript(TELLER)
  const tab = await context.newPage()
  const said = (pattern: RegExp) =>
    tab.waitForEvent('console', { predicate: (message) => pattern.test(message.text()) })
  await tab.goto(origin)
  return { tab, said, making, sending }
}

describe('a download in a browser', () => {
  test('is shown from its preparation to its outcome, and its button is ready meanwhile', async (t) => {
    const { tab, said, making, sending } = await start(t)
    const begun = tab.waitForEvent('download')
    const prepared = said(/Preparing films\.zip\s+Asking for links · 1 of 4 files/)
    const button = tab.getByRole('button', { name: 'Download' })
    await button.click({ noWaitAfter: true })

    await prepared
    making.open()
    await tab.getByText('Valley · 3 of 4 files · 3.0 MB of 4.0 MB').waitFor()
    const bar = tab.getByRole('progressbar', { name: 'Sending films.zip' })
    assert.equal(await bar.getAttribute('value'), '0.75')
    assert.equal(await tab.getByRole('log').textContent(), 'Harbour: Gone.')
    await tab.locator('button[value^=download-button]:not([aria-busy])').waitFor()
    assert.equal(await button.isEnabled(), true)

    sending.open()
    await tab.getByText('Saved 4000000 bytes.').waitFor()
    assert.equal(await bar.count(), 0)
    assert.equal((await begun).suggestedFilename(), 'films.zip')
  })

  test('is taken away with a sentence where the person ends it', async (t) => {
    const { tab, making } = await start(t)
    making.open()
    const begun = tab.waitForEvent('download')
    await tab.getByRole('button', { name: 'Download' }).click({ noWaitAfter: true })
    await tab.getByText('3.0 MB of 4.0 MB').waitFor()

    await (await begun).cancel()

    await tab
      .getByText(/films\.zip was not sent to its end.* 3\.0 MB of 4\.0 MB had left/)
      .waitFor()
    assert.equal(await tab.getByRole('progressbar').count(), 0)
  })
})
