/*
 * The exporter in a Firefox, from the first page to the last.
 */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { startProgramOnPort } from './exporter.ts'
import { checkedContents } from './exporter-person.ts'
import {
  downloadedFile,
  fillIn,
  lacksFirefox,
  openTab,
  pressIn,
  startFirefox,
  tickIn,
  untilHeadingIn,
} from './firefox.ts'
import type { Page } from 'puppeteer-core'

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
})
