/*
 * The methods of `spreadsheets.values` that name ranges in A1 notation.
 */
import { clip, parseRange } from './a1.ts'
import { failingAs } from './api-error.ts'
import { appendMethod } from './append-method.ts'
import { list, message, string } from './body-shape.ts'
import { readChoice, type Method } from './method.ts'
import type { Rendering } from './shown-value.ts'
import type { Area, Spreadsheet } from './spreadsheet.ts'
import {
  assertSameRange,
  batchUpdateMembers,
  dateTimeRenderType,
  inputOf,
  optionsOf,
  totalsOf,
  valueRenderType,
  writeMembers,
  writeParameters,
  writeRange,
  type WriteOptions,
} from './value-writes.ts'
import {
  clearValues,
  readValues,
  valueRangeShape,
  type MajorDimension,
  type ValueRange,
} from './values.ts'

const readParameters = ['valueRenderOption', 'dateTimeRenderOption', 'majorDimension']
const majorType = { type: 'Dimension', names: ['ROWS', 'COLUMNS'] } as const

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
  ...appendMethod,
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

function readHow(query: URLSearchParams): ReadHow {
  return {
    majorDimension: readChoice(query, 'majorDimension', majorType),
    rendering: {
      value: readChoice(query, 'valueRenderOption', valueRenderType),
      dateTime: readChoice(query, 'dateTimeRenderOption', dateTimeRenderType),
    },
  }
}
