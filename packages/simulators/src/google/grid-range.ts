/*
 * `GridRange` on the wire: where a bound is missing it goes to the end of the sheet.
 */
import { invalid } from './api-error.ts'
import { outside } from './a1.ts'
import { int32, message, oneOf, type Shape } from './body-shape.ts'
import {
  findSheet,
  sizeOf,
  type Area,
  type DimensionRange,
  type Sheet,
  type Spreadsheet,
} from './spreadsheet.ts'

/** A rectangle as it is sent. */
export interface GridRange {
  readonly sheetId?: number
  readonly startRowIndex?: number
  readonly endRowIndex?: number
  readonly startColumnIndex?: number
  readonly endColumnIndex?: number
}

/** Its shape. */
export const gridRangeShape: Shape = message({
  sheetId: int32,
  startRowIndex: int32,
  endRowIndex: int32,
  startColumnIndex: int32,
  endColumnIndex: int32,
})

/** The shape of `DimensionRange`. */
export const dimensionRangeShape: Shape = message({
  sheetId: int32,
  dimension: oneOf('Dimension', ['DIMENSION_UNSPECIFIED', 'ROWS', 'COLUMNS']),
  startIndex: int32,
  endIndex: int32,
})

/**
 * Finds the sheet that a request names.
 *
 * @throws `GoogleError` 400 where there is none.
 */
export function requireSheet(spreadsheet: Spreadsheet, sheetId = 0): Sheet {
  const sheet = findSheet(spreadsheet, sheetId)
  if (sheet === undefined) throw invalid(`No grid with id: ${sheetId}`)
  return sheet
}

/**
 * Reads a rectangle.
 *
 * @throws `GoogleError` 400 where its sheet is not there, or it does not lie within that.
 */
export function toArea(spreadsheet: Spreadsheet, range: GridRange = {}): Area {
  const sheet = requireSheet(spreadsheet, range.sheetId)
  const { rowCount, columnCount } = sizeOf(sheet)
  const area = {
    sheetId: sheet.properties.sheetId,
    startRow: range.startRowIndex ?? 0,
    endRow: range.endRowIndex ?? rowCount,
    startColumn: range.startColumnIndex ?? 0,
    endColumn: range.endColumnIndex ?? columnCount,
  }
  const isWithin =
    area.startRow >= 0 &&
    area.startColumn >= 0 &&
    area.startRow < area.endRow &&
    area.startColumn < area.endColumn
  if (!isWithin) throw invalid('The range is empty, or ends before it begins.')
  if (area.endRow > rowCount || area.endColumn > columnCount) throw outside(sheet, area)
  return area
}

/** Writes a rectangle; as Google does, the id 0 and the start 0 are left out, and bounds that are those of the sheet. */
export function toGridRange(area: Area): GridRange {
  return {
    ...(area.sheetId !== 0 && { sheetId: area.sheetId }),
    ...(area.startRow !== 0 && { startRowIndex: area.startRow }),
    endRowIndex: area.endRow,
    ...(area.startColumn !== 0 && { startColumnIndex: area.startColumn }),
    endColumnIndex: area.endColumn,
  }
}

/** A `DimensionRange` as it is sent. */
export type SentDimensionRange = Partial<DimensionRange>

/**
 * Reads a run of rows or columns.
 *
 * @throws `GoogleError` 400 where its sheet is not there or it names no dimension.
 */
export function toDimensionRange(
  spreadsheet: Spreadsheet,
  range: SentDimensionRange = {},
): DimensionRange {
  const sheet = requireSheet(spreadsheet, range.sheetId)
  const { dimension } = range
  if (dimension !== 'ROWS' && dimension !== 'COLUMNS')
    throw invalid('No dimension was specified in the range.')
  const { rowCount, columnCount } = sizeOf(sheet)
  const startIndex = range.startIndex ?? 0
  const endIndex = range.endIndex ?? (dimension === 'ROWS' ? rowCount : columnCount)
  if (startIndex < 0 || endIndex <= startIndex)
    throw invalid(
      `range.endIndex[${endIndex}] must be after range.startIndex[${startIndex}], which must not be negative.`,
    )
  return { sheetId: sheet.properties.sheetId, dimension, startIndex, endIndex }
}
