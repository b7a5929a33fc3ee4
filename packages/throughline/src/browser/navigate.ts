/*
 * Which URL the document stands for. A page of the app changes without a new document: the address bar, the
 * history, the scroll position and the focus of a screen reader follow here.
 */
import { TAB_PARAMETER } from '../protocol/fields.ts'
import { cleanLinks, pageUrl, setPageUrl, withoutTab } from './page.ts'
import type { Page } from './page.ts'

let awaitsHeading = false
let focused: Element | null = null

/** Shows that the script switched to another page: its elements follow. */
export function goTo(page: Page, url: string, byPerson: boolean): void {
  const path = withoutTab(url)
  if (byPerson && path !== withoutTab(location.href)) history.pushState(null, '', path)
  else history.replaceState(history.state, '', path)
  setPageUrl(page, path)
  scrollTo({ top: 0, behavior: 'instant' })
  awaitsHeading = true
}

/** Leaves the document: for another origin, a file, or a fresh document. */
export function leaveTo(url: string, byPerson: boolean): void {
  const target = new URL(url, location.href)
  if (!/^https?:$/.test(target.protocol)) return
  if (byPerson) location.assign(target)
  else location.replace(target)
}

/** Focuses the heading of a page that was just gone to, as soon as there is one, so that it is read out. */
export function focusHeading(root: Element): void {
  if (!awaitsHeading) return
  const heading = root.querySelector<HTMLElement>('h1, h2')
  if (heading === null) return
  awaitsHeading = false
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}

/** Notes what has the focus: a run may take it away. */
export function noteFocus(): void {
  focused = document.activeElement
}

/** Gives the focus to the heading where a run took away what had it. */
export function regainFocus(root: Element): void {
  if (document.activeElement === document.body) awaitsHeading ||= focused?.isConnected === false
  focusHeading(root)
}

/** Gives the focus to the heading where what has it is about to go. */
export function passFocus(from: Element): void {
  if (!from.contains(document.activeElement)) return
  awaitsHeading = true
  focusHeading(document.body)
  awaitsHeading = false
}

/** Takes the tab's id out of the address bar and the links, and asks when back and forward change the page. */
export function watchHistory(page: Page, ask: () => void): void {
  if (location.search.includes(`${TAB_PARAMETER}=`))
    history.replaceState(history.state, '', withoutTab(location.href))
  cleanLinks(document)
  addEventListener('popstate', () => {
    const path = withoutTab(location.pathname + location.search)
    if (path === pageUrl(page)) return
    setPageUrl(page, path)
    ask()
  })
}
