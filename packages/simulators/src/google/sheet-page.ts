/*
 * The page of a spreadsheet: the sheets, what is selected and what can be done with it, the grid, with whom it is
 * shared, the switches, the requests. It works without its program, which only keeps it up to date and still.
 */
import { html, raw } from 'hono/html'

import { answerPage, type Markup } from '../simulator/page.ts'
import { renderRequests } from '../simulator/request-list.ts'
import { renderSwitchForm } from '../simulator/switch-form.ts'
import { toColumnLetters } from './a1.ts'
import type { Controls } from './controls.ts'
import { colours, renderGrid } from './page-grid.ts'
import { addressOf, selectionFields, type Place, type Selection } from './page-place.ts'
import { sheetPageScript } from './sheet-page-script.ts'
import { sheetPageStyle } from './sheet-page-style.ts'
import { showCell } from './shown-value.ts'
import { cellAt } from './spreadsheet.ts'
import { switchGroups } from './switches.ts'
import type { GoogleWorld } from './world.ts'

const roles = { writer: 'Editor', reader: 'Viewer', none: 'Nobody' }

/** Renders the page; `outcome` is what the last press led to. */
export async function renderSheetPage(
  world: GoogleWorld,
  controls: Controls,
  shown: { readonly place: Place | undefined; readonly error?: string },
): Promise<Response> {
  const { place, error } = shown
  const page = await answerPage(world.random, {
    title: place?.entry.spreadsheet.title ?? 'No spreadsheet',
    simulated: 'Google',
    note: 'This is not Google. Nothing that is typed here leaves this machine.',
    room: 'full',
    style: sheetPageStyle,
    script: sheetPageScript,
    ...(error !== undefined && { status: 400 }),
    body: html`<div hidden data-version="${versionOf(world, place?.id)}"></div>
      ${error === undefined ? '' : html`<p class="note" role="alert">${error}</p>`}
      ${place === undefined ? renderNone() : renderSpreadsheet(world, place)}
      <h2>Time</h2>
      ${renderClock(world)}
      <h2>Switches</h2>
      ${renderSwitchForm(switchGroups, world.switches)}
      <h2>Requests</h2>
      <div data-live="requests">
        ${renderRequests(
          controls.requests.map((request) => ({ ...request, place: request.kind ?? 'token' })),
        )}
      </div>`,
  })
  // Its forms must say where they come from, also in browsers that know nothing of Sec-Fetch-Site.
  page.headers.set('referrer-policy', 'same-origin')
  return page
}

/** Names the state of all that the page shows live. */
export function versionOf({ spreadsheets, requests, minutes, now }: GoogleWorld, id = ''): string {
  const version = spreadsheets.get(id)?.version ?? 0
  const last = requests.at(-1)
  const minute = minutes.size === 0 ? 0 : Math.floor(now() / 60_000)
  return [version, spreadsheets.size, requests.length, last?.time ?? '', minute].join(' ')
}

function renderNone(): Markup {
  return html`<h1>No spreadsheet</h1>
    <p class="soft">There is none yet.</p>
    <form method="post" action="/simulator/spreadsheet">
      <button class="main">Make a spreadsheet</button>
    </form>`
}

function renderSpreadsheet(world: GoogleWorld, place: Place): Markup {
  const { id, entry } = place
  const { spreadsheet } = entry
  const others = [...world.spreadsheets].filter(([each]) => each !== id)
  return html`<header class="top">
      <h1>${spreadsheet.title}</h1>
      <p class="soft" data-live="meters">${renderMeters(world)}</p>
    </header>
    <nav class="tabs" data-live="tabs" aria-label="Sheets">
      ${spreadsheet.sheets.map(
        (sheet) =>
          html`<a
            href="${addressOf(place, { sheet, from: 0, selection: undefined })}"
            ${raw(sheet === place.sheet ? 'aria-current="page"' : '')}
            >${sheet.properties.title}</a
          >`,
      )}
      <form method="post" action="/simulator/add-tab">
        ${placeFields(place)}<button aria-label="Add a sheet">+</button>
      </form>
    </nav>
    <div class="bar" data-live="bar">${renderBar(place)}</div>
    <div data-live="grid">${renderGrid(place)}</div>
    <h2>Share</h2>
    <div data-live="share">${renderShare(world, place)}</div>
    ${
      others.length === 0
        ? ''
        : html`<p class="soft">
            Other spreadsheets:
            ${others.map(([other, { spreadsheet: each }]) => html`<a href="/?sheet=${other}">${each.title}</a> `)}
          </p>`
    }`
}

