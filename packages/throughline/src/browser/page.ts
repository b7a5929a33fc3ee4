/*
 * The document as the program knows it: its form, its hidden fields, and which run it shows.
 *
 * Every other file reads and changes these through here. Nothing here talks to the server.
 */
import { ATTRIBUTE, PART } from '../protocol/attributes.ts'
import { FIELD, TAB_PARAMETER } from '../protocol/fields.ts'

/** What the program keeps about its document. */
export interface Page {
  readonly form: HTMLFormElement
  readonly view: HTMLElement
  /** The run whose whole view is displayed; 0 when the view is no run's (cut, yielded, another tab's). */
  shown: number
  /** The run whose patches are being applied; 0 between runs. */
  streaming: number
  /** The newest run that was applied. */
  newest: number
  /** The session's news number that the view has taken into account. */
  news: number
  /** The number of the last interaction. */
  sent: number
}

const NUMBER_KEY = 'tl-number'

/** Finds the parts of the document; undefined when it is none of ours. */
export function readPage(): Page | undefined {
  const form = document.getElementById(PART.form)
  const view = document.getElementById(PART.view)
  if (!(form instanceof HTMLFormElement) || view === null) return undefined
  const page: Page = {
    form,
    view,
    shown: 0,
    streaming: 0,
    newest: 0,
    news: Number(document.body.getAttribute(ATTRIBUTE.news) ?? 0),
    sent: 0,
  }
  page.shown = Number(readField(page, FIELD.run)) || 0
  page.newest = page.shown
  setPageUrl(page, form.getAttribute('action') ?? location.href)
  return page
}

/** Reads one of the hidden fields. */
export function readField(page: Page, name: string): string {
  return hiddenField(page, name).value
}

/** Sets one of the hidden fields, which a form submitted by the browser itself sends as they are. */
export function writeField(page: Page, name: string, value: string): void {
  hiddenField(page, name).value = value
}

/** Takes the next interaction number. The hidden field then holds the one that comes after. */
export function takeNumber(page: Page): number {
  const number = takeHiddenNumber(page)
  writeField(page, FIELD.number, String(number + 1))
  return number
}

/**
 * Takes the next interaction number and leaves it in the hidden field, for a form that the browser submits.
 *
 * It is higher than every number that this tab has used, in this document or an earlier one.
 */
export function takeHiddenNumber(page: Page): number {
  const number = Math.max(
    Number(readField(page, FIELD.number)) || 1,
    Number(loadItem(NUMBER_KEY)) || 1,
  )
  page.sent = number
  writeField(page, FIELD.number, String(number))
  storeItem(NUMBER_KEY, String(number + 1))
  return number
}

/** Tells which run the next request starts from: the one that will be shown once the answers before it are. */
export function startingRun(page: Page): number {
  return page.streaming || page.shown
}

/** Forgets which run is shown: what comes next must be the whole view. */
export function forgetShown(page: Page): void {
  page.shown = 0
  page.streaming = 0
}

/** The path and query that the page's requests go to. */
export function pageUrl(page: Page): string {
  return page.form.getAttribute('action') ?? '/'
}

/** Sets where requests go from now on; the tab's id never stands in a URL while the program lives. */
export function setPageUrl(page: Page, url: string): void {
  page.form.setAttribute('action', withoutTab(url).split('#')[0] ?? '/')
}

/** Takes the tab's id out of a URL of this origin: path, query and fragment are left. */
export function withoutTab(url: string): string {
  const parsed = new URL(url, location.href)
  if (parsed.searchParams.has(TAB_PARAMETER)) parsed.searchParams.delete(TAB_PARAMETER)
  return parsed.pathname + parsed.search + parsed.hash
}

/** Takes the tab's id out of the links into the app. */
export function cleanLinks(root: ParentNode): void {
  for (const link of root.querySelectorAll<HTMLAnchorElement>(
    `a[${ATTRIBUTE.inside}][href*="${TAB_PARAMETER}="]`,
  ))
    link.setAttribute('href', withoutTab(link.href))
}

/** Reads from the tab's own storage; '' when there is nothing or the browser forbids it. */
export function loadItem(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}

/** Writes to the tab's own storage, where the browser allows it. */
export function storeItem(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value)
  } catch {
    // Storage may be forbidden: the tab then lives as long as its document.
  }
}

/** Each document of ours has all of them. */
function hiddenField(page: Page, name: string): HTMLInputElement {
  return page.form.querySelector(`input[type=hidden][name="${name}"]`) as HTMLInputElement
}
