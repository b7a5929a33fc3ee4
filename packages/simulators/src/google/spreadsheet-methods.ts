/*
 * The methods of `spreadsheets` and `spreadsheets.sheets`.
 */
import { parseRange } from './a1.ts'
import { applyChanges, batchUpdateShape, type BatchUpdate } from './batch-update.ts'
import { message, string } from './body-shape.ts'
import { parseMask } from './field-mask.ts'
import { requireSheet } from './grid-range.ts'
import { readFlag, type Method } from './method.ts'
import { addSheet, toSentProperties } from './sheet-changes.ts'
import { spreadsheetMembers, toAnswer } from './spreadsheet-answer.ts'
import type { Spreadsheet } from './spreadsheet.ts'

/** The methods, by name. */
export const spreadsheetMethods: Readonly<Record<string, Method>> = {
  get: {
    kind: 'read',
    answers: spreadsheetMembers,
    parameters: ['ranges', 'includeGridData', 'excludeTablesInBandedRanges'],
    run: ({ draft: { spreadsheet }, query, mask }) =>
      toAnswer(spreadsheet, {
        areas: areasOf(spreadsheet, query.getAll('ranges')),
        mask: parseMask(mask),
        includeGridData: readFlag(query, 'includeGridData'),
      }),
  },
  batchUpdate: {
    kind: 'write',
    answers: ['spreadsheetId', 'replies', 'updatedSpreadsheet'],
    body: batchUpdateShape,
    run: ({ draft, body, mask }) => {
      const {
        requests = [],
        includeSpreadsheetInResponse = false,
        responseRanges = [],
        responseIncludeGridData = false,
      } = body as BatchUpdate
      const { spreadsheet } = draft
      const replies = applyChanges(draft, requests)
      if (!includeSpreadsheetInResponse) return { spreadsheetId: spreadsheet.id, replies }
      const updatedSpreadsheet = toAnswer(spreadsheet, {
        areas: areasOf(spreadsheet, responseRanges),
        mask: updatedMask(mask),
        includeGridData: responseIncludeGridData,
      })
      return { spreadsheetId: spreadsheet.id, replies, updatedSpreadsheet }
    },
  },
  'sheets.copyTo': {
    kind: 'write',
    answers: ['sheetId', 'title', 'index', 'sheetType', 'gridProperties', 'hidden', 'tabColor'],
    body: message({ destinationSpreadsheetId: string }),
    run: ({ draft, part, body, changeOther }) => {
      const { destinationSpreadsheetId = '' } = body as { destinationSpreadsheetId?: string }
      const source = requireSheet(draft.spreadsheet, Number(part))
      return changeOther(destinationSpreadsheetId, (other) => {
        const { sheetId: _, title, ...rest } = source.properties
        const sheet = addSheet(other, { ...rest, title: `Copy of ${title}` })
        sheet.rows = [...source.rows]
        return toSentProperties(other.spreadsheet, sheet)
      })
    },
  },
}

function areasOf(
  spreadsheet: Spreadsheet,
  ranges: readonly string[],
): ReturnType<typeof parseRange>[] | undefined {
  return ranges.length === 0 ? undefined : ranges.map((range) => parseRange(spreadsheet, range))
}

/** The part of a mask that concerns the spreadsheet in the answer to its change. */
function updatedMask(mask: string | undefined): ReturnType<typeof parseMask> {
  const whole = parseMask(mask)
  if (whole === undefined) return undefined
  const own = whole.get('updatedSpreadsheet')
  return own === undefined
    ? new Map([['spreadsheetId', new Map()]])
    : own.size === 0
      ? undefined
      : own
}
