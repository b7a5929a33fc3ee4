/*
 * What a spreadsheet consists of. Rows and cells are frozen by agreement: a change puts new ones in their place, so a
 * copy of a spreadsheet costs one list of rows for each sheet, and a change that fails half-way is dropped whole.
 */

/** A value as it was entered or computed, in the spelling of the wire (`ExtendedValue`). */
export interface ExtendedValue {
  readonly numberValue?: number
  readonly stringValue?: string
  readonly boolValue?: boolean
  /** Begins with `=`. */
  readonly formulaValue?: string
  readonly errorValue?: { readonly type: string; readonly message: string }
}

/** How a number is shown. */
export interface NumberFormat {
  /** `TEXT`, `NUMBER`, `PERCENT`, `CURRENCY`, `DATE`, `TIME`, `DATE_TIME`, `SCIENTIFIC`. */
  readonly type: string
  readonly pattern?: string
}

/** How a cell looks; what is not needed to show a value is kept as it came. */
export interface CellFormat {
  readonly numberFormat?: NumberFormat
  readonly [member: string]: unknown
}

/** One cell, in the spelling of the wire (`CellData`). */
export interface Cell {
  readonly userEnteredValue?: ExtendedValue
  readonly userEnteredFormat?: CellFormat
  readonly note?: string
  readonly [member: string]: unknown
}

/** One row: its cells from the first column on; what is missing is empty. */
export interface Row {
  readonly cells: readonly (Cell | undefined)[]
  /** Whether a filter hides it. */
  readonly isHidden?: boolean
}

/** The size of a sheet, and what is frozen of it. */
export interface GridProperties {
  readonly rowCount: number
  readonly columnCount: number
  readonly [member: string]: unknown
}

/** What a sheet says of itself; its index is its place in the list of sheets. */
export interface SheetProperties {
  readonly sheetId: number
  readonly title: string
  readonly sheetType: 'GRID'
  readonly gridProperties: GridProperties
  readonly [member: string]: unknown
}

/** One sheet. */
export interface Sheet {
  properties: SheetProperties
  /** Rows from the first on, at most `rowCount`; what is missing is empty. */
  rows: Row[]
}

/** A run of rows or columns, half-open, counted from zero. */
export interface DimensionRange {
  readonly sheetId: number
  readonly dimension: 'ROWS' | 'COLUMNS'
  readonly startIndex: number
  readonly endIndex: number
}

/** What developer metadata belongs to: the spreadsheet, a sheet, or one row or column. */
export type MetadataLocation =
  | { readonly spreadsheet: true }
  | { readonly sheetId: number }
  | { readonly dimensionRange: DimensionRange }

/** One piece of developer metadata. */
export interface DeveloperMetadata {
  readonly metadataId: number
  readonly metadataKey: string
  readonly metadataValue?: string
  readonly visibility: 'DOCUMENT' | 'PROJECT'
  readonly location: MetadataLocation
}

/** A rectangle of cells, half-open, counted from zero. */
export interface Area {
  readonly sheetId: number
  readonly startRow: number
  readonly endRow: number
  readonly startColumn: number
  readonly endColumn: number
}

/** A range with a name. */
export interface NamedRange {
  readonly namedRangeId: string
  readonly name: string
  readonly area: Area
}

/** One spreadsheet. */
export interface Spreadsheet {
  readonly id: string
  title: string
  locale: string
  timeZone: string
  sheets: Sheet[]
  metadata: DeveloperMetadata[]
  namedRanges: NamedRange[]
}

/** The size of a new sheet. */
export const NEW_SHEET_SIZE = { rowCount: 1000, columnCount: 26 }

const EMPTY_ROW: Row = { cells: [] }

/** Makes a spreadsheet with one empty sheet. */
export function createSpreadsheet(id: string, title: string, sheetTitle = 'Sheet1'): Spreadsheet {
  const sheet = createSheet({ sheetId: 0, title: sheetTitle })
  return {
    id,
    title,
    locale: 'en_US',
    timeZone: 'Etc/GMT',
    sheets: [sheet],
    metadata: [],
    namedRanges: [],
  }
}

