/*
 * A grid of many rows in a real browser: chosen from with mouse and keyboard, over pages, sorting and a filter.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, test, type TestContext } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import { app, dataGrid, text, textInput, type PageFunction } from '../../src/index.ts'
import { loadAssets } from '../../src/server/assets.ts'
import { startProgram } from '../../src/testing/program.ts'
import { createGate } from '../journeys/streamed.ts'
import { startChromium } from './chromium.ts'

const PATIENCE_MS = 10_000
const PHONE = { width: 390, height: 800 }
const PICTURE = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

const rows = Array.from({ length: 1200 }, (_, index) => ({
  id: `v${index}`,
  picture: PICTURE,
  name: `Film ${index}`,
  minutes: (index * 37) % 101,
}))

const options = {
  key: 'films',
  select: 'many',
  pageSize: 50,
  label: 'name',
  columns: {
    picture: { label: 'Picture', kind: 'picture' },
    name: 'Title',
    minutes: 'Minutes',
  },
} as const

const films: PageFunction = () => {
  const word = textInput('Search')
  const chosen = dataGrid(rows, { ...options, shown: ({ name }) => name.includes(word) })
  text(`Chosen: ${chosen.map(({ id }) => id).join(' ') || 'none'}.`)
}

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

async function open(t: TestContext, page: PageFunction = films): Promise<Page> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const publicUrl = `http://127.0.0.1:${port}`
  const program = startProgram(app(page), { publicUrl, assets: loadAssets() })
  const listener = getRequestListener(program.fetch, { overrideGlobalObjects: false })
  server.on('request', (request, response) => void listener(request, response))
  const context = await browser.newContext()
  context.setDefaultTimeout(PATIENCE_MS)
  t.after(async () => {
    await context.close()
    server.closeAllConnections()
    server.close()
    await program.close()
  })
  const tab = await context.newPage()
  await tab.goto(publicUrl, { waitUntil: 'commit' })
  return tab
}

const says = (tab: Page, words: string) => tab.getByText(words, { exact: true }).waitFor()
const box = (tab: Page, name: string) => tab.getByRole('checkbox', { name, exact: true })
const press = (tab: Page, name: string) => tab.getByRole('button', { name, exact: true }).click()

describe('dataGrid() in a browser', () => {
  test('is chosen from over pages, sorting and a filter', async (t) => {
    const tab = await open(t)
    const search = async (word: string) => {
      await tab.getByLabel('Search').fill(word)
      await tab.getByLabel('Search').press('Tab')
    }
    await box(tab, 'Film 3').check()
    await says(tab, 'Chosen: v3.')
    await press(tab, 'Next page')
    await says(tab, '51–100 of 1,200')
    await box(tab, 'Film 60').check()
    await says(tab, 'Chosen: v3 v60.')
    await press(tab, 'Previous page')
    await says(tab, '1–50 of 1,200')
    assert.ok(await box(tab, 'Film 3').isChecked())

    await press(tab, 'Minutes')
    await tab
      .getByRole('columnheader', { name: 'Minutes' })
      .and(tab.locator('[aria-sort=ascending]'))
      .waitFor()
    await box(tab, 'Film 101').check()
    await says(tab, 'Chosen: v3 v60 v101.')
    await search('Film 119')
    await says(tab, '3 of 1,200 selected, 11 shown')
    await press(tab, 'Select all')
    await says(tab, '14 of 1,200 selected, 11 shown')
    await search('')
    await says(tab, '14 of 1,200 selected')
    await press(tab, 'Select none')
    await says(tab, 'Chosen: none.')
    assert.equal(await tab.getByRole('checkbox', { checked: true }).count(), 0)
  })

  test('is sorted, turned and chosen from by the keyboard alone, which keeps its place', async (t) => {
    const tab = await open(t)
    const focused = () =>
      tab.evaluate(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
      )
    const tabTo = async (name: string) => {
      for (let steps = 0; steps < 80; steps += 1) {
        if (String(await focused()).startsWith(name)) return
        await tab.keyboard.press('Tab')
      }
      assert.fail(`Tab does not lead to ${name}`)
    }
    await tab.getByLabel('Search').focus()
    await tabTo('Minutes')
    await tab.keyboard.press('Enter')
    await tab.locator('[aria-sort=ascending]').waitFor()
    assert.match(String(await focused()), /^Minutes/)
    await tab.keyboard.press('Enter')
    await tab.locator('[aria-sort=descending]').waitFor()
    await tab.keyboard.press('Tab')
    await tab.keyboard.press('Space')
    await tab.getByText(/^Chosen: v\d+\.$/).waitFor()
    await tabTo('Next page')
    await tab.keyboard.press('Enter')
    await says(tab, '51–100 of 1,200')
    assert.equal(await focused(), 'Next page')
    await tab.keyboard.press('Enter')
    await says(tab, '101–150 of 1,200')
    await says(tab, '1 of 1,200 selected')
  })

  test('keeps what is ticked while rows are still on their way', async (t) => {
    const gate = createGate()
    const tab = await open(t, async () => {
      async function* arriving() {
        yield rows.slice(0, 100)
        await gate.opened
        yield rows
      }
      const chosen = await dataGrid(arriving(), options)
      text(`Chosen: ${chosen.map(({ id }) => id).join(' ') || 'none'}.`)
    })
    await says(tab, '0 of 100 selected, more on the way…')
    await box(tab, 'Film 3').check()
    gate.open()
    await says(tab, 'Chosen: v3.')
    await says(tab, '1 of 1,200 selected')
    assert.ok(await box(tab, 'Film 3').isChecked())
  })

  test('fits a phone: the page does not scroll sideways, and pictures hold their place', async (t) => {
    const tab = await open(t)
    await says(tab, '1–50 of 1,200')
    await tab.setViewportSize(PHONE)
    const widths = await tab.evaluate('[document.documentElement.scrollWidth, innerWidth]')
    assert.deepEqual(widths, [PHONE.width, PHONE.width])
    const sizes = await tab
      .locator('tbody img')
      .evaluateAll((all) =>
        all
          .map((one) => one.getBoundingClientRect())
          .map(({ width, height }) => `${width}×${height}`),
      )
    assert.equal(new Set(sizes).size, 1, sizes[0])
    const title = tab.getByRole('rowheader', { name: 'Film 3', exact: true })
    const left = async () => (await title.boundingBox())?.x ?? -1
    await tab.locator('.tl-scroll').evaluate((region) => (region.scrollLeft = 500))
    assert.ok((await left()) >= 0, 'a title stays beside what belongs to it')
    const next = await tab.getByRole('button', { name: 'Next page' }).boundingBox()
    assert.ok(next !== null && next.width >= 44 && next.height >= 40)
  })
})
