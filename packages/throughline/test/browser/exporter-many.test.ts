/*
 * The exporter for somebody with ten thousand videos.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import { acceptTerms, connectAs, openBrowser, openPage, press } from './exporter-person.ts'

const VIDEOS = 10_000
const PAGE_SIZE = 50
const PATIENCE_MS = 30_000

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

const rowsOf = (page: Page) => page.locator('tbody tr')
const titlesOf = (page: Page) => page.getByRole('rowheader').allInnerTexts()
const until = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor()

/** Types what is to be found, and leaves the field. */
async function search(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Search' }).fill(words)
  await page.keyboard.press('Tab')
}

describe('ten thousand videos', () => {
  test('show while they come, and are found, chosen, sorted and turned without a heavy page', async (t) => {
    const program = await startProgramOnPort(t, {
      simulator: { generate: VIDEOS, switches: { requestsPerMinute: 10_000 } },
    })
    const person = await openBrowser(t, browser)
    person.context.setDefaultTimeout(PATIENCE_MS)
    const page = await openPage(person, program.origin)
    await acceptTerms(page)
    await connectAs(page, 'Ada Example')
    program.simulator.setSwitches({ delayMilliseconds: 10 })
    await press(page, 'Save and continue')

    await page.getByRole('progressbar').waitFor()
    await rowsOf(page)
      .nth(PAGE_SIZE - 1)
      .waitFor()
    await until(page, 'more on the way…')
    const progress = page.getByText(/^\d+ of 10000 videos/)
    const early = await progress.innerText()
    assert.ok(Number.parseInt(early, 10) < VIDEOS / 2, `${early} when its first rows stood there`)
    await page.getByText(early).waitFor({ state: 'detached' })
    await until(page, '0 videos chosen, 0 B')
    assert.equal(await page.getByRole('progressbar').count(), 0)
    await until(page, '1–50 of 10,000')
    assert.equal(await rowsOf(page).count(), PAGE_SIZE)

    await search(page, 'lisbon 09993')
    await until(page, '0 of 10,000 selected, 1 shown')
    assert.match((await titlesOf(page)).join(), / in Lisbon 09993$/)
    await search(page, 'concert')
    await until(page, /0 of 10,000 selected, 1,4\d\d shown/)
    await press(page, 'Select all')
    await until(page, /^1,4\d\d of 10,000 selected, 1,4\d\d shown/)
    await search(page, '')
    await until(page, /^1,4\d\d of 10,000 selected$/)
    assert.match(await page.getByText(/videos chosen/).innerText(), /^14\d\d videos chosen, /)

    await page.getByRole('button', { name: /^Title/ }).click()
    await page.locator('[aria-sort=ascending]').waitFor()
    const sorted = await titlesOf(page)
    assert.match(sorted[0] ?? '', /^Concert in /)
    assert.deepEqual(sorted, sorted.toSorted(new Intl.Collator('en').compare))
    await press(page, 'Last page')
    await until(page, '9,951–10,000 of 10,000')
    assert.match((await titlesOf(page)).at(-1) ?? '', /^Webinar in /)
    await press(page, 'Previous page')
    await until(page, '9,901–9,950 of 10,000')

    assert.equal(await rowsOf(page).count(), PAGE_SIZE)
    const elements = Number(await page.evaluate('document.querySelectorAll("*").length'))
    assert.ok(elements < 1500, `${elements} elements`)
    assert.deepEqual(person.troubles, [])
  })
})
