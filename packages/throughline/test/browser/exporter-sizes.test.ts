/*
 * The exporter on a phone, by finger, and on a screen that is enlarged to twice its size.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { startChromium } from './chromium.ts'
import { startProgramOnPort } from './exporter.ts'
import { openBrowser } from './exporter-person.ts'
import { mouse, unfinishedVideo, walkExporter, type Hand } from './exporter-walk.ts'
import { inspectLayout } from './layout.ts'

const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 3,
  isMobile: true,
  hasTouch: true,
}
/** A window of 1280 × 1024, seen at 200 %. */
const ENLARGED = { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 }

let browser: Browser
before(async () => {
  browser = await startChromium()
})
after(() => browser.close())

const finger: Hand = {
  press: (control) => control.tap(),
  tick: (box) => box.tap(),
  type: async (field, text) => {
    await field.tap()
    await field.page().keyboard.type(text)
  },
}

async function assertFits(t: TestContext, options: BrowserContextOptions, hand: Hand) {
  const program = await startProgramOnPort(t, { simulator: unfinishedVideo })
  const person = await openBrowser(t, browser, { reducedMotion: 'reduce', ...options })
  const page = await person.context.newPage()
  const problems: string[] = []
  let controls = 0
  const look = async (stop: string) => {
    const found = await inspectLayout(page)
    problems.push(...found.problems.map((problem) => `${stop}: ${problem}`))
    controls += found.count
  }
  await walkExporter(page, program.origin, look, hand)
  assert.equal(problems.join('\n'), '')
  assert.ok(controls > 60, `${controls} controls`)
}

describe('every page of the exporter', () => {
  test('fits a phone, where each control is reached by a finger and none is covered', async (t) => {
    await assertFits(t, PHONE, finger)
  })

  test('fits a window at 200 %, where no control is cut off or covered', async (t) => {
    await assertFits(t, ENLARGED, mouse)
  })

  test('is found wanting where it does not fit', async (t) => {
    const { context } = await openBrowser(t, browser, PHONE)
    const page = await context.newPage()
    await page.setContent(
      '<!doctype html><meta name="viewport" content="width=device-width"><main style="width:500px">' +
        '<button style="margin-left:400px;width:90px;height:40px">A</button>' +
        '<button style="width:90px;height:40px">B</button>' +
        '<p style="position:fixed;inset:0 auto 0 0;width:100px;background:red"></p></main>',
    )
    const { problems, count } = await inspectLayout(page)
    assert.equal(count, 2)
    assert.match(problems.join('\n'), /sideways[\s\S]*button  B is covered/)
  })
})
