/*
 * The document around a view, and the pages that stand without a script: errors and the page that leaves.
 *
 * Every document fits a strict content security policy: no inline script, no inline style but nonced ones.
 */
import { ThroughlineError } from '../base/error.ts'
import { ATTRIBUTE, PART } from '../protocol/attributes.ts'
import { FIELD } from '../protocol/fields.ts'
import { attributes } from './attributes.ts'
import { html, trustedHtml } from './escape.ts'
import type { Html } from './escape.ts'

/** What a document says before its first element. */
export interface DocumentStart {
  readonly title: string
  /** BCP 47: `en`, `de-CH`. */
  readonly lang: string
  /** URL of the stylesheet. */
  readonly stylesheet: string
  /** URL of the browser program. */
  readonly program: string
  /** URL of the program that saves into folders, for pages that come to need it; absent: none can. */
  readonly folderProgram?: string | undefined
  /** The nonce of this answer's content security policy. */
  readonly nonce: string
  /** Where the form posts: the page's own URL. */
  readonly action: string
  /** The tab's id. */
  readonly tab: string
  /** The run that this document shows. */
  readonly run: number
  /** The number of the next interaction. */
  readonly number: number
  /** The form token. */
  readonly token: string
  /** The session's news number that the document has taken into account. */
  readonly news: number
  /** Whether the program is run by its author. */
  readonly development: boolean
}

/** What a document says after its last element. */
export interface DocumentEnd {
  /** Whether the view has inputs, so that values can be sent without a button of the script. */
  readonly hasInputs: boolean
  /** Whether the view does not stand as it should, so that the browser program must ask for the whole (false). */
  readonly incomplete?: boolean | undefined
  /** A sentence to the person that is not part of the view. */
  readonly notice?: string | undefined
}

/**
 * Opens a document, up to and including the start tag of the element that holds the view.
 *
 * The first button of the form has no name: Enter in an input means "update", not "press the first button".
 */
export function documentStart(start: DocumentStart): Html {
  const program = { type: 'module', src: start.program, nonce: start.nonce }
  const body = {
    [ATTRIBUTE.news]: start.news,
    [ATTRIBUTE.development]: start.development,
    [ATTRIBUTE.folder]: start.folderProgram,
  }
  const form = { id: PART.form, method: 'post', action: start.action, rel: 'noopener' }
  return html`${[
    renderHead(start, html`<script${attributes(program)}></script>`),
    html`<body${attributes(body)}>\n<div id="${PART.notice}" role="status"></div>\n`,
    html`<form${attributes(form)}>\n`,
    renderHidden(FIELD.tab, start.tab),
    renderHidden(FIELD.run, start.run),
    renderHidden(FIELD.number, start.number),
    renderHidden(FIELD.token, start.token),
    html`<button${attributes(UPDATE)}>Update</button>\n`,
    renderBusy(),
    html`<main id="${PART.view}">\n`,
  ]}`
}

const UPDATE = {
  type: 'submit',
  class: 'tl-hidden',
  tabindex: -1,
  'aria-hidden': 'true',
  formnovalidate: true,
}

function renderBusy(): Html {
  const stop = { type: 'submit', name: FIELD.stop, value: '1', formnovalidate: true }
  return html`<div id="${PART.busy}" role="status" hidden>${[
    html`<span class="tl-wheel" aria-hidden="true"></span><span>Working…</span>`,
    html`<button${attributes(stop)}>Stop</button>`,
  ]}</div>\n`
}

/** Closes a document that `documentStart` opened. */
export function documentEnd({ hasInputs, incomplete = false, notice }: DocumentEnd): Html {
  const update = html`<button type="submit" formnovalidate>Update</button>`
  return html`${[
    html`\n</main>\n`,
    hasInputs && html`<noscript>${update}</noscript>\n`,
    html`</form>\n`,
    notice !== undefined && html`<div class="tl-notice" role="status">${notice}</div>\n`,
    incomplete && html`<div${attributes({ hidden: true, [ATTRIBUTE.incomplete]: true })}></div>\n`,
    html`</body>\n</html>\n`,
  ]}`
}

/**
 * Hides what left already and has been replaced or removed since: each element of these ids that stands before
 * this rule. One of the same id that is sent after it shows.
 */
export function hideElements(ids: readonly string[], nonce: string): Html {
  if (ids.length === 0) return html``
  const selectors = ids.map((id) => {
    const quoted = toCssString(id)
    return `[id="${quoted}"]:has(~[${ATTRIBUTE.hides}~="${quoted}"])`
  })
  const rule = trustedHtml(`${selectors.join()}{display:none}`)
  return html`<style${attributes({ nonce, [ATTRIBUTE.hides]: ids.join(' ') })}>${rule}</style>`
}

