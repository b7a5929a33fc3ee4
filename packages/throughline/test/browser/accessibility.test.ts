/*
 * Every page of the exporter as assistive technology meets it: axe, an engine of other people's, judges it by the
 * rules of WCAG 2.2 AA, in light, in dark and at the width of a phone.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import { openBrowser } from './exporter-person.ts'
import { unfinishedVideo, walkExporter, type Stop } from './exporter-walk.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const GRAVE = ['serious', 'critical']
const DESK = { width: 1280, height: 1024 }
const LOOKS = [
  { name: 'light', colorScheme: 'light', size: DESK },
  { name: 'dark', colorScheme: 'dark', size: DESK },
  { name: 'phone', colorScheme: 'light', size: { width: 390, height: 844 } },
] as const

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

/** What axe finds grave on a page, a line for each element. */
async function findingsOn(page: Page): Promise<string[]> {
  const options = JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] })
  await page.evaluate(`typeof axe === 'undefined' && (() => { ${axe.source} })()`)
  const found: axe.AxeResults = await page.evaluate(`axe.run(document, ${options})`)
  assert.ok([...found.passes, ...found.inapplicable].some(({ id }) => id === 'target-size'))
  return found.violations
    .filter(({ impact }) => GRAVE.includes(impact ?? ''))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    )
}

describe('every page of the exporter', () => {
  test('meets WCAG 2.2 AA by the rules of axe, in light, in dark and on a phone', async (t) => {
    const program = await startProgramOnPort(t, { simulator: unfinishedVideo })
    const person = await openBrowser(t, browser, { reducedMotion: 'reduce' })
    const page = await person.context.newPage()
    const findings: string[] = []
    const stops: Stop[] = []
    await walkExporter(page, program.origin, async (stop) => {
      stops.push(stop)
      for (const { name, colorScheme, size } of LOOKS) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize(size)
        findings.push(...(await findingsOn(page)).map((each) => `${stop}, ${name}: ${each}`))
      }
    })
    assert.equal(new Set(stops).size, 10)
    assert.equal(findings.join('\n'), '')
  })

  test('is judged by an axe that tells a button without a name and grey on grey', async (t) => {
    const { context } = await openBrowser(t, browser)
    const page = await context.newPage()
    await page.setContent(
      '<!doctype html><html lang="en"><title>T</title><main><h1>H</h1><button></button>' +
        '<p style="color:#999;background:#aaa">grey</p><ul><li>1</li></ul><a href="/">A</a></main>',
    )
    const rules = (await findingsOn(page)).map((finding) => finding.split(':')[0] ?? '')
    assert.deepEqual(rules.toSorted(), ['button-name', 'color-contrast'])
  })
})
