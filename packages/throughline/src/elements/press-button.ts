/*
 * The markup of every button whose press is an interaction: it submits the form under its widget's id.
 */
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import type { Html } from '../html/escape.ts'
import { withIsolates } from '../html/isolate.ts'
import { FIELD } from '../protocol/fields.ts'

/** Renders a press of the widget `id`; `more` are further attributes of the button. */
export function renderPress(
  id: string,
  label: string | Html,
  more: Parameters<typeof attributes>[0],
): Html {
  const press = { type: 'submit', id: `${id}:input`, name: FIELD.press, value: id, ...more }
  const shown = typeof label === 'string' ? withIsolates(label) : label
  return html`<button${attributes(press)}>${shown}</button>`
}
