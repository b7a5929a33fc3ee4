/*
 * Where an append goes: below the last table that the range touches. A table is a block of cells with values, with
 * empty ones all around it.
 *
 * @see https://developers.google.com/workspace/sheets/api/guides/values#append_values
 */
import { cellAt, hasValue, sizeOf, type Area, type Sheet } from './spreadsheet.ts'

/** Finds the last table of a range; undefined where the range touches none. */
export function findTable(sheet: Sheet, range: Area): Area | undefined {
  const start = lastFilled(sheet, range)
  if (start === undefined) return undefined
  const { sheetId } = range
  let table: Area = {
    sheetId,
    startRow: start.row,
    endRow: start.row + 1,
    startColumn: start.column,
    endColumn: start.column + 1,
  }
  for (;;) {
    const wider = widen(sheet, table)
    if (wider === undefined) return table
    table = wider
  }
}

/** The last cell of a range that holds a value: of the last such row the first. */
function lastFilled(
  sheet: Sheet,
  range: Area,
): { readonly row: number; readonly column: number } | undefined {
  const lastRow = Math.min(range.endRow, sheet.rows.length) - 1
  for (let row = lastRow; row >= range.startRow; row -= 1) {
    const cells = sheet.rows[row]?.cells.slice(range.startColumn, range.endColumn) ?? []
    const column = cells.findIndex(hasValue)
    if (column !== -1) return { row, column: range.startColumn + column }
  }
  return undefined
}

/** Widens a table by each side along which, corners included, a cell holds a value. */
function widen(sheet: Sheet, table: Area): Area | undefined {
  const { rowCount, columnCount } = sizeOf(sheet)
  const top = Math.max(table.startRow - 1, 0)
  const bottom = Math.min(table.endRow + 1, rowCount)
  const left = Math.max(table.startColumn - 1, 0)
  const right = Math.min(table.endColumn + 1, columnCount)
  const isFilled = (fromRow: number, toRow: number, fromColumn: number, toColumn: number) => {
    for (let row = fromRow; row < toRow; row += 1)
      for (let column = fromColumn; column < toColumn; column += 1)
        if (hasValue(cellAt(sheet, row, column))) return true
    return false
  }
  const wider = {
    ...table,
    startRow: isFilled(top, table.startRow, left, right) ? top : table.startRow,
    endRow: isFilled(table.endRow, bottom, left, right) ? bottom : table.endRow,
    startColumn: isFilled(top, bottom, left, table.startColumn) ? left : table.startColumn,
    endColumn: isFilled(top, bottom, table.endColumn, right) ? right : table.endColumn,
  }
  const isSame =
    wider.startRow === table.startRow &&
    wider.endRow === table.endRow &&
    wider.startColumn === table.startColumn &&
    wider.endColumn === table.endColumn
  return isSame ? undefined : wider
}
