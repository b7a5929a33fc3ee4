/*
 * The attributes of a start tag, built from plain data. Names are ours; values may come from anyone.
 */
import { escapeText, trustedHtml } from './escape.ts'
import type { Html } from './escape.ts'

/** Text is escaped and quoted; `true` is the bare name; `false` and `undefined` are nothing. */
export type AttributeValue = string | number | boolean | undefined

/** Builds attributes, each with a space before it: html`<input${attributes({ name, disabled })}>`. */
export function attributes(values: Readonly<Record<string, AttributeValue>>): Html {
  let markup = ''
  // Half of a rerun's HTML is attributes: names alone are listed, not pairs.
  for (const name of Object.keys(values)) {
    const value = values[name]
    if (value === undefined || value === false) continue
    markup += value === true ? ` ${name}` : ` ${name}="${escapeText(String(value))}"`
  }
  return trustedHtml(markup)
}
