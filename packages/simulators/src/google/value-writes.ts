/*
 * How every write of values is told what to do, and what it answers.
 */
import { parseRange, type NamedArea } from './a1.ts'
import { invalid } from './api-error.ts'
import { bool, oneOf } from './body-shape.ts'
import type { Draft } from './change-kind.ts'
import { readChoice, readFlag } from './method.ts'
import { dateTimeRenderOptions, valueRenderOptions, type Rendering } from './shown-value.ts'
import type { Spreadsheet } from './spreadsheet.ts'
import {
  readValues,
  writeValues,
  type InputOption,
  type ValueRange,
  type WriteOutcome,
} from './values.ts'

/** The query parameters of a write. */
export const writeParameters = [
  'valueInputOption',
  'includeValuesInResponse',
  'responseValueRenderOption',
  'responseDateTimeRenderOption',
]

/** The names of ways to read values. */
export const valueRenderType = { type: 'ValueRenderOption', names: valueRenderOptions }

/** The names of ways to read dates. */
export const dateTimeRenderType = { type: 'DateTimeRenderOption', names: dateTimeRenderOptions }

/** The shape of `ValueInputOption`. */
const inputOptionShape = oneOf('ValueInputOption', [
  'INPUT_VALUE_OPTION_UNSPECIFIED',
  'RAW',
  'USER_ENTERED',
])

/** The members of a body that say how values are written and answered. */
export const writeMembers = {
  valueInputOption: inputOptionShape,
  includeValuesInResponse: bool,
  responseValueRenderOption: oneOf('ValueRenderOption', valueRenderOptions),
  responseDateTimeRenderOption: oneOf('DateTimeRenderOption', dateTimeRenderOptions),
}

/** The members of the answer to a batch of writes. */
export const batchUpdateMembers = [
  'spreadsheetId',
  'totalUpdatedRows',
  'totalUpdatedColumns',
  'totalUpdatedCells',
  'totalUpdatedSheets',
  'responses',
]

/** How values are written and answered. */
export interface WriteOptions {
  readonly valueInputOption?: string
  readonly includeValuesInResponse?: boolean
  readonly responseValueRenderOption?: Rendering['value']
  readonly responseDateTimeRenderOption?: Rendering['dateTime']
}

/** What a write answers. */
export type UpdateAnswer = WriteOutcome & { readonly spreadsheetId: string }

/** Writes values into a range, and answers as every write of values does. */
export function writeRange(
  draft: Draft,
  write: {
    readonly range: NamedArea
    readonly sent: ValueRange
    readonly options: WriteOptions
  },
): UpdateAnswer {
  const { range, sent, options } = write
  const { spreadsheet, limits } = draft
  const input = inputOf(options)
  const { outcome, area } = writeValues(spreadsheet, range, { sent, input, limits })
  const { includeValuesInResponse, responseValueRenderOption, responseDateTimeRenderOption } =
    options
  if (includeValuesInResponse !== true) return { spreadsheetId: spreadsheet.id, ...outcome }
  const rendering = {
    value: responseValueRenderOption ?? 'FORMATTED_VALUE',
    dateTime: responseDateTimeRenderOption ?? 'SERIAL_NUMBER',
  }
  const majorDimension = sent.majorDimension === 'COLUMNS' ? 'COLUMNS' : 'ROWS'
  const updatedData = readValues(spreadsheet, area, { majorDimension, rendering })
  return { spreadsheetId: spreadsheet.id, ...outcome, ...{ updatedData } }
}

/** Adds up what several writes have done. */
export function totalsOf(
  { spreadsheet }: Draft,
  responses: readonly UpdateAnswer[],
): Readonly<Record<string, number>> {
  const cells = new Set<number>()
  const rows = new Set<string>()
  const columns = new Set<string>()
  let updatedCells = 0
  for (const { updatedRange, updatedCells: count = 0 } of responses) {
    if (count === 0) continue
    const area = parseRange(spreadsheet, updatedRange)
    cells.add(area.sheetId)
    for (let row = area.startRow; row < area.endRow; row += 1) rows.add(`${area.sheetId} ${row}`)
    for (let column = area.startColumn; column < area.endColumn; column += 1)
      columns.add(`${area.sheetId} ${column}`)
    updatedCells += count
  }
  const totals = {
    totalUpdatedRows: rows.size,
    totalUpdatedColumns: columns.size,
    totalUpdatedCells: updatedCells,
    totalUpdatedSheets: cells.size,
  }
  return Object.fromEntries(Object.entries(totals).filter(([, total]) => total > 0))
}

/** Reads how values are written from a query. */
export function optionsOf(query: URLSearchParams): WriteOptions {
  return {
    valueInputOption: readChoice(query, 'valueInputOption', {
      type: 'ValueInputOption',
      names: ['INPUT_VALUE_OPTION_UNSPECIFIED', 'RAW', 'USER_ENTERED'],
    }),
    includeValuesInResponse: readFlag(query, 'includeValuesInResponse'),
    responseValueRenderOption: readChoice(query, 'responseValueRenderOption', valueRenderType),
    responseDateTimeRenderOption: readChoice(
      query,
      'responseDateTimeRenderOption',
      dateTimeRenderType,
    ),
  }
}

/**
 * Tells how input is taken.
 *
 * @throws `GoogleError` 400 where it is not said.
 */
export function inputOf({ valueInputOption }: WriteOptions): InputOption {
  if (valueInputOption === 'RAW' || valueInputOption === 'USER_ENTERED') return valueInputOption
  throw invalid("'valueInputOption' is required but not specified")
}

/**
 * Asserts that a body that says its range again says that of the path.
 *
 * @throws `GoogleError` 400 where it says another.
 */
export function assertSameRange(
  spreadsheet: Spreadsheet,
  { part, range }: { readonly part: string; readonly range: NamedArea },
  again: string | undefined,
): void {
  if (again === undefined || again === '' || again === part) return
  const other = parseRange(spreadsheet, again)
  const isSame =
    other.sheetId === range.sheetId &&
    other.startRow === range.startRow &&
    other.endRow === range.endRow &&
    other.startColumn === range.startColumn &&
    other.endColumn === range.endColumn
  if (!isSame) throw invalid(`Request range[${part}] does not match value's range[${again}]`)
}
