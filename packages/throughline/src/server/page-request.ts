/*
 * What all requests for a page have in common: whose they are, which tab, and how a run is asked for.
 */
import {
  FRAMES_TYPE,
  HEADER,
  POPUP_PARAMETER,
  TAB_COOKIE,
  TAB_PARAMETER,
} from '../protocol/fields.ts'
import { isThroughlineError } from '../base/error.ts'
import { createId } from '../base/random.ts'
import {
  establishSession,
  formToken,
  toSession,
  type PresentBrowser,
} from '../session/browser-identity.ts'
import { cookieValues, serializeCookie } from '../session/cookie.ts'
import {
  lineOf,
  type SentInteraction,
  type TabOutput,
  type TabRequest,
} from '../script/tab-request.ts'
import type { Caller } from '../session/caller.ts'
import type { SessionRecord } from '../store/session-store.ts'
import { readTabId } from './interaction.ts'
import type { Program } from './program.ts'

/** A request for a page of the app. */
export interface PageRequest {
  readonly request: Request
  readonly url: URL
  /** The page's path. */
  readonly page: string
  readonly browser: PresentBrowser
  readonly caller: Caller
}

/** Whether the browser program asks, and wants frames. */
export function wantsFrames(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes(FRAMES_TYPE)
}

/** Finds which tab a document is for: by its URL, by the cookie of the document it replaces, or a new one. */
export function tabOfDocument(program: Program, { request, url }: PageRequest): string {
  const named = readTabId(url.searchParams.get(TAB_PARAMETER))
  const [left] = cookieValues(request.headers.get('cookie') ?? undefined, TAB_COOKIE)
  return named ?? readTabId(left) ?? createTabId(program)
}

/** Makes a tab's id. */
export function createTabId(program: Program): string {
  return createId(program.identity.random)
}

/** The tab that a question is about, and the one whose values a duplicated tab starts with. */
export function tabOfQuestion({ request }: PageRequest): {
  readonly tabId: string | undefined
  readonly copyOf: string | undefined
} {
  return {
    tabId: readTabId(request.headers.get(HEADER.tab)),
    copyOf: readTabId(request.headers.get(HEADER.copy)),
  }
}

/** The cookies that an answer to this browser sets. */
export function cookiesFor(program: Program, browser: PresentBrowser): readonly string[] {
  const { ring, cookie } = program.identity
  const isSet = browser.kind === 'known' || !browser.isFresh
  return isSet ? [] : [serializeCookie(ring, browser.cookieId, cookie)]
}

/** The form token that belongs to this browser's cookie. */
export function tokenFor(program: Program, browser: PresentBrowser): string {
  return formToken(program.identity.ring, browser.cookieId)
}

/** What a run of a page is asked with. */
export interface RunOfPage {
  readonly tabId: string
  readonly copyOf?: string | undefined
  readonly kind: TabRequest['kind']
  readonly interaction?: SentInteraction
  readonly notice?: string | undefined
  readonly shownRun: number
  readonly output: TabOutput
  readonly inLinks: boolean
}

/** Puts a request for a run together. */
export function toTabRequest(program: Program, page: PageRequest, run: RunOfPage): TabRequest {
  const { browser, caller, request } = page
  const { tabId, copyOf, kind, interaction, notice, shownRun, output, inLinks } = run
  return {
    session: sessionOf(program, browser),
    caller,
    isStored: browser.kind === 'known',
    establish: async () => {
      if (browser.kind === 'new' && browser.isFresh) return false
      const session = await establishIfRoom(program, page)
      return session?.key === sessionOf(program, browser).key
    },
    tabId,
    page: page.page,
    kind,
    runAtLeast: shownRun + 1,
    output,
    isGone: () => request.signal.aborted,
    ...(copyOf === undefined ? {} : { copyOf }),
    ...(interaction === undefined ? {} : { interaction }),
    ...(notice === undefined ? {} : { notice }),
    ...(inLinks ? { tabInLinks: tabId } : {}),
  }
}

/** A page that has something to remember is shown also where there is no room to remember it. */
async function establishIfRoom(
  program: Program,
  { browser, caller }: PageRequest,
): Promise<SessionRecord | undefined> {
  try {
    return await establishSession(program.identity, browser, caller.network)
  } catch (error) {
    if (isThroughlineError(error, 'session.too-many')) return undefined
    throw error
  }
}

/** The session of a browser, stored or not yet. */
function sessionOf(program: Program, browser: PresentBrowser): SessionRecord {
  return toSession(program.identity, browser)
}

/** Names the line of a browser's tab. */
export function lineFor(program: Program, browser: PresentBrowser, tabId: string): string {
  return lineOf(sessionOf(program, browser).key, tabId)
}

/** Where a popup that was opened from this page ends. */
export function popupPath(page: string, tabId: string): string {
  return `${pathWithTab(page, tabId)}&${POPUP_PARAMETER}=1`
}

/** A page's path with the tab's id, for answers to browsers that may have no JavaScript. */
export function pathWithTab(path: string, tabId: string): string {
  return `${path}?${TAB_PARAMETER}=${tabId}`
}
