/*
 * Plain text, as it is: nothing in it is markup.
 */
import type { ElementData } from '../context/run-context.ts'
import { html } from '../html/escape.ts'
import { startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'

/** A piece of text on a page. */
export interface TextData extends ElementData {
  readonly kind: 'text'
  readonly text: string
}

/** Shows text as it is; line breaks are kept, nothing in it is markup. */
export function text(value: string | number | bigint | boolean): void {
  const run = startCall('text()')
  if (!['string', 'number', 'bigint', 'boolean'].includes(typeof value)) {
    throw wrongArgument(
      'text()',
      'a string or a number',
      value,
      'Turn the value into a string first.',
    )
  }
  run.append(Object.freeze({ kind: 'text', text: String(value) } satisfies TextData))
}

/** How plain text looks. */
export const textKind = defineKind<TextData>({
  kind: 'text',
  render: (element) => html`<p dir="auto">${element.text}</p>`,
  styles: '.tl-text p{white-space:pre-line}',
})
