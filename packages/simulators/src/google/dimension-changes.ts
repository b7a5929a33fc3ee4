/*
 * Changes of `spreadsheets:batchUpdate` that concern whole rows and columns.
 */
import { invalid } from './api-error.ts'
import { any, bool, int32, oneOf, string } from './body-shape.ts'
import { changeKind, type ChangeKind } from './change-kind.ts'
import { appendDimension, deleteDimension, insertDimension, moveDimension } from './dimensions.ts'
import {
  dimensionRangeShape,
  requireSheet,
  toDimensionRange,
  type SentDimensionRange,
} from './grid-range.ts'
import { assertSize } from './limits.ts'
import { sizeOf, type DimensionRange, type Spreadsheet } from './spreadsheet.ts'

/** The kinds, by name. */
export const dimensionChanges: Readonly<Record<string, ChangeKind>> = {
  appendDimension: changeKind<{ sheetId?: number; dimension?: string; length?: number }>(
    { sheetId: int32, dimension: oneOf('Dimension', ['ROWS', 'COLUMNS']), length: int32 },
    ({ spreadsheet, limits }, { sheetId, dimension, length = 0 }) => {
      const sheet = requireSheet(spreadsheet, sheetId)
      if (length <= 0) throw invalid('The length must be greater than 0.')
      appendDimension(sheet, dimension === 'COLUMNS' ? 'COLUMNS' : 'ROWS', length)
      assertSize(spreadsheet, limits)
    },
  ),
  insertDimension: changeKind<{ range?: SentDimensionRange; inheritFromBefore?: boolean }>(
    { range: dimensionRangeShape, inheritFromBefore: bool },
    ({ spreadsheet, limits }, { range, inheritFromBefore = false }) => {
      const run = toDimensionRange(spreadsheet, range)
      if (inheritFromBefore && run.startIndex === 0)
        throw invalid('inheritFromBefore cannot be true when inserting at index 0.')
      const count = countOf(spreadsheet, run)
      if (run.startIndex > count)
        throw invalid(
          `range.startIndex[${run.startIndex}] must not be greater than grid size[${count}]`,
        )
      insertDimension(spreadsheet, run)
      assertSize(spreadsheet, limits)
    },
  ),
  deleteDimension: changeKind<{ range?: SentDimensionRange }>(
    { range: dimensionRangeShape },
    ({ spreadsheet }, { range }) => {
      const run = toDimensionRange(spreadsheet, range)
      const count = countOf(spreadsheet, run)
      const word = run.dimension === 'ROWS' ? 'row' : 'column'
      if (run.endIndex > count)
        throw invalid(
          `Cannot delete a ${word} that doesn't exist. Tried to delete ${word} index ${run.endIndex - 1} ` +
            `but there are only ${count} ${word}s.`,
        )
      if (run.endIndex - run.startIndex >= count)
        throw invalid(`You can't delete all the ${word}s on the sheet.`)
      deleteDimension(spreadsheet, run)
    },
  ),
  moveDimension: changeKind<{ source?: SentDimensionRange; destinationIndex?: number }>(
    { source: dimensionRangeShape, destinationIndex: int32 },
    ({ spreadsheet }, { source, destinationIndex = 0 }) => {
      const run = toDimensionRange(spreadsheet, source)
      const count = countOf(spreadsheet, run)
      if (destinationIndex < 0 || destinationIndex > count || run.endIndex > count)
        throw invalid(`The destination and the source must lie within the ${count} that there are.`)
      moveDimension(spreadsheet, run, destinationIndex)
    },
  ),
  // Widths and heights are not simulated, so there is nothing to keep of these.
  updateDimensionProperties: changeKind<{ range?: SentDimensionRange }>(
    { range: dimensionRangeShape, dataSourceSheetRange: any, properties: any, fields: string },
    ({ spreadsheet }, { range }) => void toDimensionRange(spreadsheet, range),
  ),
  autoResizeDimensions: changeKind<{ dimensions?: SentDimensionRange }>(
    { dimensions: dimensionRangeShape, dataSourceSheetDimensions: any },
    ({ spreadsheet }, { dimensions }) => void toDimensionRange(spreadsheet, dimensions),
  ),
}

function countOf(spreadsheet: Spreadsheet, { sheetId, dimension }: DimensionRange): number {
  const { rowCount, columnCount } = sizeOf(requireSheet(spreadsheet, sheetId))
  return dimension === 'ROWS' ? rowCount : columnCount
}
