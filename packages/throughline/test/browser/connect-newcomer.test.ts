/*
 * Another account than the one that is connected comes back from the provider: the question as a person in a Chromium
 * meets it, at a desk and on a phone.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Browser } from 'playwright-core'
import { app, connect, heading, text } from 'throughline'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { providerAt } from '../../src/testing/provider-at.ts'
import { startChromium } from './chromium.ts'
import { openBrowser, openPage, press } from './exporter-person.ts'
import { inspectLayout } from './layout.ts'
import { serveApp } from './served-app.ts'

const CONNECT = 'Connect your Acme account'
const DESK = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

/** A program whose second page needs more than its first, and a person who is connected as Ada. */
async function start(t: TestContext) {
  const server = await startAuthorizationServer()
  t.after(() => server.close())
  const consenting = { name: 'Ada Example' }
  const provider = providerAt(server, {
    account: async () => ({ subject: consenting.name, name: consenting.name, claims: {} }),
  })
  const page = (title: string, scope: readonly string[]) => async () => {
    heading(title)
    const { account } = await connect({ provider, scope })
    text(`Here as ${account.name}`)
  }
  const pages = { '/': page('Films', ['read']), '/edit': page('Edit films', ['read', 'write']) }
  const origin = await serveApp(t, app({ title: 'Films', providers: [provider], pages }))
  const person = await openBrowser(t, browser)
  const first = await openPage(person, origin)
  await press(first, CONNECT)
  await first.getByText('Here as Ada Example').waitFor()
  return { server, origin, person, first, consenting }
}

describe('an account that comes where another is connected, in a browser', () => {
  test('MX-12: each tab asks, fits its screen, and goes on by itself when one has been answered', async (t) => {
    const { server, origin, person, first, consenting } = await start(t)
    const second = await openPage(person, `${origin}/edit`)
    await second.setViewportSize(DESK)
    consenting.name = 'Bob Example'
    await press(second, CONNECT)

    const take = second.getByRole('button', { name: 'Go on as Bob Example' })
    await take.waitFor()
    await first.getByRole('button', { name: 'Stay as Ada Example' }).waitFor()
    await second.getByText('connected to Acme as Ada Example').waitFor()
    for (const size of [DESK, PHONE]) {
      await second.setViewportSize(size)
      const { problems, count } = await inspectLayout(second)
      assert.deepEqual(problems, [])
      assert.ok(count >= 2)
    }
    await take.click()

    await second.getByText('Here as Bob Example').waitFor()
    await first.getByText('Here as Bob Example').waitFor()
    assert.equal(await second.getByText('Nothing has been changed yet').count(), 0)
    assert.equal(server.requestsTo('/revoke').length, 0)
    assert.deepEqual(person.troubles, [])
  })

  test('MX-12: who stays is asked no more, and the other access has ended', async (t) => {
    const { server, origin, person, first, consenting } = await start(t)
    const second = await openPage(person, `${origin}/edit`)
    consenting.name = 'Bob Example'
    await press(second, CONNECT)
    await second.getByText('come back as Bob Example').waitFor()
    await second.reload()

    await press(second, 'Stay as Ada Example')

    await second.getByText('needs more access').waitFor()
    await first.getByText('Here as Ada Example').waitFor()
    assert.ok(server.requestsTo('/revoke').length > 0)
    assert.deepEqual(person.troubles, [])
  })
})
