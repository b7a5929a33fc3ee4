/*
 * The grid of a sheet as a table: letters, numbers, cells that can be selected. Rows that a filter hides are left out.
 */
import { html } from 'hono/html'

import type { Markup } from '../simulator/page.ts'
import { toColumnLetters } from './a1.ts'
import { addressOf, type Place } from './page-place.ts'
import { effectiveValue, showCell } from './shown-value.ts'
import { cellAt, countFilledRows, hasValue, sizeOf, type Cell, type Sheet } from './spreadsheet.ts'

/** Rows that are shown at once. */
const MOST_ROWS = 100
const LEAST_ROWS = 20
const MOST_COLUMNS = 52
const LEAST_COLUMNS = 8

/** Characters of a cell that the grid shows; the bar above it shows all. */
const SHOWN_CHARACTERS = 80

/** The colours that cells are shown in; another is shown as the one that is nearest. */
export const colours: Readonly<Record<string, readonly [number, number, number]>> = {
  none: [255, 255, 255],
  yellow: [255, 242, 178],
  green: [200, 235, 205],
  blue: [201, 222, 250],
  red: [250, 208, 204],
  grey: [217, 221, 226],
}

/** Renders the grid, and where it goes on. */
export function renderGrid(place: Place): Markup {
  const { sheet, from } = place
  const { rowCount } = sizeOf(sheet)
  const end = Math.min(rowCount, Math.max(countFilledRows(sheet) + 5, LEAST_ROWS))
  const until = Math.min(end, from + MOST_ROWS)
  const columns = Array.from({ length: countColumns(sheet) }, (_, index) => index)
  const rows = Array.from({ length: Math.max(0, until - from) }, (_, index) => from + index).filter(
    (row) => sheet.rows[row]?.isHidden !== true,
  )
  const hidden = sheet.rows.filter(({ isHidden }) => isHidden === true).length
  return html`<div class="grid" data-keeps-scroll>
      <table>
        <thead>
          <tr>
            <td></td>
            ${columns.map((column) => renderColumnHead(place, column))}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => renderRow(place, row, columns))}
        </tbody>
      </table>
    </div>
    <p class="soft more">
      ${from > 0 ? html`<a href="${addressOf(place, { from: Math.max(0, from - MOST_ROWS) })}">Rows before</a> · ` : ''}
      ${until < end ? html`<a href="${addressOf(place, { from: until })}">Rows after</a> · ` : ''}
      ${rowCount} rows, ${sizeOf(sheet).columnCount} columns${hidden > 0 ? ` · a filter hides ${hidden}` : ''}
    </p>`
}

function renderColumnHead(place: Place, column: number): Markup {
  const { selection } = place
  const letters = toColumnLetters(column)
  const isSelected = selection?.column === column
  return html`<th scope="col" class="${isSelected ? 'selected' : ''}">
    <a href="${addressOf(place, { selection: { column } })}" aria-label="Column ${letters}">${letters}</a>
  </th>`
}

function renderRow(place: Place, row: number, columns: readonly number[]): Markup {
  const isSelected = place.selection?.row === row
  return html`<tr>
    <th scope="row" class="${isSelected ? 'selected' : ''}">
      <a href="${addressOf(place, { selection: { row } })}" aria-label="Row ${row + 1}">${row + 1}</a>
    </th>
    ${columns.map((column) => renderCell(place, row, column))}
  </tr>`
}

function renderCell(place: Place, row: number, column: number): Markup {
  const { sheet, selection } = place
  const cell = cellAt(sheet, row, column)
  const shown = showCell(sheet, cell)
  const isCell = selection?.row === row && selection.column === column
  const isLine =
    !isCell &&
    ((selection?.row === row && selection.column === undefined) ||
      (selection?.column === column && selection.row === undefined))
  const isNumber = effectiveValue(sheet, cell)?.numberValue !== undefined
  const classes = [
    isCell ? 'chosen' : isLine ? 'line' : '',
    isNumber ? 'number' : '',
    colourOf(cell),
  ].filter((name) => name !== '' && name !== 'none')
  const text = shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown
  return html`<td class="${classes.join(' ')}">
    <a
      href="${addressOf(place, { selection: { row, column } })}"
      aria-label="${toColumnLetters(column)}${row + 1}: ${text}"
      >${text}</a
    >
  </td>`
}

/** Names the colour that is nearest to that of a cell. */
function colourOf(cell: Cell | undefined): string {
  const colour = cell?.userEnteredFormat?.['backgroundColor'] as
    | { readonly red?: number; readonly green?: number; readonly blue?: number }
    | undefined
  if (colour === undefined) return 'none'
  const parts = [colour.red ?? 0, colour.green ?? 0, colour.blue ?? 0].map((part) => part * 255)
  const distance = (other: readonly number[]) =>
    other.reduce((sum, part, index) => sum + (part - (parts[index] ?? 0)) ** 2, 0)
  const [nearest] = Object.entries(colours).toSorted(
    ([, one], [, other]) => distance(one) - distance(other),
  )
  return nearest?.[0] ?? 'none'
}

function countColumns(sheet: Sheet): number {
  const filled = sheet.rows.reduce(
    (most, { cells }) => Math.max(most, cells.findLastIndex(hasValue) + 1),
    0,
  )
  return Math.min(sizeOf(sheet).columnCount, MOST_COLUMNS, Math.max(filled + 2, LEAST_COLUMNS))
}
