/*
 * Switches as a form: each with what it means, those that were changed marked, groups with changes open.
 */
import { html, raw } from 'hono/html'

import type { Markup } from './page.ts'
import type { SwitchEntry, SwitchTable } from './switch-kinds.ts'

/** Switches and what they stand at. */
type Values = Readonly<Record<string, unknown>>

/** A value of more characters than these is shown over several lines. */
const SHORT_VALUE = 30

/** Renders groups of switches with Set and Reset. The form posts to `/simulator/switches`, or `/simulator/reset`. */
export function renderSwitchForm(
  groups: Readonly<Record<string, SwitchTable>>,
  values: Values,
): Markup {
  return html`<form method="post" action="/simulator/switches">
    ${Object.entries(groups).map(([group, entries]) => renderGroup(group, entries, values))}
    <div class="decision">
      <button class="main">Set</button>
      <button formaction="/simulator/reset">Reset all</button>
    </div>
  </form>`
}

/**
 * Reads the form of the switches.
 *
 * @throws `TypeError` naming the switch whose text is no value at all.
 */
export function readSwitchForm<Switches extends object>(
  form: URLSearchParams,
  switches: Switches,
): Partial<Switches> {
  const changes: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(switches)) {
    const text = form.get(name)
    // What was not touched is left alone: setting it anew could begin a count from 1 again.
    if (text === null || text === toText(value)) continue
    changes[name] = typeof value === 'string' ? text : parseValue(name, text)
  }
  return changes as Partial<Switches>
}

function parseValue(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TypeError(`The switch "${name}" cannot be \`${text}\`.`, { cause })
  }
}

function renderGroup(group: string, entries: SwitchTable, values: Values): Markup {
  const rows = Object.entries(entries).map(([name, entry]) => {
    const value = toText(values[name])
    return { name, entry, value, isChanged: value !== toText(entry.untouched) }
  })
  const changed = rows.filter(({ isChanged }) => isChanged).length
  return html`<details ${raw(changed > 0 ? 'open' : '')}>
    <summary>${group}${changed > 0 ? html` <small>${changed} changed</small>` : ''}</summary>
    ${rows.map(
      ({ name, entry, value, isChanged }) =>
        html`<label class="switch ${isChanged ? 'changed' : ''}">
          <span>
            ${name}
            <small>
              ${withCode(entry.meaning)}${isChanged ? ` (instead of ${toText(entry.untouched)})` : ''}
              ${isObject(entry) ? html`<br />Takes ${entry.expected}.` : ''}
            </small>
          </span>
          ${renderInput(name, entry, value)}
        </label>`,
    )}
  </details>`
}

/** Sets what stands between backticks as code. */
function withCode(text: string): readonly (string | Markup)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))
}

function renderInput(name: string, entry: SwitchEntry<unknown>, value: string): Markup {
  const { choices, expected } = entry
  if (choices !== undefined)
    return html`<select name="${name}">
      ${choices
        .map(String)
        .map((each) => html`<option ${raw(each === value ? 'selected' : '')}>${each}</option>`)}
    </select>`
  return isObject(entry) || value.length > SHORT_VALUE
    ? html`<textarea name="${name}" rows="2" title="${expected}" spellcheck="false">${value}</textarea>`
    : html`<input name="${name}" value="${value}" title="${expected}" />`
}

/** Tells whether a switch holds a list or an object, whose shape must be said. */
function isObject({ untouched }: SwitchEntry<unknown>): boolean {
  return typeof untouched === 'object' && untouched !== null
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
