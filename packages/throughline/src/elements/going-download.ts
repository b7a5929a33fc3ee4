/*
 * How far a download has come, below its button.
 *
 * It changes every second, which nobody wants read to them: only failures are told to those who do not see the page.
 */
import { SILENT_MS, type GoingDownload } from '../context/download.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import type { Html } from '../html/escape.ts'
import { toPartText } from '../protocol/size-text.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'

/** Failures beyond these are counted. */
export const MOST_FAILURES = 20

/** Renders a download that is under way. */
export function renderGoing(going: GoingDownload | 'stopped', id: string): Html {
  if (going === 'stopped') {
    return html`<p class="tl-hint">The download has stopped. Press again to start it anew.</p>`
  }
  const { file, text, bytes, size, done, total, failures = [], failed = failures.length } = going
  const isSent = bytes !== undefined
  const value = isSent ? partOf(bytes, size) : partOf(done, total)
  const parts = [
    text,
    ...(total === undefined ? [] : [`${toCount(done ?? 0)} of ${toCount(total)} files`]),
    ...(isSent ? [toPartText(bytes, size)] : []),
  ]
  const bar = attributes({ id: `${id}:bar`, max: 1, value })
  const told = failures
    .slice(0, MOST_FAILURES)
    .map(({ title, reason }) => html`<li><strong>${title}</strong>: ${reason}</li>`)
  const more = failed - told.length
  // Nobody tells that a sender has died.
  const place = attributes({ class: 'tl-going', [ATTRIBUTE.asksAfter]: SILENT_MS + 1000 })
  return html`<div${place}>${[
    html`<label for="${id}:bar">${isSent ? 'Sending' : 'Preparing'} ${file}</label>`,
    html`<progress${bar}></progress>`,
    html`<p class="tl-hint">${parts.join(' · ')}</p>`,
    html`<ul role="log" aria-label="What failed">${told}${more > 0 && html`<li>and ${toCount(more)} more</li>`}</ul>`,
  ]}</div>`
}

function partOf(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole === 0 ? undefined : part / whole
}

function toCount(count: number): string {
  return count.toLocaleString('en')
}
