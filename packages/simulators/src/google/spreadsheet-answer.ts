/*
 * A spreadsheet as `spreadsheets.get` answers it, with the cells where they are asked for.
 */
import { clip } from './a1.ts'
import { reaches, type FieldTree } from './field-mask.ts'
import { toGridRange } from './grid-range.ts'
import { toSent } from './metadata.ts'
import { toSentProperties } from './sheet-changes.ts'
import { effectiveValue, showCell } from './shown-value.ts'
import {
  areaOf,
  type Area,
  type Cell,
  type DimensionRange,
  type Row,
  type Sheet,
  type Spreadsheet,
} from './spreadsheet.ts'

const defaultFormat = {
  backgroundColor: { red: 1, green: 1, blue: 1 },
  padding: { top: 2, right: 3, bottom: 2, left: 3 },
  verticalAlignment: 'BOTTOM',
  wrapStrategy: 'OVERFLOW_CELL',
  textFormat: {
    foregroundColor: {},
    fontFamily: 'arial,sans,sans-serif',
    fontSize: 10,
    bold: false,
    italic: false,
    strikethrough: false,
    underline: false,
    foregroundColorStyle: { rgbColor: {} },
  },
  backgroundColorStyle: { rgbColor: { red: 1, green: 1, blue: 1 } },
}

/** The members of a spreadsheet on the wire. */
export const spreadsheetMembers = [
  'spreadsheetId',
  'properties',
  'sheets',
  'namedRanges',
  'spreadsheetUrl',
  'developerMetadata',
  'dataSources',
  'dataSourceSchedules',
]

/** What is asked for. */
export interface Asked {
  /** The rectangles, of whose sheets alone the answer speaks; undefined for all sheets. */
  readonly areas: readonly Area[] | undefined
  /** The mask; where there is one, it alone decides about cells. */
  readonly mask: FieldTree | undefined
  readonly includeGridData: boolean
}

