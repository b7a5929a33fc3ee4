/*
 * Makes an empty sheet one that the store can use: a tab for people to look at and a hidden one, each with its header.
 *
 * What a person has put there stays. Once both tabs are there nothing is made any more: what is missing then was
 * renamed or deleted, and a new one in its place would lose everybody.
 */
import { isThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import { appendRow, insertColumn } from './requests.ts'
import type { SheetApi, SheetTab } from './sheet-api.ts'
import { cellsOf, COLUMNS, NOTES_TAB, readHeader, USERS_TAB } from './table.ts'
import { missingTab } from './sheet-error.ts'

const NOTES_HEADER = ['name', 'kept by the program: without it no row opens']

/** Makes what is missing where the store has never been used. Of several programs one does. */
export async function setUpSheet(api: SheetApi, random: Random): Promise<void> {
  const tabs = await api.loadTabs()
  if (tabs.some(({ title }) => title === NOTES_TAB)) return
  const users = tabs.find(({ title }) => title === USERS_TAB)
  const usersId = users?.sheetId ?? createSheetId(random)
  const notesId = createSheetId(random)
  const columns = await missingColumns(api, users)
  // A person's own column may be called `id`; the others are of a store that was used before.
  if (!['record', 'tokens'].every((header) => isAmong(columns, header))) throw missingTab(NOTES_TAB)
  const properties = { title: NOTES_TAB, sheetId: notesId, hidden: true }
  try {
    await api.apply(
      [
        ...(users === undefined ? [addUsersTab(usersId)] : []),
        ...columns.flatMap(({ column, header }) => insertColumn(usersId, column, header)),
        clipCells(usersId, columns.length),
        { addSheet: { properties } },
        appendRow(notesId, new Map(NOTES_HEADER.entries())),
      ],
      [],
    )
  } catch (error) {
    // Another program has just done it: a title is given once.
    const isDone =
      isThroughlineError(error, 'sheet.refused') && error.message.includes('already exists')
    if (!isDone) throw error
  }
}

async function missingColumns(api: SheetApi, users: SheetTab | undefined) {
  const ranges = users === undefined ? [] : await api.load([`'${USERS_TAB}'!1:1`])
  const present = readHeader(cellsOf(ranges, users?.sheetId ?? 0)[0] ?? [])
  return COLUMNS.filter((header) => !present.has(header)).map((header, column) => ({
    header,
    column,
  }))
}

function isAmong(columns: readonly { readonly header: string }[], header: string): boolean {
  return columns.some((column) => column.header === header)
}

function addUsersTab(sheetId: number): object {
  const gridProperties = { rowCount: 1000, columnCount: 20, frozenRowCount: 1 }
  return { addSheet: { properties: { title: USERS_TAB, sheetId, index: 0, gridProperties } } }
}

/** Long sealed texts would run over what stands beside them. */
function clipCells(sheetId: number, count: number): object {
  return {
    repeatCell: {
      range: { sheetId, startColumnIndex: 0, endColumnIndex: Math.max(count, 1) },
      cell: { userEnteredFormat: { wrapStrategy: 'CLIP' } },
      fields: 'userEnteredFormat.wrapStrategy',
    },
  }
}

/** Google takes any positive number of 31 bits. */
function createSheetId(random: Random): number {
  return Math.max(1, Buffer.from(random(4)).readUInt32BE() >>> 1)
}
