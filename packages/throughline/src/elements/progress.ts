/*
 * How far something is, shown while the script is at it.
 */
import type { ElementData } from '../context/run-context.ts'
import { html } from '../html/escape.ts'
import { assertText, startCall, wrongArgument } from './arguments.ts'
import { defineKind } from './element.ts'

/** What is said beside the bar. */
export interface ProgressOptions {
  /** What is being done, or how much of it. */
  readonly text?: string | undefined
}

/** A progress bar that is on the page. */
export interface Progress {
  /** Shows how far it is now, from 0 to 1; without a text the former one stays. */
  update(value: number, text?: string): void
}

/** A progress bar on a page. */
export interface ProgressData extends ElementData {
  readonly kind: 'progress'
  /** From 0 to 1. */
  readonly value: number
  readonly text: string | undefined
}

/** Shows a bar from 0 to 1: `const bar = progress(0)`, then `bar.update(0.5)`. */
export function progress(value: number, { text }: ProgressOptions = {}): Progress {
  const run = startCall('progress()')
  let shown = text
  const placed = run.append(toProgress('progress()', value, shown))
  return {
    update(newValue, newText) {
      run.checkpoint()
      shown = newText ?? shown
      placed.replace(toProgress('update()', newValue, shown))
    },
  }
}

function toProgress(call: string, value: number, text: string | undefined): ProgressData {
  if (!(typeof value === 'number' && value >= 0 && value <= 1)) {
    throw wrongArgument(call, 'a number from 0 to 1', value, 'Divide by the total.')
  }
  if (text !== undefined) assertText(call, 'text', text)
  return Object.freeze({ kind: 'progress', value, text })
}

/** How a progress bar looks. */
export const progressKind = defineKind<ProgressData>({
  kind: 'progress',
  render({ value, text }, id) {
    const percent = `${Math.floor(value * 100)} %`
    const label = html`<label for="${id}:bar">${text ?? 'Progress'}</label>`
    const bar = html`<progress id="${id}:bar" max="1" value="${value}">${percent}</progress>`
    return html`<div>${label}<span aria-hidden="true">${percent}</span></div>${bar}`
  },
  styles: `
.tl-progress div{display:flex;justify-content:space-between;gap:1rem;margin-block-end:.5rem}
.tl-progress label{margin:0}
.tl-progress span{color:var(--tl-soft);font-variant-numeric:tabular-nums}`,
})