/** Writes a spreadsheet. What the mask leaves out may be there: the caller applies it. */
export function toAnswer(
  spreadsheet: Spreadsheet,
  { areas, mask, includeGridData }: Asked,
): Readonly<Record<string, unknown>> {
  const { id, title, locale, timeZone, namedRanges } = spreadsheet
  const hasData = mask === undefined ? includeGridData : reaches(mask, 'sheets', 'data')
  const ofSpreadsheet = spreadsheet.metadata.filter(({ location }) => 'spreadsheet' in location)
  const shown = spreadsheet.sheets.filter(
    ({ properties }) => areas?.some(({ sheetId }) => sheetId === properties.sheetId) ?? true,
  )
  return {
    spreadsheetId: id,
    properties: {
      title,
      locale,
      autoRecalc: 'ON_CHANGE',
      timeZone,
      defaultFormat,
      spreadsheetTheme: { primaryFontFamily: 'Arial', themeColors: [] },
    },
    sheets: shown.map((sheet) =>
      sheetAnswer(spreadsheet, sheet, { areas: hasData ? areas : [], mask }),
    ),
    ...(namedRanges.length > 0 && {
      namedRanges: namedRanges.map(({ namedRangeId, name, area }) => ({
        namedRangeId,
        name,
        range: toGridRange(area),
      })),
    }),
    spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${id}/edit`,
    ...(ofSpreadsheet.length > 0 && { developerMetadata: ofSpreadsheet.map(toSent) }),
  }
}

function sheetAnswer(
  spreadsheet: Spreadsheet,
  sheet: Sheet,
  { areas, mask }: Pick<Asked, 'areas' | 'mask'>,
): Readonly<Record<string, unknown>> {
  const { sheetId } = sheet.properties
  const own = (areas ?? [areaOf(sheet)]).filter((area) => area.sheetId === sheetId)
  const ofSheet = spreadsheet.metadata.filter(
    ({ location }) => 'sheetId' in location && location.sheetId === sheetId,
  )
  return {
    properties: toSentProperties(spreadsheet, sheet),
    ...(own.length > 0 && {
      data: own.map((area) =>
        gridData(spreadsheet, sheet, { area: clip(spreadsheet, area), mask }),
      ),
    }),
    ...(ofSheet.length > 0 && { developerMetadata: ofSheet.map(toSent) }),
  }
}

function gridData(
  spreadsheet: Spreadsheet,
  sheet: Sheet,
  { area, mask }: { readonly area: Area; readonly mask: FieldTree | undefined },
): Readonly<Record<string, unknown>> {
  const { sheetId, startRow, endRow, startColumn, endColumn } = area
  const wants = (...path: readonly string[]) => reaches(mask, 'sheets', 'data', ...path)
  const isWanted = cellMembers.filter((name) => wants('rowData', 'values', name))
  const rows = sheet.rows.slice(startRow, endRow)
  const rowData = rows.map(({ cells }) =>
    rowAnswer(sheet, cells.slice(startColumn, endColumn), isWanted),
  )
  const filled = rowData.slice(0, rowData.findLastIndex((row) => 'values' in row) + 1)
  const lines = (dimension: 'ROWS' | 'COLUMNS', start: number, end: number) =>
    Array.from({ length: end - start }, (_, index) =>
      dimensionAnswer(spreadsheet, sheet, {
        sheetId,
        dimension,
        startIndex: start + index,
        endIndex: start + index + 1,
      }),
    )
  return {
    ...(startRow > 0 && { startRow }),
    ...(startColumn > 0 && { startColumn }),
    ...(filled.length > 0 && { rowData: filled }),
    ...(wants('rowMetadata') && { rowMetadata: lines('ROWS', startRow, endRow) }),
    ...(wants('columnMetadata') && { columnMetadata: lines('COLUMNS', startColumn, endColumn) }),
  }
}

/** What is computed of a cell, where it is asked for: a sheet has many. */
const cellMembers = ['effectiveValue', 'formattedValue', 'effectiveFormat'] as const

function rowAnswer(
  sheet: Sheet,
  cells: Row['cells'],
  isWanted: readonly (typeof cellMembers)[number][],
): { readonly values?: unknown } {
  const filled = cells.slice(0, cells.findLastIndex((cell) => cell !== undefined) + 1)
  const values = Array.from(filled, (cell) =>
    cell === undefined ? {} : cellAnswer(sheet, cell, isWanted),
  )
  return values.length > 0 ? { values } : {}
}

function cellAnswer(
  sheet: Sheet,
  cell: Cell,
  isWanted: readonly (typeof cellMembers)[number][],
): Readonly<Record<string, unknown>> {
  if (isWanted.length === 0) return cell
  const hasEntry = cell.userEnteredValue !== undefined
  const computed: Record<string, unknown> = {}
  for (const name of isWanted) {
    if (name === 'effectiveFormat') computed[name] = { ...defaultFormat, ...cell.userEnteredFormat }
    else if (hasEntry)
      computed[name] =
        name === 'effectiveValue' ? effectiveValue(sheet, cell) : showCell(sheet, cell)
  }
  return { ...cell, ...computed }
}

/** Sizes in pixels, which are not simulated. */
const pixelSizes = { ROWS: 21, COLUMNS: 100 }

function dimensionAnswer(
  spreadsheet: Spreadsheet,
  sheet: Sheet,
  dimensionRange: DimensionRange,
): Readonly<Record<string, unknown>> {
  const { dimension, startIndex } = dimensionRange
  const pixelSize = pixelSizes[dimension]
  const isHidden = dimension === 'ROWS' && sheet.rows[startIndex]?.isHidden === true
  const found = spreadsheet.metadata.filter(
    ({ location }) =>
      'dimensionRange' in location &&
      location.dimensionRange.sheetId === dimensionRange.sheetId &&
      location.dimensionRange.dimension === dimension &&
      location.dimensionRange.startIndex === startIndex,
  )
  return {
    pixelSize,
    ...(isHidden && { hiddenByFilter: true }),
    ...(found.length > 0 && { developerMetadata: found.map(toSent) }),
  }
}
