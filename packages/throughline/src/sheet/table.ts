/*
 * The sheet as the store has read it: where the columns are, whose row is whose, and the notes beside them.
 *
 * People sort, filter and insert as they like: every reading finds the columns by their header and the rows by their
 * first cell. Whatever else stands there is theirs and not even asked for.
 */
import { OWN_COLUMNS } from '../store/user-store.ts'
import { isSealedText, readRowId, type SealedCellColumn } from './sealed-cell.ts'
import type { Cells, SheetApi, SheetRange } from './sheet-api.ts'
import { missingTab, wrongLayout } from './sheet-error.ts'

/** The tab that people look at: one row per account. */
export const USERS_TAB = 'users'
/** The tab beside it, hidden: secrets that all processes share, and parts of what is too large for a cell. */
export const NOTES_TAB = 'throughline'
/** A column that is moved while it is read is read again; nobody moves them faster than this. */
const MOST_READINGS = 5
/** The columns that the store needs, as they are made. */
export const COLUMNS: readonly string[] = [...OWN_COLUMNS]

/** Where things are. */
export interface Layout {
  readonly usersId: number
  readonly notesId: number
  /** Place of each column that has a header, counted from 0. */
  readonly columns: ReadonlyMap<string, number>
}

/** The row of one account. */
export interface SheetRow {
  readonly account: string
  /** As the sheet counts them: the header is row 1. */
  readonly row: number
  /** The text of the first cell, which no other row has. */
  readonly id: string
  readonly cells: Readonly<Record<SealedCellColumn, string>>
}

/** A note. */
export interface SheetNote {
  /** The text of its first cell. */
  readonly id: string
  readonly text: string
}

/** What was read. */
export interface SheetTable {
  readonly layout: Layout
  /** When the header was seen last, by a clock that nobody sets. */
  readonly seenAt: number
  /** By account. Of two rows for one account the upper one counts: it was there first. */
  readonly rows: ReadonlyMap<string, SheetRow>
  /** The others. */
  readonly surplus: readonly SheetRow[]
  readonly notes: readonly SheetNote[]
  /** Rows whose first cell is none of ours, but that hold something sealed: somebody has changed it. */
  readonly strays: readonly SheetRow[]
}

/** Ranges that tell where everything is now, without what is sealed. */
export function rangesOfPlaces({ columns }: Layout): readonly string[] {
  return [`'${USERS_TAB}'!1:1`, columnRange(columns, 'id'), `'${NOTES_TAB}'!A:A`]
}

/** Where the rows are, as a change has left them. */
export interface Places {
  readonly columns: ReadonlyMap<string, number>
  /** By account: the row that counts. */
  readonly first: ReadonlyMap<string, Pick<SheetRow, 'id' | 'row'>>
  /** By row. */
  readonly at: ReadonlyMap<number, Pick<SheetRow, 'id' | 'account'>>
  /** How many accounts' second rows there are. */
  readonly surplus: number
}

/** Reads what {@link rangesOfPlaces} has asked for. */
export function placesIn(ranges: readonly SheetRange[], { usersId }: Layout): Places {
  const [header = [], ids = []] = cellsOf(ranges, usersId)
  const { rows, surplus } = readRows([ids])
  const all = [...rows.values(), ...surplus]
  return {
    columns: readHeader(header),
    first: rows,
    at: new Map(all.map((row) => [row.row, row])),
    surplus: surplus.length,
  }
}

/** Reads the whole table; a known layout saves a request. */
export async function loadTable(api: SheetApi, known?: Layout): Promise<SheetTable> {
  let layout = known ?? (await findLayout(api))
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    const { columns } = layout
    const sealed = COLUMNS.map((name) => columnRange(columns, name))
    const seenAt = performance.now()
    const ranges = await api.load([`'${USERS_TAB}'!1:1`, ...sealed, `'${NOTES_TAB}'!A:B`])
    const [header = [], ...cells] = cellsOf(ranges, layout.usersId)
    const found = readHeader(header)
    if (COLUMNS.every((name) => found.get(name) === columns.get(name))) {
      const [notes = []] = cellsOf(ranges, layout.notesId)
      layout = { ...layout, columns: found }
      return { layout, seenAt, ...readRows(cells), notes: readNotes(notes) }
    }
    layout = { ...layout, columns: found }
    requireColumns(found)
  }
  throw wrongLayout(
    `The columns of the tab "${USERS_TAB}" were found elsewhere each time they were read.`,
    'Is somebody moving them? Try again when that is done.',
  )
}

