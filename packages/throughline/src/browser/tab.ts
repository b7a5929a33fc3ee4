/*
 * Which tab this document is. The id lies in sessionStorage; two live documents with one id (a duplicated tab, a
 * popup, a new tab that came back from a provider) notice by a Web Lock, and the newer goes on with a copy.
 */
import { FIELD, TAB_COOKIE } from '../protocol/fields.ts'
import { forgetRuns } from './apply.ts'
import { holdLock } from './lock.ts'
import { loadItem, readField, storeItem, writeField } from './page.ts'
import type { Page } from './page.ts'

const TAB_KEY = 'tl-tab'
const ID_BYTES = 16
/** A document that is being left may hold its lock a moment longer. */
const LOCK_PATIENCE_MS = 250
const COOKIE_SECONDS = 10
/** A cookie that outlives its purpose (a download leaves no document) would make the next new tab a copy. */
const COOKIE_LEFT_OVER_MS = 3000

/** The tab's identity. */
export interface Tab {
  /** Finds out which tab this is, and asks for the view when it is another than the document says. */
  claim(): Promise<void>
  /** Goes on under an id that the server gave. */
  rename(id: string): void
  /** Gives the id free for another document. */
  release(): void
}

/** Makes the identity of a page's tab. */
export function createTab(page: Page, askWhole: (copy?: string) => void): Tab {
  let release = () => {}

  function take(id: string): void {
    if (id !== readField(page, FIELD.tab)) forgetRuns(page)
    writeField(page, FIELD.tab, id)
    storeItem(TAB_KEY, id)
  }

  /** Resolves to false when another live document holds the id. */
  async function hold(id: string): Promise<boolean> {
    release()
    const waiting = new AbortController()
    const patience = setTimeout(async () => {
      // A busy browser grants late: it answers in order, so what it has not granted by now is held by another.
      await navigator.locks.query()
      waiting.abort(id)
    }, LOCK_PATIENCE_MS)
    release = () => waiting.abort()
    const free = await holdLock(`tl-tab:${id}`, waiting.signal)
    clearTimeout(patience)
    if (free !== undefined) release = free
    return waiting.signal.reason !== id
  }

  return {
    async claim() {
      const said = readField(page, FIELD.tab)
      const own = loadItem(TAB_KEY) || said
      take(own)
      if (await hold(own)) {
        if (own !== said) askWhole()
        return
      }
      const copy = createTabId()
      take(copy)
      askWhole(own)
      await hold(copy)
    },
    rename(id) {
      if (id === readField(page, FIELD.tab)) return
      take(id)
      void hold(id)
    },
    release: () => release(),
  }
}

/** Names the tab to the request that replaces this document, so that its values are there at once. */
export function watchLeaving(page: Page): void {
  writeCookie('', 0)
  addEventListener('beforeunload', () => {
    writeCookie(readField(page, FIELD.tab), COOKIE_SECONDS)
    setTimeout(() => writeCookie('', 0), COOKIE_LEFT_OVER_MS)
  })
}

function writeCookie(value: string, seconds: number): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  // oxlint-disable-next-line unicorn/no-document-cookie -- the Cookie Store API is asynchronous: too late here
  document.cookie = `${TAB_COOKIE}=${value}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`
}

/** 128 unguessable bits as 22 base64url characters. */
function createTabId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES))
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
