/*
 * What every test of the browser program stands on: one Chromium per file, a fresh server and browser context
 * per test. Scripts for the page are strings, as this project has no types of the DOM.
 */
import { after, afterEach, before } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { PART } from '../../src/protocol/attributes.ts'
import { startChromium } from './chromium.ts'
import { startServer } from './scripted-server.ts'
import type { ScriptedServer, Written } from './scripted-server.ts'

const PATIENCE_MS = 20_000

/** The stage of one test file. */
export interface Stage {
  /** The server of the present test. */
  readonly server: ScriptedServer
  /** The browser context of the present test. */
  readonly context: BrowserContext
  /** Starts a server and opens its page; `prepare` is a script that runs before the page's own. */
  openPage(
    written: Written | ((path: string, cookie: string) => Written),
    path?: string,
    prepare?: string,
  ): Promise<Page>
  /** Opens another tab of the same browser. */
  openTab(path?: string): Promise<Page>
}

/** Sets the stage of a file. */
export function setStage(): Stage {
  let browser: Browser
  let context: BrowserContext
  let server: ScriptedServer
  before(async () => {
    browser = await startChromium()
  })
  after(() => browser.close())
  afterEach(async () => {
    await context.close()
    await server.close()
  })

  async function openTab(path = '/'): Promise<Page> {
    const page = await context.newPage()
    await page.goto(server.origin + path)
    return page
  }

  return {
    get server() {
      return server
    },
    get context() {
      return context
    },
    async openPage(written, path, prepare) {
      server = await startServer((at, { headers }) =>
        typeof written === 'function' ? written(at, headers.cookie ?? '') : written,
      )
      context = await browser.newContext()
      context.setDefaultTimeout(PATIENCE_MS)
      if (prepare !== undefined) await context.addInitScript(prepare)
      return openTab(path)
    },
    openTab,
  }
}

/** Presses a button by its value. */
export async function press(page: Page, value: string): Promise<void> {
  await page.locator(`button[value="${value}"]`).click({ noWaitAfter: true })
}

/** Reads the ids of the view's elements, in order. */
export function viewIds(page: Page): Promise<string[]> {
  return page.locator(`#${PART.view} > *`).evaluateAll((all) => all.map(({ id }) => id))
}

/** Reads a hidden field of ours. */
export function hiddenField(page: Page, name: string): Promise<string> {
  return page.locator(`input[type=hidden][name="${name}"]`).first().inputValue()
}

/** Resolves when the document is called so. */
export async function untilTitle(page: Page, title: string): Promise<void> {
  await page.waitForFunction(`document.title === ${JSON.stringify(title)}`)
}

/** Shows or hides a page as far as its program can tell. */
export async function setVisibility(page: Page, state: 'visible' | 'hidden'): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))`)
}
