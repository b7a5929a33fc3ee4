/*
 * What stands where a script failed: for its author the message and the line, for a person a plain sentence.
 *
 * Which of the two is decided by whoever makes the element, by what it puts in: nothing is held back here.
 */
import type { ElementData } from '../context/run-context.ts'
import { html } from '../html/escape.ts'
import type { Html } from '../html/escape.ts'
import { renderAlert } from './alert.ts'
import { defineKind } from './element.ts'

/** A failure of the script on a page. */
export interface ScriptErrorData extends ElementData {
  readonly kind: 'script-error'
  /** For the author the error's message; for a person a plain sentence. */
  readonly message: string
  /** The error's code. */
  readonly code?: string | undefined
  /** File and line: `script.ts:14`. */
  readonly place?: string | undefined
  /** The lines around it; the one that failed begins with `>`. */
  readonly excerpt?: readonly string[] | undefined
  /** Finds the error in the log. */
  readonly id?: string | undefined
}

/** How a failure of the script looks: the author's view where it has a place, code or excerpt. */
export const scriptErrorKind = defineKind<ScriptErrorData>({
  kind: 'script-error',
  render(element) {
    const isForAuthor = element.place ?? element.code ?? element.excerpt?.[0]
    return isForAuthor === undefined ? renderForPerson(element) : renderForAuthor(element)
  },
  styles: `
.tl-script-error>.tl-hint{margin-block-start:.625rem}
.tl-script-error section{border:1px solid var(--tl-error);border-inline-start-width:4px;border-radius:var(--tl-radius);padding:1rem 1.25rem;background:var(--tl-surface)}
.tl-script-error section>*+*{margin-block-start:.75rem}
.tl-script-error section p{white-space:pre-line;overflow-wrap:anywhere}
.tl-script-error :is(mark,span){display:block}
.tl-script-error mark{background:var(--tl-error-tint);color:inherit;font-weight:600}`,
})

function renderForPerson({ message, id }: ScriptErrorData): Html {
  const hint = id !== undefined && html`<p class="tl-hint">Error id <code>${id}</code></p>`
  return html`${renderAlert('error', message)}${hint}`
}

function renderForAuthor({ message, code, place, excerpt, id }: ScriptErrorData): Html {
  const facts = [place, code, id].map((fact) => fact !== undefined && html`<code>${fact}</code> `)
  const lines = excerpt?.map((line) => {
    const tag = line.startsWith('>') ? html`mark` : html`span`
    return html`<${tag}>${line}</${tag}>`
  })
  return html`<section role="alert">${[
    html`<p class="tl-hint">${facts}</p><p><b>${message}</b></p>`,
    lines !== undefined && html`<pre>${lines}</pre>`,
  ]}</section>`
}
