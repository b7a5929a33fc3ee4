/*
 * Shown while something takes its time, and gone afterwards, whatever came of it.
 */
import type { ElementData } from '../context/run-context.ts'
import { html } from '../html/escape.ts'
import { assertText, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'

/** A spinner on a page. */
export interface SpinnerData extends ElementData {
  readonly kind: 'spinner'
  readonly text: string
}

/**
 * Shows a text and a spinner while `fn` runs: `const videos = await spinner('Asking Vimeo …', () => load())`.
 *
 * @returns What `fn` returns. What it throws comes through.
 */
export async function spinner<Value>(
  text: string,
  fn: () => Value | Promise<Value>,
): Promise<Value> {
  const run = startCall('spinner()')
  assertText('spinner()', 'text', text)
  if (typeof fn !== 'function') {
    const advice = "Write spinner('…', () => work()), so that it can show before the work begins."
    throw wrongArgument('spinner()', 'a function', fn, advice)
  }
  const placed = run.append(Object.freeze({ kind: 'spinner', text } satisfies SpinnerData))
  try {
    return await fn()
  } finally {
    placed.remove()
  }
}

/** How a spinner looks. */
export const spinnerKind = defineKind<SpinnerData>({
  kind: 'spinner',
  render: ({ text }) =>
    html`<p role="status"><span class="tl-wheel" aria-hidden="true"></span>${text}</p>`,
  styles: '.tl-spinner p{display:flex;align-items:center;gap:.75rem;color:var(--tl-soft)}',
})
