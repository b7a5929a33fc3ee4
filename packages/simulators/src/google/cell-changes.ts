/*
 * Changes of `spreadsheets:batchUpdate` that concern cells.
 */
import { invalid } from './api-error.ts'
import { outside } from './a1.ts'
import { any, int32, list, message, oneOf, string, double, bool, type Shape } from './body-shape.ts'
import { changeKind, type ChangeKind, type Draft } from './change-kind.ts'
import { parseMask, setMasked, type FieldTree } from './field-mask.ts'
import { gridRangeShape, requireSheet, toArea, type GridRange } from './grid-range.ts'
import { assertCellFits, assertSize } from './limits.ts'
import { sortArea, type SortSpec } from './sort.ts'
import {
  cellAt,
  countFilledRows,
  putCell,
  resize,
  sizeOf,
  type Area,
  type Cell,
  type Sheet,
} from './spreadsheet.ts'

interface RowData {
  readonly values?: readonly Cell[]
}

const extendedValue = message({
  numberValue: double,
  stringValue: string,
  boolValue: bool,
  formulaValue: string,
  errorValue: any,
})

const cellMembers = {
  userEnteredValue: extendedValue,
  effectiveValue: extendedValue,
  formattedValue: string,
  userEnteredFormat: any,
  effectiveFormat: any,
  hyperlink: string,
  note: string,
  textFormatRuns: any,
  dataValidation: any,
  pivotTable: any,
  dataSourceTable: any,
  dataSourceFormula: any,
  chipRuns: any,
}

const cellShape: Shape = message(cellMembers)

const rowsShape = list(message({ values: list(cellShape) }))

const shiftShape = oneOf('Dimension', ['DIMENSION_UNSPECIFIED', 'ROWS', 'COLUMNS'])

/** The kinds, by name. */
export const cellChanges: Readonly<Record<string, ChangeKind>> = {
  appendCells: changeKind<{ sheetId?: number; rows?: readonly RowData[]; fields?: string }>(
    { sheetId: int32, rows: rowsShape, fields: string, tableId: string },
    (draft, { sheetId, rows = [], fields }) => {
      const sheet = requireSheet(draft.spreadsheet, sheetId)
      const startRow = countFilledRows(sheet)
      const { rowCount, columnCount } = sizeOf(sheet)
      const width = rows.reduce((most, { values = [] }) => Math.max(most, values.length), 0)
      resize(sheet, {
        rowCount: Math.max(rowCount, startRow + rows.length),
        columnCount: Math.max(columnCount, width),
      })
      assertSize(draft.spreadsheet, draft.limits)
      putRows(draft, sheet, { rows, fields, startRow, startColumn: 0 })
    },
  ),
  updateCells: changeKind<{
    start?: { sheetId?: number; rowIndex?: number; columnIndex?: number }
    range?: GridRange
    rows?: readonly RowData[]
    fields?: string
  }>(
    {
      start: message({ sheetId: int32, rowIndex: int32, columnIndex: int32 }),
      range: gridRangeShape,
      rows: rowsShape,
      fields: string,
    },
    (draft, { start, range, rows = [], fields }) => {
      if ((start === undefined) === (range === undefined))
        throw invalid('Exactly one of start and range must be specified.')
      if (range === undefined) {
        const sheet = requireSheet(draft.spreadsheet, start?.sheetId)
        const { rowIndex: startRow = 0, columnIndex: startColumn = 0 } = start ?? {}
        const width = rows.reduce((most, { values = [] }) => Math.max(most, values.length), 0)
        const endRow = startRow + rows.length
        const endColumn = startColumn + width
        const { rowCount, columnCount } = sizeOf(sheet)
        assertNotBeyond(sheet, { startRow, endRow, startColumn, endColumn }, [
          rowCount,
          columnCount,
        ])
        putRows(draft, sheet, { rows, fields, startRow, startColumn })
        return
      }
      const area = toArea(draft.spreadsheet, range)
      const sheet = requireSheet(draft.spreadsheet, area.sheetId)
      const width = rows.reduce((most, { values = [] }) => Math.max(most, values.length), 0)
      const endRow = area.startRow + rows.length
      const endColumn = area.startColumn + width
      assertNotBeyond(sheet, { ...area, endRow, endColumn }, [area.endRow, area.endColumn])
      const whole = Array.from({ length: area.endRow - area.startRow }, (_, down) => ({
        values: Array.from(
          { length: area.endColumn - area.startColumn },
          (__, along) => rows[down]?.values?.[along] ?? {},
        ),
      }))
      putRows(draft, sheet, { ...area, rows: whole, fields })
    },
  ),
  repeatCell: changeKind<{ range?: GridRange; cell?: Cell; fields?: string }>(
    { range: gridRangeShape, cell: cellShape, fields: string },
    (draft, { range, cell = {}, fields }) => {
      const area = toArea(draft.spreadsheet, range)
      const sheet = requireSheet(draft.spreadsheet, area.sheetId)
      const mask = requireMask(fields)
      eachCell(area, (row, column) => putMasked(draft, sheet, [row, column], { cell, mask }))
    },
  ),
  deleteRange: changeKind<{ range?: GridRange; shiftDimension?: string }>(
    { range: gridRangeShape, shiftDimension: shiftShape },
    ({ spreadsheet }, { range, shiftDimension }) => {
      const area = toArea(spreadsheet, range)
      shiftCells(requireSheet(spreadsheet, area.sheetId), area, requireShift(shiftDimension), -1)
    },
  ),
  insertRange: changeKind<{ range?: GridRange; shiftDimension?: string }>(
    { range: gridRangeShape, shiftDimension: shiftShape },
    ({ spreadsheet }, { range, shiftDimension }) => {
      const area = toArea(spreadsheet, range)
      shiftCells(requireSheet(spreadsheet, area.sheetId), area, requireShift(shiftDimension), 1)
    },
  ),
  sortRange: changeKind<{ range?: GridRange; sortSpecs?: readonly SortSpec[] }>(
    {
      range: gridRangeShape,
      sortSpecs: list(
        message({
          dimensionIndex: int32,
          sortOrder: oneOf('SortOrder', ['SORT_ORDER_UNSPECIFIED', 'ASCENDING', 'DESCENDING']),
          foregroundColor: any,
          backgroundColor: any,
          foregroundColorStyle: any,
          backgroundColorStyle: any,
          dataSourceColumnReference: any,
        }),
      ),
    },
    ({ spreadsheet }, { range, sortSpecs = [] }) => {
      const area = toArea(spreadsheet, range)
      sortArea(requireSheet(spreadsheet, area.sheetId), area, sortSpecs)
    },
  ),
}

