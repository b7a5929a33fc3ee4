/*
 * A heading.
 */
import type { ElementData } from '../context/run-context.ts'
import { html, trustedHtml } from '../html/escape.ts'
import { assertText, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'

/** From the page's title (1) down. */
export type HeadingLevel = 1 | 2 | 3 | 4 | 5 | 6

/** How a heading is shown. */
export interface HeadingOptions {
  /** From the page's title down to the smallest (1). */
  readonly level?: HeadingLevel | undefined
}

/** A heading on a page. */
export interface HeadingData extends ElementData {
  readonly kind: 'heading'
  readonly text: string
  readonly level: HeadingLevel
}

/** Shows a heading: `heading('Your videos')`. */
export function heading(text: string, { level = 1 }: HeadingOptions = {}): void {
  const run = startCall('heading()')
  assertText('heading()', 'text', text)
  if (![1, 2, 3, 4, 5, 6].includes(level)) {
    throw wrongArgument(
      'heading()',
      'a level from 1 to 6',
      level,
      'The title of a page is level 1.',
    )
  }
  run.append(Object.freeze({ kind: 'heading', text, level } satisfies HeadingData))
}

/** How a heading looks. */
export const headingKind = defineKind<HeadingData>({
  kind: 'heading',
  render({ text, level }) {
    const tag = trustedHtml(`h${level}`)
    return html`<${tag} dir="auto">${text}</${tag}>`
  },
  styles: '',
})
