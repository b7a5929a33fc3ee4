/*
 * What a person does with a spreadsheet on their screen: they read what is shown, type, sort, insert, delete, move,
 * colour, filter and rename. Rows are numbered from 1 and columns are letters, as a person sees them.
 */
import { fromColumnLetters, parseRange } from './a1.ts'
import { addSheet } from './sheet-changes.ts'
import { assertFits, assertSize } from './limits.ts'
import type { Draft } from './change-kind.ts'
import { deleteDimension, dropUnbound, insertDimension, moveDimension } from './dimensions.ts'
import { showCell } from './shown-value.ts'
import { sortArea } from './sort.ts'
import {
  areaOf,
  cellAt,
  putCell,
  putRow,
  sizeOf,
  type Area,
  type Sheet,
  type Spreadsheet,
} from './spreadsheet.ts'
import { readTyped, withTyped } from './typed-value.ts'

/** A run of rows or columns as a person names it. */
export type Lines =
  | { readonly row: number; readonly count?: number }
  | { readonly column: string; readonly count?: number }

/** A person before one spreadsheet. Each act fails with a `TypeError` where what it names is not there. */
export interface Person {
  /** The titles of the sheets, in their order. */
  tabs(): readonly string[]
  /** What is shown in a cell, such as `A1`. */
  cell(tab: string, place: string): string
  /** What is shown in all cells, up to the last row and column that show anything. */
  rows(tab: string): readonly (readonly string[])[]
  /** Types a text into a cell. */
  type(tab: string, place: string, text: string): void
  /** Sorts all rows below the first `headerRows` (1) by a column. */
  sort(
    tab: string,
    by: { readonly column: string; readonly descending?: boolean; readonly headerRows?: number },
  ): void
  /** Inserts empty rows or columns in front of one. */
  insert(tab: string, before: Lines): void
  /** Deletes rows or columns. */
  remove(tab: string, lines: Lines): void
  /** Moves rows or columns in front of another, counted before the move. */
  move(tab: string, lines: Lines, before: number | string): void
  /** Colours cells, such as `A1:C3`, with `#rrggbb`. */
  colour(tab: string, place: string, colour: string): void
  /** Hides the rows below the first whose cell in the column does not fit; without a test shows all. */
  filter(tab: string, column: string, fits?: (shown: string) => boolean): void
  /** Adds a sheet as the last (`Sheet2`, or the next that is free). */
  addTab(title?: string): void
  /** Renames a sheet. */
  renameTab(tab: string, title: string): void
  /** Deletes a sheet. */
  removeTab(tab: string): void
}

/** Puts a person before a spreadsheet. */
export function createPerson(
  read: () => Spreadsheet,
  change: (act: (draft: Draft) => void) => void,
): Person {
  const act = (tab: string, does: (sheet: Sheet, draft: Draft) => void) =>
    change((draft) => does(findTab(draft.spreadsheet, tab), draft))
  return {
    tabs: () => read().sheets.map(({ properties }) => properties.title),
    cell: (tab, place) => {
      const sheet = findTab(read(), tab)
      const { startRow, startColumn } = areaAt(read(), tab, place)
      return showCell(sheet, cellAt(sheet, startRow, startColumn))
    },
    rows: (tab) => showRows(findTab(read(), tab)),
    type: (tab, place, text) =>
      act(tab, (sheet, { spreadsheet, limits }) => {
        const { startRow, startColumn } = areaAt(spreadsheet, tab, place)
        const cell = cellAt(sheet, startRow, startColumn)
        const typed = readTyped(text, cell)
        assertFits(typed.value, limits)
        putCell(sheet, startRow, startColumn, withTyped(cell, typed))
      }),
    sort: (tab, { column, descending = false, headerRows = 1 }) =>
      act(tab, (sheet) => {
        const sortOrder = descending ? 'DESCENDING' : 'ASCENDING'
        sortArea(sheet, { ...areaOf(sheet), startRow: headerRows }, [
          { dimensionIndex: fromColumnLetters(column), sortOrder },
        ])
      }),
    insert: (tab, before) =>
      act(tab, (sheet, { spreadsheet, limits }) => {
        insertDimension(spreadsheet, toRun(sheet, before))
        assertSize(spreadsheet, limits)
      }),
    remove: (tab, lines) =>
      act(tab, (sheet, { spreadsheet }) => deleteDimension(spreadsheet, toRun(sheet, lines))),
    move: (tab, lines, before) =>
      act(tab, (sheet, { spreadsheet }) => {
        const target = typeof before === 'number' ? before - 1 : fromColumnLetters(before)
        moveDimension(spreadsheet, toRun(sheet, lines), target)
      }),
    colour: (tab, place, colour) =>
      act(tab, (sheet, { spreadsheet }) => paint(sheet, areaAt(spreadsheet, tab, place), colour)),
    filter: (tab, column, fits = () => true) =>
      act(tab, (sheet) => {
        const index = fromColumnLetters(column)
        sheet.rows.forEach(({ cells }, row) => {
          const isHidden = row > 0 && !fits(showCell(sheet, cells[index]))
          putRow(sheet, row, { cells, ...(isHidden && { isHidden }) })
        })
      }),
    addTab: (title) =>
      change((draft) => void addSheet(draft, title === undefined ? {} : { title })),
    renameTab: (tab, title) =>
      act(tab, (sheet) => {
        sheet.properties = { ...sheet.properties, title }
      }),
    removeTab: (tab) =>
      act(tab, (sheet, { spreadsheet }) => {
        spreadsheet.sheets = spreadsheet.sheets.filter((each) => each !== sheet)
        dropUnbound(spreadsheet)
      }),
  }
}

