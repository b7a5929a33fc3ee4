/*
 * The two clients for Google Sheets that most programs use, unmodified, aimed at a simulator: Google's own, and
 * google-spreadsheet.
 */
import { sheets, auth, type sheets_v4 } from '@googleapis/sheets'
import { JWT } from 'google-auth-library'
import { GoogleSpreadsheet } from 'google-spreadsheet'

import type { TestGoogle } from '../../src/google/testing.ts'

const SCOPES = ['https://www.googleapis.com/auth/spreadsheets']

/** Sends requests for Google's origins to the simulator. */
function redirectTo(origin: string): typeof fetch {
  return (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input)
    const target = new URL(asked.pathname + asked.search, origin)
    return fetch(input instanceof Request ? new Request(target, input) : target, init)
  }
}

function optionsOf(google: TestGoogle, keyFile: string) {
  const { client_email: email, private_key: key } = JSON.parse(keyFile) as {
    readonly client_email: string
    readonly private_key: string
  }
  const transporterOptions = { fetchImplementation: redirectTo(google.origin) }
  return { email, key, scopes: SCOPES, transporterOptions }
}

/** Google's own client, which gets its tokens from the simulator and calls it. */
export function createOfficialSheets(
  google: TestGoogle,
  keyFile: string = google.keyFile,
): sheets_v4.Sheets {
  return sheets({ version: 'v4', auth: new auth.JWT(optionsOf(google, keyFile)) })
}

/** google-spreadsheet, opened on a spreadsheet of the simulator. Nothing is read yet. */
export function createSpreadsheetClient(
  google: TestGoogle,
  { id = google.sheetId, keyFile = google.keyFile } = {},
): GoogleSpreadsheet {
  const document = new GoogleSpreadsheet(id, new JWT(optionsOf(google, keyFile)))
  const prefix = `${google.origin}/v4/spreadsheets/${id}`
  // Its base address is a constant; the one way to another is to extend what it calls with.
  Object.assign(document, { sheetsApi: document.sheetsApi.extend({ prefix }) })
  return document
}
