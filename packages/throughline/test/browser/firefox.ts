/*
 * A person with a Firefox, through WebDriver BiDi, which an ordinary Firefox speaks by itself. What they do is named
 * as in `exporter-person.ts`: by the roles and names that they see or hear.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import puppeteer from 'puppeteer-core'
import type { Browser, BrowserContext, Page } from 'puppeteer-core'

const NAMES = ['firefox-esr', 'firefox']
const PATIENCE_MS = 20_000
const LOOK_AGAIN_MS = 50

/** Why there can be no test with Firefox here, in one sentence; undefined where there is one. */
export const lacksFirefox: string | undefined =
  findFirefox() === undefined
    ? 'no Firefox on this machine (Debian: apt-get install firefox-esr; or FIREFOX_PATH=/path/to/firefox)'
    : undefined

/** A Firefox, and the folder that its downloads go to. */
export interface Firefox {
  readonly browser: Browser
  readonly downloads: string
}

function findFirefox(): string | undefined {
  const named = process.env['FIREFOX_PATH']
  if (named !== undefined && named !== '') return named
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync)
}

/** Starts a Firefox without a past; ended with the test, its downloads with it. */
export async function startFirefox(test: { after(fn: () => unknown): void }): Promise<Firefox> {
  const executablePath = findFirefox()
  if (executablePath === undefined) throw new Error(lacksFirefox)
  const downloads = await mkdtemp(join(tmpdir(), 'throughline-firefox-'))
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      'browser.download.dir': downloads,
      'browser.download.folderList': 2,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
      'dom.disable_open_during_load': false,
    },
  })
  test.after(async () => {
    await browser.close()
    await rm(downloads, { recursive: true, force: true })
  })
  return { browser, downloads }
}

/** Opens a page of the program in a new tab. */
export async function openTab(of: Browser | BrowserContext, url: string): Promise<Page> {
  const page = await of.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(url)
  return page
}

/** Presses a button by its name. */
export async function pressIn(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="button"])`).click()
}

/** Resolves when a heading of this name is shown. */
export async function untilHeadingIn(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="heading"])`).wait()
}

/** Resolves when a text that holds these words is shown. */
export async function untilTextIn(page: Page, words: string): Promise<void> {
  await page.locator(`::-p-text(${words})`).wait()
}

/** Waits for a tab that the browser itself has opened, at an address that begins so. */
export async function openedTab(browser: Browser, begin: string): Promise<Page> {
  const options = { timeout: PATIENCE_MS }
  const target = await browser.waitForTarget((each) => each.url().startsWith(begin), options)
  const page = await target.page()
  if (page === null) throw new Error(`What was opened at ${begin} is no tab.`)
  page.setDefaultTimeout(PATIENCE_MS)
  return page
}

/** Types into a field by its name. */
export async function fillIn(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="textbox"])`).fill(value)
}

/** Ticks a checkbox by its name. */
export async function tickIn(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="checkbox"])`).click()
}

/** Waits for a file that has been downloaded to its end; its path. */
export async function downloadedFile({ downloads }: Firefox): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    const names = await readdir(downloads)
    const [whole] = names.filter((name) => !name.endsWith('.part'))
    if (whole !== undefined && names.length === 1) return join(downloads, whole)
    await setTimeout(LOOK_AGAIN_MS)
  }
  throw new Error(`No file came within ${PATIENCE_MS} ms.`)
}
