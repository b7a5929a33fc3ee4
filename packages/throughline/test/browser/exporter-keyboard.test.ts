/*
 * The exporter by keyboard alone: Tab, Shift+Tab, Space, Enter, arrows and letters.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import { openBrowser, reachVideos, untilHeading } from './exporter-person.ts'
import { unfinishedVideo, walkExporter, type Stop } from './exporter-walk.ts'
import { takeKeyboard, type Keyboard } from './keyboard.ts'

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const until = (page: Page, words: string) => page.getByText(words, { exact: true }).waitFor()

/** Filters, sorts and chooses, and leaves all as it was. */
async function useGrid(page: Page, keyboard: Keyboard): Promise<void> {
  const { reach, key, assertFocus } = keyboard
  const search = page.getByRole('textbox', { name: 'Search' })
  await keyboard.type(search, 'interview')
  await key('Tab')
  await until(page, '0 of 4 selected, 2 shown')
  await assertFocus()
  await reach(search)
  await key('Control+A')
  await key('Backspace')
  await reach(page.getByRole('combobox', { name: 'Year' }))
  await until(page, '0 of 4 selected')
  await key('ArrowDown')
  await until(page, '0 of 4 selected, 3 shown')
  await key('ArrowUp')
  await until(page, '0 of 4 selected')
  await assertFocus()

  await reach(page.getByRole('button', { name: /^Title/ }))
  await key('Enter')
  await page.locator('[aria-sort=ascending]').waitFor()
  await assertFocus()
  await key('Enter')
  await page.locator('[aria-sort=descending]').waitFor()
  await key('Enter')
  await page.locator('[aria-sort=descending]').waitFor({ state: 'detached' })
  await assertFocus()

  const dawn = page.getByRole('checkbox', { name: 'Harbour at dawn' })
  await keyboard.tick(dawn)
  await until(page, '1 video chosen, 124 kB')
  await assertFocus()
  await keyboard.press(button(page, 'Select none'))
  await until(page, '0 videos chosen, 0 B')
  await assertFocus()
  await reach(button(page, 'Disconnect Vimeo').or(search).first())
}

describe('the exporter by keyboard alone', () => {
  test('leads from the first page to the last, shows where the focus is, and never loses it', async (t) => {
    const program = await startProgramOnPort(t, { simulator: unfinishedVideo })
    const person = await openBrowser(t, browser, { reducedMotion: 'reduce' })
    const page = await person.context.newPage()
    const keyboard = takeKeyboard(page)
    const stops: Stop[] = []
    const look = async (stop: Stop) => {
      stops.push(stop)
      if (stop !== 'no-such-page') await keyboard.assertFocus()
      if (stop === 'videos') await useGrid(page, keyboard)
      if (stop === 'chosen') await keyboard.tick(page.getByLabel('Captions and subtitles too'))
      if (stop !== 'done') return
      program.simulator.setSwitches({ transcode: 'complete' })
      await keyboard.press(button(page, 'Download the rest'))
      await untilHeading(page, 'All done')
      await keyboard.assertFocus()
    }
    await walkExporter(page, program.origin, look, keyboard)
    assert.equal(stops.length, 10)
    assert.ok(keyboard.looks() > 40, `${keyboard.looks()} places`)
  })

  test('keeps the focus where a press takes away what was pressed', async (t) => {
    const program = await startProgramOnPort(t, { simulator: { generate: 120 } })
    const person = await openBrowser(t, browser, { reducedMotion: 'reduce' })
    const page = await reachVideos(person, program.origin)
    const keyboard = takeKeyboard(page)
    await until(page, '1–50 of 120')
    for (const [name, range] of [
      ['Next page', '51–100 of 120'],
      ['Next page', '101–120 of 120'],
      ['Previous page', '51–100 of 120'],
      ['Previous page', '1–50 of 120'],
      ['Last page', '101–120 of 120'],
      ['First page', '1–50 of 120'],
    ] as const) {
      await keyboard.press(button(page, name))
      await until(page, range)
      await keyboard.assertFocus()
    }
  })
})
