/*
 * The exporter in a Firefox, from the first page to the last, through two tabs and over restarts.
 */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startProgramOnPort } from './exporter.ts'
import { checkedContents } from './exporter-person.ts'
import {
  downloadedFile,
  fillIn,
  lacksFirefox,
  openedTab,
  openTab,
  pressIn,
  startFirefox,
  tickIn,
  untilHeadingIn,
  untilTextIn,
} from './firefox.ts'
import type { Page } from 'puppeteer-core'

const APP = fileURLToPath(new URL('exporter-app.ts', import.meta.url))
const CONNECT = 'Connect your Vimeo account'

async function reachButton(test: TestContext) {
  const program = await startProgramOnPort(test)
  const firefox = await startFirefox(test)
  const page = await openTab(firefox.browser, program.origin)
  await pressIn(page, 'Get started')
  await tickIn(page, 'I accept the terms and conditions')
  await pressIn(page, 'Continue')
  await untilHeadingIn(page, 'Connect your account')
  return { program, firefox, page }
}

async function consentIn(page: Page, name: string): Promise<void> {
  await pressIn(page, `Continue as ${name}`)
  await pressIn(page, 'Allow')
}

describe('in Firefox', { skip: lacksFirefox ?? false }, () => {
  test('the exporter leads from the first page to the files', async (t) => {
    const { firefox, page } = await reachButton(t)
    await pressIn(page, CONNECT)
    await consentIn(page, 'Ada Example')
    await untilHeadingIn(page, 'Welcome, Ada Example')
    await fillIn(page, 'Primary e-mail', 'ada@example.com')
    await pressIn(page, 'Save and continue')
    await untilHeadingIn(page, 'Choose your videos')
    await pressIn(page, 'Select all')
    await pressIn(page, 'Download')

    const contents = checkedContents(await downloadedFile(firefox))
    assert.ok(contents.has('Harbour at dawn.mp4'))
    await untilHeadingIn(page, 'All done')
  })

  test('consent in a new tab lets both go on, the one that was left by itself when it is seen again', async (t) => {
    const program = await startProgramOnPort(t, { main: APP })
    const { browser } = await startFirefox(t)
    const page = await openTab(browser, `${program.origin}/account`)
    await fillIn(page, 'Note', 'mine')
    await pressIn(page, CONNECT)
    const opened = await openedTab(browser, program.simulator.origin)
    await consentIn(opened, 'Grace Sample')

    await untilTextIn(opened, 'Grace Sample: mine')
    await page.bringToFront()
    await untilTextIn(page, 'Grace Sample: mine')
  })

  test('the exporter goes on after consent elsewhere and after two restarts, with what was chosen', async (t) => {
    const { program, firefox, page } = await reachButton(t)
    const other = await openTab(firefox.browser, `${program.origin}/profile`)
    await pressIn(other, CONNECT)
    await pressIn(other, 'Continue as Ada Example')
    await other.locator('::-p-aria([name="Allow"][role="button"])').wait()
    await program.kill()
    await program.start()
    await pressIn(other, 'Allow')
    await untilHeadingIn(other, 'Welcome, Ada Example')

    await page.bringToFront()
    await untilHeadingIn(page, 'Welcome, Ada Example')
    await fillIn(page, 'Primary e-mail', 'ada@example.com')
    await pressIn(page, 'Save and continue')
    await untilHeadingIn(page, 'Choose your videos')
    await tickIn(page, 'Harbour at dawn')
    await untilTextIn(page, '1 video chosen, 124 kB')
    await program.kill()
    await program.start()
    await page.locator('::-p-text(Colour chart)').click()
    await untilTextIn(page, '2 videos chosen, 427 kB')
    await pressIn(page, 'Download')

    const contents = checkedContents(await downloadedFile(firefox))
    assert.deepEqual(
      [...contents.keys()],
      ['Harbour at dawn.mp4', "Colour chart- 4-3, 'final' v2.mp4", 'manifest.json'],
    )
    await untilHeadingIn(page, 'All done')
  })
})
