/*
 * What is chosen stays chosen, whatever is on its way when a button is pressed whose answer is a file.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import { download, openBrowser, press, reachVideos } from './exporter-person.ts'

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

describe('videos that are chosen', () => {
  test('stay chosen where a file is asked for while a search is on its way', async (t) => {
    const program = await startProgramOnPort(t)
    const person = await openBrowser(t, browser)
    const page = await reachVideos(person, program.origin)
    await press(page, 'Select all')
    await page.getByText('4 of 4 selected').waitFor()

    // Leaving the field sends the search; the press that takes the focus away follows before the answer.
    await page.getByRole('textbox', { name: 'Search' }).pressSequentially('harb')
    await Promise.all([page.waitForEvent('download'), press(page, 'List for curl')])
    await page.getByText('4 of 4 selected, 1 shown').waitFor()

    await download(page)
    await page.getByText('You downloaded 4 videos').waitFor()
    assert.deepEqual(person.troubles, [])
  })
})