function putRows(
  draft: Draft,
  sheet: Sheet,
  put: {
    readonly rows: readonly RowData[]
    readonly fields: string | undefined
    readonly startRow: number
    readonly startColumn: number
  },
): void {
  const mask = requireMask(put.fields)
  put.rows.forEach(({ values = [] }, down) =>
    values.forEach((cell, along) =>
      putMasked(draft, sheet, [put.startRow + down, put.startColumn + along], { cell, mask }),
    ),
  )
}

function putMasked(
  draft: Draft,
  sheet: Sheet,
  [row, column]: readonly [number, number],
  { cell, mask }: { readonly cell: Cell; readonly mask: FieldTree | undefined },
): void {
  const { effectiveValue: _, formattedValue: __, effectiveFormat: ___, ...own } = cell
  const next = setMasked(cellAt(sheet, row, column) ?? {}, own, mask) as Cell
  const { userEnteredValue: value } = next
  // An empty text and a value without members empty the cell.
  const isEmpty =
    value !== undefined && (value.stringValue === '' || Object.keys(value).length === 0)
  const { userEnteredValue: ____, ...rest } = next
  assertCellFits(next, draft.limits)
  putCell(sheet, row, column, isEmpty ? rest : next)
}

function requireMask(fields: string | undefined): FieldTree | undefined {
  if (fields === undefined || fields === '')
    throw invalid(
      "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
    )
  const mask = parseMask(fields)
  const unknown = [...(mask?.keys() ?? [])].find((name) => !Object.hasOwn(cellMembers, name))
  if (unknown !== undefined) throw invalid(`Invalid field: ${unknown}`)
  return mask
}

function requireShift(dimension: string | undefined): 'ROWS' | 'COLUMNS' {
  if (dimension === 'ROWS' || dimension === 'COLUMNS') return dimension
  throw invalid('No shift dimension was specified.')
}

function assertNotBeyond(
  sheet: Sheet,
  written: Omit<Area, 'sheetId'>,
  [endRow, endColumn]: readonly [number, number],
): void {
  const { rowCount, columnCount } = sizeOf(sheet)
  if (written.startRow < 0 || written.startColumn < 0) throw invalid('The start is negative.')
  if (written.startRow >= rowCount || written.startColumn >= columnCount)
    throw outside(sheet, { ...written, sheetId: sheet.properties.sheetId })
  if (written.endRow > endRow)
    throw invalid(
      `Attempting to write row: ${endRow}, beyond the last requested row of: ${endRow - 1}`,
    )
  if (written.endColumn > endColumn)
    throw invalid(
      `Attempting to write column: ${endColumn}, beyond the last requested column of: ${endColumn - 1}`,
    )
}

/** Moves the cells beside or below a rectangle into it (-1), or out of its way (1); the sheet keeps its size. */
function shiftCells(sheet: Sheet, area: Area, dimension: 'ROWS' | 'COLUMNS', sign: 1 | -1): void {
  const { rowCount, columnCount } = sizeOf(sheet)
  const isRows = dimension === 'ROWS'
  const lastFilled = Math.min(rowCount, Math.max(sheet.rows.length, area.endRow))
  const reach = isRows
    ? {
        ...area,
        endRow:
          sign === 1 ? Math.min(rowCount, lastFilled + area.endRow - area.startRow) : lastFilled,
      }
    : { ...area, endColumn: columnCount }
  const count = isRows ? area.endRow - area.startRow : area.endColumn - area.startColumn
  const old = [...sheet.rows]
  eachCell(reach, (row, column) => {
    const fromRow = isRows ? row - sign * count : row
    const fromColumn = isRows ? column : column - sign * count
    const isInside = fromRow >= area.startRow && fromColumn >= area.startColumn
    putCell(sheet, row, column, isInside ? old[fromRow]?.cells[fromColumn] : undefined)
  })
}

function eachCell(area: Area, visit: (row: number, column: number) => void): void {
  for (let row = area.startRow; row < area.endRow; row += 1)
    for (let column = area.startColumn; column < area.endColumn; column += 1) visit(row, column)
}
