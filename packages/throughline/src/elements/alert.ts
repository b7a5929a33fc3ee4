/*
 * A sentence that stands out: four tones of one kind, told apart by a sign and a word, not only by colour.
 */
import type { ElementData } from '../context/run-context.ts'
import { html } from '../html/escape.ts'
import type { Html } from '../html/escape.ts'
import { withIsolates } from '../html/isolate.ts'
import { assertText, startCall } from './arguments.ts'
import { defineKind } from './element.ts'

/** What an alert means. */
export type AlertTone = 'info' | 'success' | 'warning' | 'error'

/** A sentence on a page that stands out. */
export interface AlertData extends ElementData {
  readonly kind: 'alert'
  readonly tone: AlertTone
  readonly text: string
}

/** Shows a sentence that helps. */
export function info(text: string): void {
  appendAlert('info', text)
}

/** Says that something went well. */
export function success(text: string): void {
  appendAlert('success', text)
}

/** Warns of something. */
export function warning(text: string): void {
  appendAlert('warning', text)
}

/** Says that something went wrong; the script goes on. */
export function error(text: string): void {
  appendAlert('error', text)
}

function appendAlert(tone: AlertTone, text: string): void {
  const run = startCall(`${tone}()`)
  assertText(`${tone}()`, 'text', text)
  run.append(Object.freeze({ kind: 'alert', tone, text } satisfies AlertData))
}

const SIGNS: Readonly<Record<AlertTone, { readonly word: string; readonly path: string }>> = {
  info: { word: 'Note', path: 'M12 11v6M12 7.5v.01' },
  success: { word: 'Done', path: 'M7.5 12.5l3 3 6-6.5' },
  warning: { word: 'Warning', path: 'M12 7v6M12 16.5v.01' },
  error: { word: 'Error', path: 'M8.5 8.5l7 7m0-7-7 7' },
}

const ROUND = 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z'
const TRIANGLE = 'M12 2.5 22.5 20.5h-21z'

/** Renders a sentence with the sign and, for those who do not see it, the word of its tone. */
export function renderAlert(tone: AlertTone, text: string): Html {
  const { word, path } = SIGNS[tone]
  const lines = `${tone === 'warning' ? TRIANGLE : ROUND}${path}`
  const sign = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${lines}"/></svg>`
  const sentence = html`<p dir="auto"><b class="tl-hidden">${word}: </b>${withIsolates(text)}</p>`
  const role = tone === 'error' ? 'alert' : 'status'
  return html`<div class="tl-tone-${tone}" role="${role}">${sign}${sentence}</div>`
}

/** How an alert looks. */
export const alertKind = defineKind<AlertData>({
  kind: 'alert',
  render: ({ tone, text }) => renderAlert(tone, text),
  styles: '',
})
