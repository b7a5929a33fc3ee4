/*
 * Reads and writes the values of a range: `ValueRange` in, `ValueRange` and `UpdateValuesResponse` out.
 */
import { clip, outside, quoteTitle, sheetOf, toA1, toColumnLetters, type NamedArea } from './a1.ts'
import { invalid } from './api-error.ts'
import { list, listValue, message, oneOf, string, type Shape } from './body-shape.ts'
import { assertFits, type Limits } from './limits.ts'
import { renderCell, type Rendering } from './shown-value.ts'
import {
  cellAt,
  hasValue,
  putCell,
  putValue,
  sizeOf,
  type Area,
  type Sheet,
  type Spreadsheet,
} from './spreadsheet.ts'
import { readTyped, withTyped } from './typed-value.ts'

/** Whether lists are rows or columns. */
export type MajorDimension = 'ROWS' | 'COLUMNS'

/** What is stored of a value that is sent: as it is, or as if typed. */
export type InputOption = 'RAW' | 'USER_ENTERED'

/** Values of a range, on the wire. */
export interface ValueRange {
  readonly range?: string
  readonly majorDimension?: string
  readonly values?: readonly (readonly unknown[])[]
}

/** The shape of `Dimension`. */
export const dimensionShape: Shape = oneOf('Dimension', [
  'DIMENSION_UNSPECIFIED',
  'ROWS',
  'COLUMNS',
])

/** The shape of values that are sent. */
export const valueRangeShape: Shape = message({
  range: string,
  majorDimension: dimensionShape,
  values: list(listValue),
})

/** What became of a write. */
export interface WriteOutcome {
  readonly updatedRange: string
  readonly updatedRows?: number
  readonly updatedColumns?: number
  readonly updatedCells?: number
}

/** Reads the values of a rectangle that was clipped to its sheet. */
export function readValues(
  spreadsheet: Spreadsheet,
  area: Area,
  how: { readonly majorDimension: MajorDimension; readonly rendering: Rendering },
): Required<Pick<ValueRange, 'range' | 'majorDimension'>> & Pick<ValueRange, 'values'> {
  const sheet = sheetOf(spreadsheet, area)
  const rows = sheet.rows
    .slice(area.startRow, area.endRow)
    .map(({ cells }) =>
      Array.from(cells.slice(area.startColumn, area.endColumn), (cell) =>
        renderCell(sheet, cell, how.rendering),
      ),
    )
  const lists = how.majorDimension === 'ROWS' ? rows : transpose(rows)
  const trimmed = trim(
    lists.map((cells) => trim(cells, (cell) => cell === undefined)),
    (cells) => cells.length === 0,
  )
  const values = trimmed.map((cells) => cells.map((cell) => cell ?? ''))
  return {
    range: toA1(sheet, area),
    majorDimension: how.majorDimension,
    ...(values.length > 0 && { values }),
  }
}

/**
 * Writes values from the first cell of a range on: `null` leaves a cell as it is, an empty text empties it.
 *
 * @returns What was written, and where.
 * @throws `GoogleError` 400 where the values go beyond the range or the sheet, or one is no plain value.
 */
export function writeValues(
  spreadsheet: Spreadsheet,
  range: NamedArea,
  how: {
    readonly sent: ValueRange
    readonly input: InputOption
    readonly limits: Limits
  },
): { readonly outcome: WriteOutcome; readonly area: Area } {
  const sheet = sheetOf(spreadsheet, range)
  const { sent, input, limits } = how
  const rows = rowsOf(sent)
  const width = longest(rows)
  const { sheetId, startRow, startColumn } = range
  const area = {
    sheetId,
    startRow,
    endRow: startRow + rows.length,
    startColumn,
    endColumn: startColumn + width,
  }
  assertWithin(sheet, range, area)
  let updatedCells = 0
  rows.forEach((values, down) =>
    values.forEach((value, along) => {
      if (value === null || value === undefined) return
      updatedCells += 1
      writeValue(sheet, [startRow + down, startColumn + along], { value, input, limits })
    }),
  )
  const outcome = {
    updatedRange: toA1(sheet, area),
    ...(rows.length > 0 && { updatedRows: rows.length }),
    ...(width > 0 && { updatedColumns: width }),
    ...(updatedCells > 0 && { updatedCells }),
  }
  return { outcome, area }
}

