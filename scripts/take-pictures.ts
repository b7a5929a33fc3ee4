/*
 * `npm run pictures`: takes a picture of every page of the exporter, in light, in dark and on a phone, into
 * `docs/pictures`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { startChromium } from '../packages/throughline/test/browser/chromium.ts'
import { startProgramOnPort } from '../packages/throughline/test/browser/exporter.ts'
import { openBrowser } from '../packages/throughline/test/browser/exporter-person.ts'
import {
  unfinishedVideo,
  walkExporter,
  type Stop,
} from '../packages/throughline/test/browser/exporter-walk.ts'
import { toPalettePng } from './palette-png.ts'

const FOLDER = join(import.meta.dirname, '../docs/pictures')
const NAMES: Readonly<Partial<Record<Stop, string>>> = {
  home: 'home',
  terms: 'terms',
  connect: 'connect',
  profile: 'profile',
  chosen: 'videos',
  done: 'done',
  privacy: 'privacy',
}
const DESK = { viewport: { width: 1000, height: 640 } }
const PHONE = {
  viewport: { width: 390, height: 760 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
}

const ends: (() => unknown)[] = []
const whole = { after: (end: () => unknown) => void ends.push(end) }

/** Walks once, and takes each page in each of the looks. */
async function takeAll(
  options: BrowserContextOptions,
  looks: Readonly<Record<string, 'light' | 'dark'>>,
): Promise<void> {
  const browser = await startChromium()
  whole.after(() => browser.close())
  const program = await startProgramOnPort(whole, { simulator: unfinishedVideo })
  const person = await openBrowser(whole, browser, { reducedMotion: 'reduce', ...options })
  const page = await person.context.newPage()
  await walkExporter(page, program.origin, async (stop) => {
    const name = NAMES[stop]
    if (name === undefined) return
    for (const [look, colorScheme] of Object.entries(looks)) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate('scrollTo(0, 0)')
      await page.mouse.move(0, 0)
      const picture = toPalettePng(await page.screenshot({ fullPage: true }))
      await writeFile(join(FOLDER, `${name}-${look}.png`), picture)
      console.log(`docs/pictures/${name}-${look}.png: ${picture.length} bytes`)
    }
  })
}

await mkdir(FOLDER, { recursive: true })
try {
  await takeAll(DESK, { light: 'light', dark: 'dark' })
  await takeAll(PHONE, { phone: 'light' })
} finally {
  for (const end of ends.toReversed()) await end()
}