/**
 * Goes to another URL where bytes of this document have left already.
 *
 * @throws `html.refused-url` for anything but a path or an http or https URL.
 */
export function goElsewhere(url: string, nonce: string): Html {
  const rule = trustedHtml(`#${PART.view}>.tl-element{opacity:.5;pointer-events:none}`)
  return html`${[
    renderRefresh(url, 0),
    html`<style nonce="${nonce}">${rule}</style>`,
    html`<p><a href="${toSafeUrl(url)}">Continue</a></p>`,
  ]}`
}

/** A page without a script and without a program: an error, or the way out to a provider. */
export interface PlainPage {
  readonly title: string
  readonly lang: string
  readonly stylesheet: string
  readonly heading: string
  readonly paragraphs: readonly string[]
  /** What the person can do next. */
  readonly action?: { readonly label: string; readonly href: string } | undefined
  /** Leaves by itself. */
  readonly refresh?: { readonly url: string; readonly seconds: number } | undefined
  /** The policy's nonce, where the window closes itself. */
  readonly closingNonce?: string | undefined
  /** Finds what happened in the log. */
  readonly id?: string | undefined
}

/**
 * Builds a whole page of a heading, some sentences and at most one thing to do.
 *
 * @throws `html.refused-url` when `refresh` or `action` leads to anything but a path or an http or https URL.
 */
export function plainPage(page: PlainPage): Html {
  const { heading, paragraphs, action, refresh, closingNonce, id } = page
  return html`${[
    renderHead(page, refresh && renderRefresh(refresh.url, refresh.seconds)),
    html`<body class="tl-plain">\n<main>\n<h1>${heading}</h1>\n`,
    paragraphs.map((paragraph) => html`<p dir="auto">${paragraph}</p>\n`),
    action !== undefined && renderAction(action),
    id !== undefined && html`<p class="tl-hint">Error id <code>${id}</code></p>\n`,
    html`</main>\n`,
    closingNonce !== undefined && html`<script nonce="${closingNonce}">close()</script>\n`,
    html`</body>\n</html>\n`,
  ]}`
}

function renderAction({ label, href }: NonNullable<PlainPage['action']>): Html {
  return html`<p><a class="tl-primary" href="${toSafeUrl(href)}">${label}</a></p>\n`
}

function renderHead(
  { lang, title, stylesheet }: Pick<DocumentStart, 'lang' | 'title' | 'stylesheet'>,
  more: Html | undefined,
): Html {
  return html`${[
    html`<!doctype html>\n<html lang="${lang}">\n<head>\n<meta charset="utf-8">\n`,
    html`<meta name="viewport" content="width=device-width, initial-scale=1">\n`,
    html`<meta name="color-scheme" content="light dark">\n<title>${title}</title>\n`,
    html`<link rel="icon" href="${ICON}">\n<link rel="stylesheet" href="${stylesheet}">\n`,
    more !== undefined && html`${more}\n`,
    html`</head>\n`,
  ]}`
}

/** A line that goes through. Without an icon of their own, pages would be asked for `/favicon.ico`. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3346c9"/>' +
      '<path d="M5 16h6q5 0 5-5t5-5M16 16h11" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>',
  )

/** Browsers that restore forms on reload must leave these alone. */
function renderHidden(name: string, value: string | number): Html {
  return html`<input${attributes({ type: 'hidden', name, value, autocomplete: 'off' })}>\n`
}

function renderRefresh(url: string, seconds: number): Html {
  return html`<meta http-equiv="refresh" content="${seconds};url=${toSafeUrl(url)}">`
}

/** A quote at the start of the URL of a refresh would be taken for its delimiter. */
function toSafeUrl(url: string): string {
  const isSafe = /^https?:\/\/[^/\\]/i.test(url) || /^\/(?![/\\])/.test(url)
  if (isSafe) return url.replaceAll(/[\u0000-\u0020"'<>\\]/g, toPercent)
  throw new ThroughlineError(
    'html.refused-url',
    'A page of ours may lead to a path or to an http or https URL only.',
    { attribution: 'framework', details: { scheme: /^[a-z]{1,20}:/i.exec(url)?.[0] } },
  )
}

function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function toCssString(text: string): string {
  return text.replaceAll(/[^\w-]/g, (character) => `\\${character.codePointAt(0)?.toString(16)} `)
}