/** Empties the values of a rectangle; formats and notes stay. */
export function clearValues(spreadsheet: Spreadsheet, range: Area): string {
  const area = clip(spreadsheet, range)
  const sheet = sheetOf(spreadsheet, area)
  for (let row = area.startRow; row < Math.min(area.endRow, sheet.rows.length); row += 1)
    for (let column = area.startColumn; column < area.endColumn; column += 1)
      if (hasValue(cellAt(sheet, row, column))) putValue(sheet, row, column, undefined)
  return toA1(sheet, area)
}

/** The rows of values that are sent, whichever way they lie. */
export function rowsOf({
  values = [],
  majorDimension,
}: ValueRange): readonly (readonly unknown[])[] {
  return majorDimension === 'COLUMNS' ? transpose(values) : values
}

function writeValue(
  sheet: Sheet,
  [row, column]: readonly [number, number],
  {
    value,
    input,
    limits,
  }: { readonly value: unknown; readonly input: InputOption; readonly limits: Limits },
): void {
  const cell = cellAt(sheet, row, column)
  if (typeof value === 'string' && input === 'USER_ENTERED') {
    const typed = readTyped(value, cell)
    assertFits(typed.value, limits)
    putCell(sheet, row, column, withTyped(cell, typed))
  } else if (typeof value === 'string') {
    const stringValue = value
    assertFits({ stringValue }, limits)
    putValue(sheet, row, column, value === '' ? undefined : { stringValue })
  } else if (typeof value === 'number') putValue(sheet, row, column, { numberValue: value })
  else if (typeof value === 'boolean') putValue(sheet, row, column, { boolValue: value })
  else {
    const kind = Array.isArray(value) ? 'list_value' : 'struct_value'
    throw invalid(`Invalid values[${row}][${column}]: ${kind} ${JSON.stringify(value)}`)
  }
}

function assertWithin(sheet: Sheet, range: NamedArea, written: Area): void {
  const { rowCount, columnCount } = sizeOf(sheet)
  const isOpenRow = !Number.isFinite(range.endRow)
  const isOpenColumn = !Number.isFinite(range.endColumn)
  const asked = {
    ...range,
    endRow: isOpenRow ? Math.max(rowCount, range.startRow + 1) : range.endRow,
    endColumn: isOpenColumn ? Math.max(columnCount, range.startColumn + 1) : range.endColumn,
  }
  if (asked.endRow > rowCount || asked.endColumn > columnCount) throw outside(sheet, asked)
  if (range.isCell) {
    if (written.endRow > rowCount || written.endColumn > columnCount) throw outside(sheet, written)
    return
  }
  const isTooLong = written.endRow > asked.endRow
  if (!isTooLong && written.endColumn <= asked.endColumn) return
  const cells = toA1(sheet, asked).slice(quoteTitle(sheet.properties.title).length)
  const beyond = isTooLong
    ? `row [${asked.endRow + 1}]`
    : `column [${toColumnLetters(asked.endColumn)}]`
  throw invalid(
    `Requested writing within range [${quoteTitle(sheet.properties.title)}${cells}], but tried writing to ${beyond}`,
  )
}

function trim<Entry>(
  entries: readonly Entry[],
  isEmpty: (entry: Entry) => boolean,
): readonly Entry[] {
  return entries.slice(0, entries.findLastIndex((entry) => !isEmpty(entry)) + 1)
}

function transpose<Value>(lists: readonly (readonly Value[])[]): (Value | undefined)[][] {
  const length = longest(lists)
  return Array.from({ length }, (_, index) => lists.map((entries) => entries[index]))
}

function longest(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((most, entries) => Math.max(most, entries.length), 0)
}
