/*
 * Where somebody is on the page of a spreadsheet: which sheet, from which row on, and what is selected. It stands whole
 * in the address, so that the page needs no program to be used.
 */
import { fromColumnLetters, toColumnLetters } from './a1.ts'
import { findSheet, sizeOf, type Sheet } from './spreadsheet.ts'
import type { GoogleWorld, SharedSpreadsheet } from './world.ts'

/** What is selected: a cell, a row or a column, counted from zero. */
export type Selection =
  | { readonly row: number; readonly column: number }
  | { readonly row: number; readonly column?: undefined }
  | { readonly row?: undefined; readonly column: number }

/** A place on the page. */
export interface Place {
  readonly id: string
  readonly entry: SharedSpreadsheet
  readonly sheet: Sheet
  /** The first row that is shown, counted from zero. */
  readonly from: number
  readonly selection: Selection | undefined
}

/** Reads a place from the query of an address, or a form; what is not there falls back to the first of its kind. */
export function readPlace(
  { spreadsheets }: GoogleWorld,
  query: URLSearchParams,
): Place | undefined {
  const [first] = spreadsheets.keys()
  const asked = query.get('sheet') ?? ''
  const id = spreadsheets.has(asked) ? asked : first
  const entry = id === undefined ? undefined : spreadsheets.get(id)
  const sheets = entry?.spreadsheet.sheets ?? []
  const sheet =
    (entry && findSheet(entry.spreadsheet, Number(query.get('tab') || Number.NaN))) ?? sheets[0]
  if (id === undefined || entry === undefined || sheet === undefined) return undefined
  const from = Math.max(0, Math.trunc(Number(query.get('from') ?? 0)) || 0)
  return { id, entry, sheet, from, selection: readSelection(sheet, query) }
}

/** Writes the address of a place; `changes` says what differs. */
export function addressOf(place: Place, changes: Partial<Place> = {}): string {
  const { id, sheet, from, selection } = { ...place, ...changes }
  const query = new URLSearchParams({ sheet: id, tab: String(sheet.properties.sheetId) })
  if (from > 0) query.set('from', String(from))
  for (const [name, value] of Object.entries(selectionFields(selection))) query.set(name, value)
  return `/?${query}`
}

/** The fields of a form, or a query, that say what is selected. */
export function selectionFields(
  selection: Selection | undefined,
): Readonly<Record<string, string>> {
  if (selection === undefined) return {}
  const { row, column } = selection
  if (row === undefined) return { column: toColumnLetters(column) }
  return column === undefined
    ? { row: String(row + 1) }
    : { cell: `${toColumnLetters(column)}${row + 1}` }
}

function readSelection(sheet: Sheet, query: URLSearchParams): Selection | undefined {
  const cell = /^(?<letters>[A-Z]{1,3})(?<number>\d{1,8})$/.exec(query.get('cell') ?? '')?.groups
  const letters = cell?.['letters'] ?? /^[A-Z]{1,3}$/.exec(query.get('column') ?? '')?.[0]
  const number = cell?.['number'] ?? /^\d{1,8}$/.exec(query.get('row') ?? '')?.[0]
  const row = number === undefined ? undefined : Number(number) - 1
  const column = letters === undefined ? undefined : fromColumnLetters(letters)
  const { rowCount, columnCount } = sizeOf(sheet)
  if ((row ?? 0) < 0 || (row ?? 0) >= rowCount || (column ?? 0) >= columnCount) return undefined
  if (row !== undefined) return column === undefined ? { row } : { row, column }
  return column === undefined ? undefined : { column }
}
