/*
 * A spreadsheet as `spreadsheets.get` answers it, with the cells where they are asked for.
 */
import { clip } from './a1.ts'
import { reaches, type FieldTree } from './field-mask.ts'
import { toGridRange } from './grid-range.ts'
import { findMetadata, toSent } from './metadata.ts'
import { toSentProperties } from './sheet-changes.ts'
import { effectiveValue, showCell } from './shown-value.ts'
import {
  areaOf,
  type Area,
  type Cell,
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
    sheets: shown.map((sheet) => sheetAnswer(spreadsheet, sheet, hasData ? areas : [])),
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
  areas: readonly Area[] | undefined,
): Readonly<Record<string, unknown>> {
  const { sheetId } = sheet.properties
  const own = (areas ?? [areaOf(sheet)]).filter((area) => area.sheetId === sheetId)
  const ofSheet = spreadsheet.metadata.filter(
    ({ location }) => 'sheetId' in location && location.sheetId === sheetId,
  )
  return {
    properties: toSentProperties(spreadsheet, sheet),
    ...(own.length > 0 && {
      data: own.map((area) => gridData(spreadsheet, sheet, clip(spreadsheet, area))),
    }),
    ...(ofSheet.length > 0 && { developerMetadata: ofSheet.map(toSent) }),
  }
}

function gridData(
  spreadsheet: Spreadsheet,
  sheet: Sheet,
  area: Area,
): Readonly<Record<string, unknown>> {
  const rows = sheet.rows.slice(area.startRow, area.endRow)
  const rowData = rows.map((row) => rowAnswer(sheet, row, area))
  const filled = rowData.slice(0, rowData.findLastIndex((row) => 'values' in row) + 1)
  return {
    ...(area.startRow > 0 && { startRow: area.startRow }),
    ...(area.startColumn > 0 && { startColumn: area.startColumn }),
    ...(filled.length > 0 && { rowData: filled }),
    rowMetadata: Array.from({ length: area.endRow - area.startRow }, (_, down) =>
      dimensionAnswer(spreadsheet, area.sheetId, 'ROWS', area.startRow + down, 21),
    ),
    columnMetadata: Array.from({ length: area.endColumn - area.startColumn }, (_, along) =>
      dimensionAnswer(spreadsheet, area.sheetId, 'COLUMNS', area.startColumn + along, 100),
    ),
  }
}

function rowAnswer(sheet: Sheet, { cells }: Row, area: Area): { readonly values?: unknown } {
  const own = cells.slice(area.startColumn, area.endColumn)
  const values = Array.from(
    own.slice(0, own.findLastIndex((cell) => cell !== undefined) + 1),
    (cell) => (cell === undefined ? {} : cellAnswer(sheet, cell)),
  )
  return values.length > 0 ? { values } : {}
}

function cellAnswer(sheet: Sheet, cell: Cell): Readonly<Record<string, unknown>> {
  const { userEnteredValue, userEnteredFormat, ...others } = cell
  return {
    ...(userEnteredValue && {
      userEnteredValue,
      effectiveValue: effectiveValue(sheet, cell),
      formattedValue: showCell(sheet, cell),
    }),
    ...(userEnteredFormat && { userEnteredFormat }),
    effectiveFormat: { ...defaultFormat, ...userEnteredFormat },
    ...others,
  }
}

function dimensionAnswer(
  spreadsheet: Spreadsheet,
  sheetId: number,
  dimension: 'ROWS' | 'COLUMNS',
  index: number,
  pixelSize: number,
): Readonly<Record<string, unknown>> {
  if (spreadsheet.metadata.length === 0) return { pixelSize }
  const dimensionRange = { sheetId, dimension, startIndex: index, endIndex: index + 1 }
  const found = findMetadata(spreadsheet, {
    developerMetadataLookup: {
      metadataLocation: { dimensionRange },
      locationMatchingStrategy: 'EXACT_LOCATION',
    },
  })
  return { pixelSize, ...(found.length > 0 && { developerMetadata: found.map(toSent) }) }
}