/** Whether the columns are still where they were. */
export async function isInPlace(api: SheetApi, { usersId, columns }: Layout): Promise<boolean> {
  const ranges = await api.load([`'${USERS_TAB}'!1:1`])
  return isSameHeader(readHeader(cellsOf(ranges, usersId)[0] ?? []), columns)
}

/** Whether two readings of the header are the same. */
export function isSameHeader(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): boolean {
  return one.size === other.size && [...one].every(([name, at]) => other.get(name) === at)
}

/** The cells of a tab's ranges, in the order in which they were asked for. */
export function cellsOf(ranges: readonly SheetRange[], sheetId: number): readonly Cells[] {
  return ranges.filter((range) => range.sheetId === sheetId).map(({ cells }) => cells)
}

/** Reads the header: where each column is. Of two with the same header the first counts. */
export function readHeader(cells: Cells): ReadonlyMap<string, number> {
  const named = (cells[0] ?? []).map((text, at) => [text.trim(), at] as const)
  return new Map(named.filter(([text]) => text !== '').toReversed())
}

/** @throws `sheet.layout` when a column is missing that was there once. */
export function requireColumns(columns: ReadonlyMap<string, number>): void {
  const missing = COLUMNS.filter((name) => !columns.has(name))
  if (missing.length === 0) return
  throw wrongLayout(
    `Row 1 of the tab "${USERS_TAB}" has no column ${missing.map((name) => `"${name}"`).join(', ')}.`,
    'Was a header renamed or deleted? Write it back where it was.',
  )
}

/** Names a column as a sheet does: A, B … Z, AA. */
export function letterOf(column: number): string {
  const rest = Math.floor(column / 26)
  return `${rest === 0 ? '' : letterOf(rest - 1)}${String.fromCharCode(65 + (column % 26))}`
}

async function findLayout(api: SheetApi): Promise<Layout> {
  const tabs = await api.loadTabs()
  const idOf = (title: string) => tabs.find((tab) => tab.title === title)?.sheetId
  const usersId = idOf(USERS_TAB)
  const notesId = idOf(NOTES_TAB)
  if (usersId === undefined || notesId === undefined) {
    throw missingTab(usersId === undefined ? USERS_TAB : NOTES_TAB)
  }
  const ranges = await api.load([`'${USERS_TAB}'!1:1`])
  const columns = readHeader(cellsOf(ranges, usersId)[0] ?? [])
  requireColumns(columns)
  return { usersId, notesId, columns }
}

function columnRange(columns: ReadonlyMap<string, number>, name: string): string {
  const letter = letterOf(columns.get(name) ?? 0)
  return `'${USERS_TAB}'!${letter}:${letter}`
}

function readRows([ids = [], records = [], tokens = []]: readonly Cells[]) {
  const rows = new Map<string, SheetRow>()
  const surplus: SheetRow[] = []
  const strays: SheetRow[] = []
  const count = Math.max(ids.length, records.length, tokens.length)
  for (let at = 1; at < count; at += 1) {
    const [id, record, token] = [ids, records, tokens].map((cells) => cells[at]?.[0] ?? '')
    const account = readRowId(id ?? '')
    const cells = { record: record ?? '', tokens: token ?? '' }
    const found = { account: account ?? '', row: at + 1, id: id ?? '', cells }
    const first = rows.get(found.account)
    if (account === undefined) {
      if (Object.values(cells).some(isSealedText)) strays.push(found)
    } else if (first === undefined) rows.set(account, found)
    // A row that a person has copied is written together with the one that it was copied from.
    else if (first.id !== id) surplus.push(found)
  }
  return { rows, surplus, strays }
}

function readNotes(cells: Cells): readonly SheetNote[] {
  return cells
    .slice(1)
    .map(([id = '', text = '']) => ({ id, text }))
    .filter(({ id }) => id !== '')
}

/** Maps the names of parts to them. */
export function partsOf({ notes }: Pick<SheetTable, 'notes'>): ReadonlyMap<string, string> {
  return new Map(notes.map(({ id, text }) => [id, text]))
}
