/*
 * Vimeo in a popup: it closes itself, although its pages and ours are cut apart, and the page goes on.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import {
  acceptTerms,
  consent,
  download,
  openBrowser,
  openPage,
  press,
  saveEmail,
  untilHeading,
} from './exporter-person.ts'

const CONNECT = 'Connect your Vimeo account'

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

/** Opens the exporter up to the connect button; `prepare` is a script that runs before the page's own. */
async function reachButton(t: TestContext, prepare = '') {
  const program = await startProgramOnPort(t, { env: { VIMEO_OPENS_IN: 'popup' } })
  const person = await openBrowser(t, browser)
  await person.context.addInitScript(prepare)
  const page = await openPage(person, program.origin)
  await acceptTerms(page)
  return { program, person, page }
}

async function pressForPopup(page: Page): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), press(page, CONNECT)])
  return popup
}

async function consentIn(popup: Page, decision?: string): Promise<void> {
  const closing = popup.waitForEvent('close')
  await consent(popup, 'Ada Example', decision)
  await closing
}

describe('a popup', () => {
  test('closes itself after consent, and the page goes on to the files (P1, P2, CI-09)', async (t) => {
    const { person, page } = await reachButton(t)
    await page.getByText('Vimeo opens in a window of its own').waitFor()
    await consentIn(await pressForPopup(page))

    await untilHeading(page, 'Welcome, Ada Example')
    assert.equal(person.context.pages().length, 1)
    await saveEmail(page, 'ada@example.com')
    await page.getByRole('checkbox', { name: 'Harbour at dawn' }).check()
    await page.getByText('1 video chosen').waitFor()
    await download(page)
    await untilHeading(page, 'All done')
    assert.deepEqual(person.troubles, [])
  })

  test('in which the person declines closes itself, and the page says so and tries again', async (t) => {
    const { person, page } = await reachButton(t)
    await consentIn(await pressForPopup(page), 'Deny')
    await page.getByText('You did not give access at Vimeo').waitFor()

    await consentIn(await pressForPopup(page))
    await untilHeading(page, 'Welcome, Ada Example')
    assert.deepEqual(person.troubles, [])
  })

  test('that was closed early is opened again by another press', async (t) => {
    const { page } = await reachButton(t)
    const first = await pressForPopup(page)
    await first.getByRole('button', { name: 'Continue as Ada Example' }).waitFor()
    await first.close()

    await consentIn(await pressForPopup(page))
    await untilHeading(page, 'Welcome, Ada Example')
  })

  test('comes back also into a program that was killed meanwhile (P5)', async (t) => {
    const { program, page } = await reachButton(t)
    const popup = await pressForPopup(page)
    await popup.getByRole('button', { name: 'Continue as Ada Example' }).waitFor()
    await program.kill()
    await program.start()

    await consentIn(popup)
    await untilHeading(page, 'Welcome, Ada Example')
  })

  test('that the browser does not open leaves the page itself to Vimeo and back', async (t) => {
    const { person, page } = await reachButton(t, 'window.open = () => null')
    await press(page, CONNECT)
    await consent(page, 'Ada Example')
    await untilHeading(page, 'Welcome, Ada Example')
    assert.equal(person.context.pages().length, 1)
    assert.deepEqual(person.troubles, [])
  })
})
