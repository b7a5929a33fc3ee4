/*
 * The three requests that the store makes of Google Sheets v4, and what their answers mean.
 *
 * A request that changes something is sent once: whoever does not hear what came of it must look.
 */
import { ThroughlineError } from '../base/error.ts'
import type { BoundedFetch } from '../oauth/bounded-fetch.ts'
import { toShownText } from '../oauth/oauth-error.ts'
import { memberOf, readJsonBody } from '../oauth/plain-json.ts'
import type { SheetAccess } from './access.ts'
import { quotaExceeded, unavailable, wrongLayout } from './sheet-error.ts'

/** One tab of the spreadsheet. */
export interface SheetTab {
  readonly sheetId: number
  readonly title: string
  /** How many cells it has, the empty ones too. */
  readonly size: number
}

/** Cells as texts, row by row; what is empty at an end may be missing. */
export type Cells = readonly (readonly string[])[]

/** The cells of one range that was asked for, from its first. */
export interface SheetRange {
  readonly sheetId: number
  readonly cells: Cells
}

/** What a batch of changes has come to, and what the asked ranges held right after it. */
export interface Applied {
  /** One per request, in order; `{}` where it has nothing to say. */
  readonly replies: readonly unknown[]
  readonly ranges: readonly SheetRange[]
}

/** Google Sheets, as far as the store needs it. */
export interface SheetApi {
  loadTabs(): Promise<readonly SheetTab[]>
  /** @param ranges In A1 notation. They come back by tab, and within a tab in the order of the asking. */
  load(ranges: readonly string[]): Promise<readonly SheetRange[]>
  /** Makes all changes at once, or none, and loads the ranges as they are right after that. */
  apply(requests: readonly object[], ranges: readonly string[]): Promise<Applied>
}

/** What {@link createSheetApi} is given. */
export interface SheetApiOptions {
  /** Of the API, such as `https://sheets.googleapis.com`. */
  readonly origin: string
  readonly spreadsheetId: string
  readonly email: string
  readonly access: SheetAccess
  readonly fetch: BoundedFetch
}

const TABS = 'sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)))'
const GRID = 'sheets(properties(sheetId),data(rowData(values(userEnteredValue))))'

/**
 * Makes the requests.
 *
 * All throw `sheet.unavailable`, after which a change may have been made nevertheless; `sheet.quota`;
 * `sheet.not-shared`, `sheet.not-found`, `sheet.api-disabled`, `sheet.layout` for a tab that is gone, `sheet.refused`;
 * the codes of `SheetAccess`.
 *
 * @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets
 */
export function createSheetApi(options: SheetApiOptions): SheetApi {
  const path = `/v4/spreadsheets/${encodeURIComponent(options.spreadsheetId)}`
  const ask = (suffix: string, query: readonly (readonly [string, string])[], body?: object) => {
    const url = new URL(`${path}${suffix}`, options.origin)
    for (const [name, value] of query) url.searchParams.append(name, value)
    return request(options, url, body)
  }
  return {
    loadTabs: async () => tabsOf(await ask('', [['fields', TABS]])),
    load: async (ranges) => {
      const asked = ranges.map((range) => ['ranges', range] as const)
      return rangesOf(await ask('', [...asked, ['fields', GRID]]))
    },
    apply: async (requests, ranges) => {
      // Without a range the whole sheet would come back.
      const isAsked = ranges.length > 0
      const fields = isAsked ? `replies,updatedSpreadsheet(${GRID})` : 'replies'
      const answer = await ask(':batchUpdate', [['fields', fields]], {
        requests,
        includeSpreadsheetInResponse: isAsked,
        ...(isAsked && { responseIncludeGridData: true, responseRanges: ranges }),
      })
      const replies = memberOf(answer, 'replies')
      return {
        replies: Array.isArray(replies) ? replies : [],
        ranges: rangesOf(memberOf(answer, 'updatedSpreadsheet')),
      }
    },
  }
}

async function request(
  { access, fetch, email }: SheetApiOptions,
  url: URL,
  body: object | undefined,
): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const token = await access.token()
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(unavailable)
    if (response.status === 401 && attempt === 1) {
      access.refuse(token)
      continue
    }
    const read = await readJsonBody(response)
    if (response.ok && 'object' in read) return read.object
    // A whole answer that cannot be read says nothing of what was done.
    if (response.ok || response.status >= 500) return unavailable(undefined, response.status)
    const answer = 'object' in read ? read.object : undefined
    throw refused(response.status, answer, { email, token })
  }
}

function refused(
  status: number,
  answer: unknown,
  { email, token }: { readonly email: string; readonly token: string },
): ThroughlineError {
  if (status === 429) return quotaExceeded()
  const text = memberOf(answer, 'error', 'message')
  const said = typeof text === 'string' ? toShownText(text, [token]) : `status ${status}`
  if (said.startsWith('Unable to parse range')) {
    return wrongLayout(
      'A tab of the sheet that the program keeps is gone.',
      'Was it renamed or deleted? Give it its name back ("users", "throughline").',
    )
  }
  const [code, message] = meaningOf(status, said, email)
  return new ThroughlineError(code, `${message} (Google says: ${said})`, {
    attribution: 'operator',
    details: { status },
  })
}

function meaningOf(status: number, said: string, email: string): readonly [string, string] {
  if (status === 404) {
    return [
      'sheet.not-found',
      "There is no sheet with the id in GOOGLE_SHEET_ID: it is the part of the sheet's address between /d/ and /edit.",
    ]
  }
  if (status === 403 && said.includes('has not been used')) {
    return [
      'sheet.api-disabled',
      'The Google Sheets API is not enabled for the project of the service account. Enable it in the Google Cloud ' +
        'console, wait a minute, and start again.',
    ]
  }
  if (status === 401) {
    return [
      'sheet.key-refused',
      `Google has just given an access token to ${email} and does not accept it. Was the service account disabled?`,
    ]
  }
  if (status === 403) {
    return ['sheet.not-shared', `The sheet is not shared with ${email} as an editor. Share it.`]
  }
  return ['sheet.refused', 'Google Sheets refuses what the program has asked.']
}

function tabsOf(answer: unknown): readonly SheetTab[] {
  return listOf(answer, 'sheets').map(tabOf)
}

function tabOf(sheet: unknown): SheetTab {
  const sheetId = memberOf(sheet, 'properties', 'sheetId')
  const title = memberOf(sheet, 'properties', 'title')
  return {
    sheetId: typeof sheetId === 'number' ? sheetId : 0,
    title: typeof title === 'string' ? title : '',
    size: countOf(sheet, 'rowCount') * countOf(sheet, 'columnCount'),
  }
}

function countOf(sheet: unknown, name: string): number {
  return Number(memberOf(sheet, 'properties', 'gridProperties', name) ?? 0)
}

function rangesOf(answer: unknown): readonly SheetRange[] {
  return listOf(answer, 'sheets').flatMap((sheet) => {
    const { sheetId } = tabOf(sheet)
    return listOf(sheet, 'data').map((data) => ({
      sheetId,
      cells: listOf(data, 'rowData').map((row) => listOf(row, 'values').map(textOf)),
    }))
  })
}

/** What was entered, also where a person has made a number or a formula of it: then it does not open. */
function textOf(cell: unknown): string {
  const value = memberOf(cell, 'userEnteredValue')
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value)
    .map((entered) => String(entered))
    .join('')
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name)
  return Array.isArray(list) ? list : []
}
