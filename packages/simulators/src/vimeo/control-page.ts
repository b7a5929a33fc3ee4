/*
 * The control page: people, time, switches, requests received. HTML only, without a script.
 */
import { html, raw } from 'hono/html'

import type { Controls } from './controls.ts'
import { pageResponse, type Markup } from './pages.ts'
import type { SwitchEntry } from '../simulator/switch-kinds.ts'
import { switchGroups, type VimeoSwitches } from './switches.ts'
import type { VimeoWorld } from './world.ts'

const SHOWN_REQUESTS = 30

/** A value of more characters than these is shown over several lines. */
const SHORT_VALUE = 30

/** Renders the page; `outcome` is what the last press led to. */
export async function renderControlPage(
  world: VimeoWorld,
  { requests }: Controls,
  outcome: { readonly token?: string; readonly error?: string } = {},
): Promise<Response> {
  const { token, error } = outcome
  const page = await pageResponse(world, {
    title: 'Controls',
    isWide: true,
    status: error === undefined ? 200 : 400,
    body: html`<h1>Controls</h1>
      <p class="soft">
        ${world.library.videos.length} videos · the clock says ${toClock(world.now().toISOString())}
      </p>
      ${error === undefined ? '' : html`<p class="note" role="alert">${error}</p>`}
      ${
        token === undefined
          ? ''
          : html`<p class="note" role="status">The token, shown this once: <code>${token}</code></p>`
      }
      <h2>People</h2>
      ${world.people.map(
        ({ name, uri }) =>
          html`<form method="post" class="row">
            <input type="hidden" name="person" value="${uri}" />
            <strong>${name}<br /><small>${uri} · tokens: ${world.grants.countTokens(uri)}</small></strong>
            <input name="scope" value="public private video_files" aria-label="Scopes for ${name}" />
            <button formaction="/simulator/token">Make a token</button>
            <button formaction="/simulator/revoke">Revoke all</button>
          </form>`,
      )}
      <h2>Time</h2>
      <form method="post" action="/simulator/time" class="row">
        <input name="seconds" type="number" min="0" value="3600" aria-label="Seconds" />
        <button>Let so many seconds pass</button>
      </form>
      <h2>Switches</h2>
      <form method="post" action="/simulator/switches">
        ${Object.entries(switchGroups).map(([group, kinds]) => renderGroup(group, kinds, world.switches))}
        <div class="decision">
          <button class="main">Set</button>
          <button formaction="/simulator/reset">Reset all</button>
        </div>
      </form>
      <h2>Requests</h2>
      ${renderRequests(requests)}`,
  })
  // Its forms must say where they come from, also in browsers that know nothing of Sec-Fetch-Site.
  page.headers.set('referrer-policy', 'same-origin')
  return page
}

/**
 * Reads the form of the switches.
 *
 * @throws `TypeError` naming the switch whose text is no value at all.
 */
export function readSwitchForm(
  form: URLSearchParams,
  switches: VimeoSwitches,
): Partial<VimeoSwitches> {
  const changes: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(switches)) {
    const text = form.get(name)
    // What was not touched is left alone: setting `failures` anew would count from 1 again.
    if (text === null || text === toText(value)) continue
    changes[name] = typeof value === 'string' ? text : parseValue(name, text)
  }
  return changes
}

function parseValue(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TypeError(`The switch "${name}" cannot be \`${text}\`.`, { cause })
  }
}

function renderGroup(
  group: string,
  entries: Readonly<Record<string, SwitchEntry<unknown>>>,
  switches: VimeoSwitches,
): Markup {
  const rows = Object.entries(entries).map(([name, entry]) => {
    const value = toText(switches[name as keyof VimeoSwitches])
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

function renderRequests(requests: Controls['requests']): Markup {
  if (requests.length === 0) return html`<p class="soft">None yet.</p>`
  return html`<ol class="requests">
    ${requests
      .slice(-SHOWN_REQUESTS)
      .toReversed()
      .map(
        ({ time, origin, method, path, query, status, reason }) =>
          html`<li>
            <small>${time.slice(11, 19)} ${origin}</small>
            <b>${status === 0 ? '—' : status}</b>
            <span>${method} ${path}<wbr /><small>${toReadable(query)}</small></span>
            ${reason === undefined ? '' : html`<p class="reason">${reason}</p>`}
          </li>`,
      )}
  </ol>`
}

/** Writes a query as it reads best; what cannot be decoded stays as it came. */
function toReadable(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll('+', ' '))
  } catch {
    return query
  }
}

/** Writes `2026-11-23T12:00:00.000Z` as `2026-11-23 12:00:00 UTC`. */
function toClock(time: string): string {
  return `${time.slice(0, 19).replace('T', ' ')} UTC`
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