/** Makes an empty sheet. */
export function createSheet(
  properties: { readonly sheetId: number; readonly title: string } & Partial<SheetProperties>,
): Sheet {
  const gridProperties = { ...NEW_SHEET_SIZE, ...properties.gridProperties }
  return { properties: { ...properties, sheetType: 'GRID', gridProperties }, rows: [] }
}

/** Copies a spreadsheet so far that changing the copy leaves the original as it is. */
export function copySpreadsheet(spreadsheet: Spreadsheet): Spreadsheet {
  return {
    ...spreadsheet,
    sheets: spreadsheet.sheets.map(({ properties, rows }) => ({ properties, rows: [...rows] })),
    metadata: [...spreadsheet.metadata],
    namedRanges: [...spreadsheet.namedRanges],
  }
}

/** Finds a sheet by its id. */
export function findSheet({ sheets }: Spreadsheet, sheetId: number): Sheet | undefined {
  return sheets.find(({ properties }) => properties.sheetId === sheetId)
}

/** The size of a sheet. */
export function sizeOf({ properties }: Sheet): GridProperties {
  return properties.gridProperties
}

/** The whole of a sheet. */
export function areaOf(sheet: Sheet): Area {
  const { rowCount, columnCount } = sizeOf(sheet)
  const { sheetId } = sheet.properties
  return { sheetId, startRow: 0, endRow: rowCount, startColumn: 0, endColumn: columnCount }
}

/** Reads a cell; undefined where it is empty in every respect. */
export function cellAt({ rows }: Sheet, row: number, column: number): Cell | undefined {
  return rows[row]?.cells[column]
}

/** Tells whether a cell holds a value. */
export function hasValue(cell: Cell | undefined): boolean {
  return cell?.userEnteredValue !== undefined
}

/** Puts a cell into its place; undefined empties it. */
export function putCell(sheet: Sheet, row: number, column: number, cell: Cell | undefined): void {
  const old = sheet.rows[row]
  if (cell === undefined && old?.cells[column] === undefined) return
  const cells = [...(old?.cells ?? [])]
  while (cells.length < column) cells.push(undefined)
  cells[column] = isBlank(cell) ? undefined : cell
  putRow(sheet, row, { ...old, cells })
}

/** Puts a row into its place, with empty ones before it where they are missing. */
export function putRow(sheet: Sheet, index: number, row: Row): void {
  while (sheet.rows.length < index) sheet.rows.push(EMPTY_ROW)
  sheet.rows[index] = row
}

/** Changes the value of a cell and leaves the rest of it. */
export function putValue(
  sheet: Sheet,
  row: number,
  column: number,
  value: ExtendedValue | undefined,
): void {
  const { userEnteredValue: _, ...rest } = cellAt(sheet, row, column) ?? {}
  putCell(sheet, row, column, value === undefined ? rest : { ...rest, userEnteredValue: value })
}

/** Changes the size of a sheet; what lies beyond it is cut off. */
export function resize(
  sheet: Sheet,
  size: { readonly rowCount?: number; readonly columnCount?: number },
): void {
  const { properties } = sheet
  const gridProperties = { ...properties.gridProperties, ...size }
  sheet.properties = { ...properties, gridProperties }
  const { rowCount, columnCount } = gridProperties
  if (sheet.rows.length > rowCount) sheet.rows.length = rowCount
  sheet.rows.forEach((row, index) => {
    if (row.cells.length > columnCount)
      sheet.rows[index] = { ...row, cells: row.cells.slice(0, columnCount) }
  })
}

/** The number of rows up to the last that holds a value. */
export function countFilledRows({ rows }: Sheet): number {
  return rows.findLastIndex(({ cells }) => cells.some(hasValue)) + 1
}

/** The number of cells of all sheets, the empty ones too. */
export function countCells({ sheets }: Spreadsheet): number {
  return sheets.reduce((sum, sheet) => sum + sizeOf(sheet).rowCount * sizeOf(sheet).columnCount, 0)
}

function isBlank(cell: Cell | undefined): boolean {
  return cell === undefined || Object.values(cell).every((value) => value === undefined)
}
