/*
 * Several at once: two people who never see each other's data, and two tabs of one person.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import { download, openBrowser, openPage, reachVideos, untilHeading } from './exporter-person.ts'

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

const emailOf = (page: Page) => page.getByRole('textbox', { name: 'Primary e-mail' })
const titlesOf = (page: Page) =>
  page.getByRole('region', { name: 'videos' }).getByRole('checkbox').evaluateAll(namesOf)
const namesOf = (boxes: unknown[]) =>
  (boxes as { labels: { textContent: string }[] }[]).map(({ labels }) => labels[0]?.textContent)

const ADAS = ['Interview', 'Interview', 'Harbour at dawn', 'Colour chart: 4/3, "final" <v2>']
const GRACES = ['Mandelbrot dive 🌀', 'Grüße aus Zürich']

describe('two people at once', () => {
  test('see their own videos, names and files, and never the other’s', async (t) => {
    const program = await startProgramOnPort(t)
    const [adas, graces] = [await openBrowser(t, browser), await openBrowser(t, browser)]
    const [ada, grace] = await Promise.all([
      reachVideos(adas, program.origin, 'Ada Example', 'ada@example.com'),
      reachVideos(graces, program.origin, 'Grace Sample', 'grace@example.com'),
    ])
    assert.deepEqual(await titlesOf(ada), ADAS)
    assert.deepEqual(await titlesOf(grace), GRACES)

    await ada.getByRole('button', { name: 'Select all' }).click()
    await ada.getByText('4 videos chosen').waitFor()
    assert.equal(await grace.getByText('0 videos chosen, 0 B').count(), 1)
    const file = await download(ada)
    await untilHeading(ada, 'All done')
    assert.equal(new URL(grace.url()).pathname, '/videos')
    const stolen = await graces.context.request.get(file.url())
    assert.equal(stolen.status(), 404)
    assert.match(await stolen.text(), /This download is no longer there/)
    const own = await adas.context.request.get(file.url())
    assert.equal(own.status(), 200)

    await Promise.all([ada.goto(`${program.origin}/profile`), grace.reload()])
    await untilHeading(ada, 'Welcome back, Ada Example')
    assert.equal(await emailOf(ada).inputValue(), 'ada@example.com')
    await grace.goto(`${program.origin}/profile`)
    await untilHeading(grace, 'Welcome back, Grace Sample')
    assert.equal(await emailOf(grace).inputValue(), 'grace@example.com')
    assert.deepEqual([...adas.troubles, ...graces.troubles], [])
  })
})

describe('two tabs of one person', () => {
  test('keep what was entered in each, also over a reload', async (t) => {
    const program = await startProgramOnPort(t)
    const person = await openBrowser(t, browser)
    const first = await reachVideos(person, program.origin)
    const second = await openPage(person, `${program.origin}/videos`)
    await first.getByRole('checkbox', { name: 'Harbour at dawn' }).check()
    await first.getByText('1 video chosen, 124 kB').waitFor()
    await second.getByRole('button', { name: 'Select all' }).click()
    await second.getByText('4 videos chosen, 489 kB').waitFor()
    await second.getByRole('checkbox', { name: 'Harbour at dawn' }).uncheck()
    await second.getByText('3 videos chosen, 365 kB').waitFor()
    await Promise.all([first.reload(), second.reload()])
    await first.getByText('1 video chosen, 124 kB').waitFor()
    await second.getByText('3 videos chosen, 365 kB').waitFor()
    assert.ok(await first.getByRole('checkbox', { name: 'Harbour at dawn' }).isChecked())
    assert.ok(!(await second.getByRole('checkbox', { name: 'Harbour at dawn' }).isChecked()))

    for (const [page, email] of [
      [first, 'first@example.com'],
      [second, 'second@example.com'],
    ] as const) {
      await page.goto(`${program.origin}/profile`)
      await emailOf(page).fill(email)
      await page.getByRole('heading').click()
    }
    await Promise.all([first.reload(), second.reload()])
    await untilHeading(first, 'Welcome back, Ada Example')
    assert.equal(await emailOf(first).inputValue(), 'first@example.com')
    assert.equal(await emailOf(second).inputValue(), 'second@example.com')
    assert.deepEqual(person.troubles, [])
  })

  test('each get the files that were chosen there, and only that tab goes on', async (t) => {
    const program = await startProgramOnPort(t)
    const person = await openBrowser(t, browser)
    const first = await reachVideos(person, program.origin)
    const second = await openPage(person, `${program.origin}/videos`)
    await first.getByRole('checkbox', { name: 'Harbour at dawn' }).check()
    await first.getByText('1 video chosen').waitFor()
    await second.getByRole('checkbox', { name: 'Colour chart' }).check()
    await second.getByText('1 video chosen, 303 kB').waitFor()
    await download(first)

    await first.getByText('You downloaded 1 video, 124 kB').waitFor()
    await first.getByRole('cell', { name: '124 kB' }).waitFor()
    assert.equal(new URL(second.url()).pathname, '/videos')
    await download(second)
    await second.getByText('You downloaded 1 video, 303 kB').waitFor()
    assert.deepEqual(person.troubles, [])
  })
})
