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
  return widen(sheet, {
    sheetId,
    startRow: start.row,
    endRow: start.row + 1,
    startColumn: start.column,
    endColumn: start.column + 1,
  })
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

/**
 * Widens a table as long as a cell along one of its sides, corners included, holds a value. Row by row first: a table is
 * long, and each of its rows is to be looked at once.
 */
function widen(sheet: Sheet, start: Area): Area {
  const { columnCount } = sizeOf(sheet)
  const table = { ...start }
  const isRowFilled = (row: number) => {
    const left = Math.max(table.startColumn - 1, 0)
    return sheet.rows[row]?.cells.slice(left, table.endColumn + 1).some(hasValue) ?? false
  }
  const isColumnFilled = (column: number) => {
    if (column < 0 || column >= columnCount) return false
    for (let row = Math.max(table.startRow - 1, 0); row <= table.endRow; row += 1)
      if (hasValue(cellAt(sheet, row, column))) return true
    return false
  }
  for (;;) {
    while (isRowFilled(table.startRow - 1)) table.startRow -= 1
    while (isRowFilled(table.endRow)) table.endRow += 1
    if (isColumnFilled(table.startColumn - 1)) table.startColumn -= 1
    else if (isColumnFilled(table.endColumn)) table.endColumn += 1
    else return table
  }
}