function renderMeters({ minutes, now, switches }: GoogleWorld): string {
  const minute = Math.floor(now() / 60_000)
  const used = (kind: string) =>
    [...minutes]
      .filter(
        ([key, count]) =>
          key.startsWith(`${kind} `) && key.includes('@') && count.minute === minute,
      )
      .reduce((most, [, { count }]) => Math.max(most, count), 0)
  const of = (most: number) => (switches.quotas ? ` of ${most}` : '')
  return `This minute: ${used('read')}${of(switches.readsPerUser)} reads, ${used('write')}${of(switches.writesPerUser)} writes`
}

function renderBar(place: Place): Markup {
  const { sheet, selection } = place
  if (selection === undefined)
    return html`<p class="soft">Choose a cell to edit it, a letter to sort, a number to insert or delete.</p>`
  if (selection.row !== undefined && selection.column !== undefined) {
    const { row, column } = selection
    const cell = cellAt(sheet, row, column)
    const text = cell?.userEnteredValue?.formulaValue ?? showCell(sheet, cell)
    const name = `${toColumnLetters(column)}${row + 1}`
    return html`<form method="post" action="/simulator/type">
        ${placeFields(place)} <b>${name}</b>
        ${
          text.includes('\n')
            ? html`<textarea name="text" rows="3" aria-label="Value of ${name}" autofocus spellcheck="false">
${text}</textarea
              >`
            : html`<input name="text" value="${text}" aria-label="Value of ${name}" autofocus autocomplete="off" spellcheck="false" />`
        }
        <button class="main">Enter</button>
      </form>
      <form method="post" action="/simulator/colour" class="swatches">
        ${placeFields(place)}
        ${Object.keys(colours).map(
          (name) =>
            html`<button name="colour" value="${name}" class="${name}" aria-label="Colour: ${name}"></button>`,
        )}
      </form>`
  }
  return selection.row === undefined
    ? renderColumnBar(place, selection.column)
    : html`<form method="post">
        ${placeFields(place)} <b>Row ${selection.row + 1}</b>
        <button formaction="/simulator/insert">Insert above</button>
        <button formaction="/simulator/move-back">Move up</button>
        <button formaction="/simulator/move-on">Move down</button>
        <button formaction="/simulator/remove">Delete</button>
      </form>`
}

function renderColumnBar(place: Place, column: number): Markup {
  return html`<form method="post">
      ${placeFields(place)} <b>Column ${toColumnLetters(column)}</b>
      <button formaction="/simulator/sort">Sort A to Z</button>
      <button formaction="/simulator/sort-back">Sort Z to A</button>
      <button formaction="/simulator/insert">Insert before</button>
      <button formaction="/simulator/remove">Delete</button>
    </form>
    <form method="post" action="/simulator/filter">
      ${placeFields(place)}
      <input name="text" placeholder="Show rows that hold…" aria-label="Show rows that hold" />
      <button>Filter</button>
    </form>`
}

function renderShare(world: GoogleWorld, place: Place): Markup {
  const { entry } = place
  const addresses = [...new Set([...entry.roles.keys(), ...world.accounts.keys()])]
  return html`${addresses.map((email) => {
    const role = entry.roles.get(email) ?? 'none'
    return html`<form method="post" action="/simulator/share" class="row">
        ${placeFields(place)}<input type="hidden" name="email" value="${email}" />
        <strong>${email}<br /><small>${world.accounts.has(email) ? 'service account' : 'somebody'}</small></strong>
        <select name="role" aria-label="What ${email} may do">
          ${Object.entries(roles).map(
            ([name, word]) =>
              html`<option value="${name}" ${raw(name === role ? 'selected' : '')}>${word}</option>`,
          )}
        </select>
        <button>Change</button>
        ${world.accounts.has(email) ? html`<button formaction="/simulator/revoke">End its tokens</button>` : ''}
      </form>`
  })}
    <form method="post" action="/simulator/share" class="row">
      ${placeFields(place)}<input type="hidden" name="role" value="writer" />
      <input name="email" type="email" required placeholder="name@example.com" aria-label="Address" />
      <button>Share as editor</button>
    </form>`
}

function renderClock(world: GoogleWorld): Markup {
  const time = new Date(world.now()).toISOString()
  return html`<form method="post" action="/simulator/time" class="row">
    <strong>Clock<br /><small>${time.slice(0, 10)} ${time.slice(11, 19)} UTC</small></strong>
    <input name="seconds" type="number" min="0" value="60" aria-label="Seconds" />
    <button>Let so many seconds pass</button>
  </form>`
}

function placeFields({ id, sheet, from, selection }: Place): readonly Markup[] {
  const fields = {
    sheet: id,
    tab: String(sheet.properties.sheetId),
    from: String(from),
    ...selectionFields(selection),
  }
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
}

/** The selection below a cell, where the next value is typed. */
export function below(selection: Selection | undefined, rowCount: number): Selection | undefined {
  if (selection?.row === undefined || selection.column === undefined) return selection
  return { ...selection, row: Math.min(selection.row + 1, rowCount - 1) }
}