function findTab({ sheets }: Spreadsheet, tab: string): Sheet {
  const sheet = sheets.find(({ properties }) => properties.title === tab)
  if (sheet !== undefined) return sheet
  const known = sheets.map(({ properties }) => `"${properties.title}"`).join(', ')
  throw new TypeError(`There is no sheet "${tab}". There are ${known}.`)
}

function areaAt(spreadsheet: Spreadsheet, tab: string, place: string): Area {
  const sheet = findTab(spreadsheet, tab)
  const { rowCount, columnCount } = sizeOf(sheet)
  const area = parseRange(spreadsheet, `'${tab.replaceAll("'", "''")}'!${place}`)
  if (area.startRow >= rowCount || area.startColumn >= columnCount)
    throw new TypeError(
      `"${place}" is not on the sheet, which has ${rowCount} rows and ${columnCount} columns.`,
    )
  return {
    ...area,
    endRow: Math.min(area.endRow, rowCount),
    endColumn: Math.min(area.endColumn, columnCount),
  }
}

function showRows(sheet: Sheet): readonly (readonly string[])[] {
  const rows = sheet.rows.map(({ cells }) => {
    const shown = Array.from(cells, (cell) => showCell(sheet, cell))
    return shown.slice(0, shown.findLastIndex((text) => text !== '') + 1)
  })
  return rows.slice(0, rows.findLastIndex((row) => row.length > 0) + 1)
}

function toRun(sheet: Sheet, lines: Lines) {
  const isRows = 'row' in lines
  const startIndex = isRows ? lines.row - 1 : fromColumnLetters(lines.column)
  const endIndex = startIndex + (lines.count ?? 1)
  const { rowCount, columnCount } = sizeOf(sheet)
  if (!(startIndex >= 0) || endIndex > (isRows ? rowCount : columnCount))
    throw new TypeError(
      `There are ${rowCount} rows and ${columnCount} columns; those named go beyond.`,
    )
  const dimension = isRows ? ('ROWS' as const) : ('COLUMNS' as const)
  return { sheetId: sheet.properties.sheetId, dimension, startIndex, endIndex }
}

function paint(sheet: Sheet, area: Area, colour: string): void {
  const [red = 0, green = 0, blue = 0] =
    (/^#([0-9a-f]{6})$/i.exec(colour)?.[1] ?? 'ffffff')
      .match(/../g)
      ?.map((part) => Number.parseInt(part, 16) / 255) ?? []
  const backgroundColor = { red, green, blue }
  for (let row = area.startRow; row < area.endRow; row += 1)
    for (let column = area.startColumn; column < area.endColumn; column += 1) {
      const cell = cellAt(sheet, row, column)
      const userEnteredFormat = { ...cell?.userEnteredFormat, backgroundColor }
      putCell(sheet, row, column, { ...cell, userEnteredFormat })
    }
}
