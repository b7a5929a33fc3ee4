/*
 * The page of the simulated spreadsheet in a real browser: typed into by keyboard, changed from elsewhere while it is
 * looked at, in light and dark, on a phone, and without its program.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { startGoogle } from '../../../simulators/src/google/start.ts'
import { startChromium } from './chromium.ts'

const PATIENCE_MS = 10_000
const PHONE = { width: 390, height: 800 }

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

async function open(t: TestContext, options: BrowserContextOptions = {}) {
  const google = await startGoogle()
  const { email } = google.createServiceAccount()
  const id = google.createSpreadsheet({ sheetTitle: 'users', writers: [email] })
  const person = google.person(id)
  for (const [index, key] of ['key', 'b', 'c', 'a'].entries())
    person.type('users', `A${index + 1}`, key)
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE_MS)
  t.after(async () => {
    await context.close()
    await google.close()
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(google.origin)
  return { page, person, complaints }
}

const cell = (page: Page, name: string) => page.getByRole('link', { name, exact: true })

describe('the page of a simulated spreadsheet', () => {
  test('is typed into from cell to cell, and sorted, without a new document', async (t) => {
    const { page, person, complaints } = await open(t)
    await page.evaluate('window.isSame = true')

    await cell(page, 'B1:').click()
    await page.keyboard.type('data')
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Value of B2' }).waitFor()
    await page.keyboard.type('=1+1')
    await page.keyboard.press('Enter')
    await cell(page, 'B2: 2').waitFor()
    await cell(page, 'Column A').click()
    await page.getByRole('button', { name: 'Sort A to Z' }).click()
    await cell(page, 'A2: a').waitFor()

    assert.deepEqual(person.rows('users'), [['key', 'data'], ['a'], ['b', '2'], ['c']])
    assert.equal(await page.evaluate('window.isSame'), true)
    assert.deepEqual(complaints, [])
  })

  test('shows what others change, and leaves what is being typed', async (t) => {
    const { page, person } = await open(t)
    await cell(page, 'B1:').click()
    const field = page.getByRole('textbox', { name: 'Value of B1' })
    await field.fill('half a wo')

    person.type('users', 'A2', '<b>changed</b>')
    person.type('users', 'B1', 'theirs')
    await cell(page, 'A2: <b>changed</b>').waitFor()

    await cell(page, 'B1: theirs').waitFor()
    assert.equal(await field.inputValue(), 'half a wo')
    await field.press('Enter')
    await cell(page, 'B1: half a wo').waitFor()
  })

  test('goes back to what was chosen before', async (t) => {
    const { page } = await open(t)
    await cell(page, 'A1: key').click()
    await cell(page, 'Row 3').click()
    await page.getByRole('button', { name: 'Insert above' }).waitFor()
    await page.goBack()
    await page.getByRole('textbox', { name: 'Value of A1' }).waitFor()
  })

  test('works without its program', async (t) => {
    const { page, person } = await open(t, { javaScriptEnabled: false })
    await cell(page, 'A2: b').click()
    await page.getByRole('textbox', { name: 'Value of A2' }).fill('changed')
    await page.getByRole('button', { name: 'Enter' }).click()
    await cell(page, 'A2: changed').waitFor()
    assert.equal(person.cell('users', 'A2'), 'changed')
  })

  test('fits a phone, in light and in dark', async (t) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(t, { viewport: PHONE, colorScheme })
      await cell(page, 'Column A').click()
      await page.getByRole('button', { name: 'Sort A to Z' }).waitFor()
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.width)
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      assert.equal(ground, colorScheme === 'light' ? 'rgb(243, 245, 247)' : 'rgb(18, 22, 26)')
    }
  })
})
