/*
 * The methods of `spreadsheets.values` that name ranges in A1 notation.
 */
import { clip, parseRange, sheetOf, toA1, type NamedArea } from './a1.ts'
import { GoogleError, invalid } from './api-error.ts'
import { bool, list, message, oneOf, string } from './body-shape.ts'
import type { Draft } from './change-kind.ts'
import { insertDimension } from './dimensions.ts'
import { assertSize } from './limits.ts'
import { readChoice, readFlag, type Call, type Method } from './method.ts'
import { dateTimeRenderOptions, valueRenderOptions, type Rendering } from './shown-value.ts'
import { resize, sizeOf, type Area, type Spreadsheet } from './spreadsheet.ts'
import { findTable } from './table-search.ts'
import {
  clearValues,
  readValues,
  rowsOf,
  valueRangeShape,
  writeValues,
  type InputOption,
  type MajorDimension,
  type ValueRange,
  type WriteOutcome,
} from './values.ts'

const readParameters = ['valueRenderOption', 'dateTimeRenderOption', 'majorDimension']
const writeParameters = [
  'valueInputOption',
  'includeValuesInResponse',
  'responseValueRenderOption',
  'responseDateTimeRenderOption',
]

const valueRenderType = { type: 'ValueRenderOption', names: valueRenderOptions }
const dateTimeRenderType = { type: 'DateTimeRenderOption', names: dateTimeRenderOptions }
const majorType = { type: 'Dimension', names: ['ROWS', 'COLUMNS'] } as const

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

/** How values are written and answered. */
export interface WriteOptions {
  readonly valueInputOption?: string
  readonly includeValuesInResponse?: boolean
  readonly responseValueRenderOption?: Rendering['value']
  readonly responseDateTimeRenderOption?: Rendering['dateTime']
}

/** What a write answers. */
export type UpdateAnswer = WriteOutcome & { readonly spreadsheetId: string }

/** The members of the answer to a batch of writes. */
export const batchUpdateMembers = [
  'spreadsheetId',
  'totalUpdatedRows',
  'totalUpdatedColumns',
  'totalUpdatedCells',
  'totalUpdatedSheets',
  'responses',
]

/** The methods, by name. */
export const valuesMethods: Readonly<Record<string, Method>> = {
  'values.get': {
    kind: 'read',
    answers: ['range', 'majorDimension', 'values'],
    parameters: readParameters,
    run: ({ draft, part, query }) =>
      readRange(draft.spreadsheet, parseRange(draft.spreadsheet, part), readHow(query)),
  },
  'values.batchGet': {
    kind: 'read',
    answers: ['spreadsheetId', 'valueRanges'],
    parameters: [...readParameters, 'ranges'],
    run: ({ draft, query }) => ({
      spreadsheetId: draft.spreadsheet.id,
      valueRanges: query
        .getAll('ranges')
        .map((range) =>
          readRange(draft.spreadsheet, parseRange(draft.spreadsheet, range), readHow(query)),
        ),
    }),
  },
  'values.update': {
    kind: 'write',
    answers: [
      'spreadsheetId',
      'updatedRange',
      'updatedRows',
      'updatedColumns',
      'updatedCells',
      'updatedData',
    ],
    parameters: writeParameters,
    body: valueRangeShape,
    bodyName: 'data',
    run: ({ draft, part, query, body }) => {
      const sent = body as ValueRange
      const range = parseRange(draft.spreadsheet, part)
      assertSameRange(draft.spreadsheet, { part, range }, sent.range)
      return writeRange(draft, { range, sent, options: optionsOf(query) })
    },
  },
  'values.append': {
    kind: 'write',
    answers: ['spreadsheetId', 'tableRange', 'updates'],
    parameters: [...writeParameters, 'insertDataOption'],
    body: valueRangeShape,
    bodyName: 'data',
    find: (spreadsheet, { part }) => findPlace(spreadsheet, part),
    pause: ({ query }, { appendDelayMilliseconds }) =>
      insertOption(query) === 'OVERWRITE' ? appendDelayMilliseconds : 0,
    run: appendValues,
  },
  'values.clear': {
    kind: 'write',
    answers: ['spreadsheetId', 'clearedRange'],
    body: message({}),
    run: ({ draft: { spreadsheet }, part }) => ({
      spreadsheetId: spreadsheet.id,
      clearedRange: clearValues(spreadsheet, parseRange(spreadsheet, part)),
    }),
  },
  'values.batchUpdate': {
    kind: 'write',
    answers: batchUpdateMembers,
    body: message({ ...writeMembers, data: list(valueRangeShape) }),
    run: ({ draft, body }) => {
      const { data = [], ...options } = body as WriteOptions & {
        readonly data?: readonly ValueRange[]
      }
      inputOf(options)
      const responses = data.map((sent, index) =>
        failingAs(`data[${index}]`, () => {
          const range = parseRange(draft.spreadsheet, sent.range ?? '')
          return writeRange(draft, { range, sent, options })
        }),
      )
      return { spreadsheetId: draft.spreadsheet.id, ...totalsOf(draft, responses), responses }
    },
  },
  'values.batchClear': {
    kind: 'write',
    answers: ['spreadsheetId', 'clearedRanges'],
    body: message({ ranges: list(string) }),
    run: ({ draft: { spreadsheet }, body }) => {
      const { ranges = [] } = body as { readonly ranges?: readonly string[] }
      const clearedRanges = ranges.map((range, index) =>
        failingAs(`ranges[${index}]`, () =>
          clearValues(spreadsheet, parseRange(spreadsheet, range)),
        ),
      )
      return { spreadsheetId: spreadsheet.id, clearedRanges }
    },
  },
}

