/*
 * `values.append`: finds the table, then writes below it; some time later where a switch says so, as two at once do.
 */
import { clip, parseRange, sheetOf, toA1, type NamedArea } from './a1.ts'
import { insertDimension } from './dimensions.ts'
import { assertSize } from './limits.ts'
import { readChoice, type Call, type Method } from './method.ts'
import { resize, sizeOf, type Area, type Spreadsheet } from './spreadsheet.ts'
import { findTable } from './table-search.ts'
import { assertSameRange, inputOf, optionsOf, writeParameters, writeRange } from './value-writes.ts'
import { rowsOf, valueRangeShape, type ValueRange } from './values.ts'

/** The method, by its name. */
export const appendMethod: Readonly<Record<string, Method>> = {
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