/** How values are to be read. */
export interface ReadHow {
  readonly majorDimension: MajorDimension
  readonly rendering: Rendering
}

/** Reads a range that may go beyond its sheet, but must begin within. */
export function readRange(
  spreadsheet: Spreadsheet,
  range: Area,
  how: ReadHow,
): ReturnType<typeof readValues> {
  return readValues(spreadsheet, clip(spreadsheet, range), how)
}

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

/**
 * Says before an error of an entry which entry it is.
 *
 * @throws `GoogleError` as `act` does, with the place in front of its message.
 */
export function failingAs<Result>(place: string, act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof GoogleError) || error.code !== 400) throw error
    throw new GoogleError(400, `Invalid ${place}: ${error.message}`, error.details)
  }
}

interface Place {
  readonly range: NamedArea
  readonly table: Area | undefined
}

function findPlace(spreadsheet: Spreadsheet, part: string): Place {
  const range = parseRange(spreadsheet, part)
  clip(spreadsheet, range)
  return { range, table: findTable(sheetOf(spreadsheet, range), range) }
}

function appendValues({ draft, part, query, body, found }: Call): unknown {
  const { spreadsheet, limits } = draft
  const sent = body as ValueRange
  const options = optionsOf(query)
  inputOf(options)
  const { range, table } = (found as Place | undefined) ?? findPlace(spreadsheet, part)
  assertSameRange(spreadsheet, { part, range }, sent.range)
  const sheet = sheetOf(spreadsheet, range)
  const startRow = table?.endRow ?? range.startRow
  const startColumn = table?.startColumn ?? range.startColumn
  const rows = rowsOf(sent)
  const width = rows.reduce((most, values) => Math.max(most, values.length), 0)
  const { sheetId } = range
  const { rowCount, columnCount } = sizeOf(sheet)
  if (insertOption(query) === 'INSERT_ROWS' && rows.length > 0)
    insertDimension(spreadsheet, {
      sheetId,
      dimension: 'ROWS',
      startIndex: startRow,
      endIndex: startRow + rows.length,
    })
  else resize(sheet, { rowCount: Math.max(rowCount, startRow + rows.length) })
  resize(sheet, { columnCount: Math.max(columnCount, startColumn + width) })
  assertSize(spreadsheet, limits)
  const start = {
    sheetId,
    startRow,
    endRow: startRow + 1,
    startColumn,
    endColumn: startColumn + 1,
    isCell: true,
  }
  const updates = writeRange(draft, { range: start, sent, options })
  return {
    spreadsheetId: spreadsheet.id,
    ...(table !== undefined && { tableRange: toA1(sheet, table) }),
    updates,
  }
}

function insertOption(query: URLSearchParams): 'OVERWRITE' | 'INSERT_ROWS' {
  return readChoice(query, 'insertDataOption', {
    type: 'AppendValuesRequest.InsertDataOption',
    names: ['OVERWRITE', 'INSERT_ROWS'],
  })
}

function readHow(query: URLSearchParams): ReadHow {
  return {
    majorDimension: readChoice(query, 'majorDimension', majorType),
    rendering: {
      value: readChoice(query, 'valueRenderOption', valueRenderType),
      dateTime: readChoice(query, 'dateTimeRenderOption', dateTimeRenderType),
    },
  }
}

function optionsOf(query: URLSearchParams): WriteOptions {
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

function inputOf({ valueInputOption }: WriteOptions): InputOption {
  if (valueInputOption === 'RAW' || valueInputOption === 'USER_ENTERED') return valueInputOption
  throw invalid("'valueInputOption' is required but not specified")
}

/** A body may say its range again; it must be the one of the path. */
function assertSameRange(
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
