/*
 * Where user records are kept, as the operator says it: a Google Sheet, or nothing, and then the database has them.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileReason } from '../base/file-reason.ts'
import { parseServiceAccount, type ServiceAccount } from '../sheet/service-account.ts'
import { badSetting, type Environment } from './environment.ts'

/** A sheet, and as whom to go there. */
export interface SheetSettings {
  readonly spreadsheetId: string
  readonly account: ServiceAccount
  /** Of the API: another than Google's in tests. */
  readonly origin: string
}

const GOOGLE = 'https://sheets.googleapis.com'
/** What stands between `/d/` and the next slash of a sheet's address. */
const SHEET_ADDRESS =
  /^https:\/\/docs\.google\.com\/spreadsheets\/(?:u\/\d{1,3}\/)?d\/([\w-]{1,200})(?:[/?#]|$)/
const SHEET_ID = /^[\w-]{10,200}$/

/**
 * Reads `GOOGLE_SHEET_ID` with `GOOGLE_SERVICE_ACCOUNT_FILE`, or `GOOGLE_SERVICE_ACCOUNT_JSON` where there is no disk for
 * a file, and `GOOGLE_SHEETS_ORIGIN`. An empty variable counts as absent.
 *
 * @param folder That a relative path starts from.
 * @returns Undefined where none of the first three is set.
 * @throws `server.bad-setting`, `sheet.bad-key-file`
 */
export function readSheetSettings(env: Environment, folder: string): SheetSettings | undefined {
  const id = env['GOOGLE_SHEET_ID'] || undefined
  const file = env['GOOGLE_SERVICE_ACCOUNT_FILE'] || undefined
  const json = env['GOOGLE_SERVICE_ACCOUNT_JSON'] || undefined
  if (id === undefined && file === undefined && json === undefined) return undefined
  if (id === undefined) throw badSetting('GOOGLE_SHEET_ID is not set: which sheet shall it be?')
  return readSheet(id, env, folder, 'GOOGLE_SHEET_ID')
}

/**
 * Reads what a sheet needs whose id is known.
 *
 * @param source What the id was given as, for messages.
 * @throws `server.bad-setting`, `sheet.bad-key-file`
 */
export function readSheet(
  id: string,
  env: Environment,
  folder: string,
  source: string,
): SheetSettings {
  const file = env['GOOGLE_SERVICE_ACCOUNT_FILE'] || undefined
  const json = env['GOOGLE_SERVICE_ACCOUNT_JSON'] || undefined
  if (file === undefined && json === undefined) {
    throw badSetting(
      `${source} names a sheet, and neither GOOGLE_SERVICE_ACCOUNT_FILE nor GOOGLE_SERVICE_ACCOUNT_JSON is set: name the ` +
        'key file of a service account that the sheet is shared with.',
    )
  }
  const spreadsheetId = SHEET_ADDRESS.exec(id)?.[1] ?? id
  if (!SHEET_ID.test(spreadsheetId)) {
    throw badSetting(
      `${source} is "${id}", expected the address of a sheet, or what stands in it between /d/ and /edit.`,
    )
  }
  return {
    spreadsheetId,
    account:
      file === undefined
        ? parseServiceAccount(json ?? '', 'GOOGLE_SERVICE_ACCOUNT_JSON')
        : parseServiceAccount(readKeyFile(resolve(folder, file)), file),
    origin: readOrigin(env),
  }
}

/** Where a person opens the sheet. */
export function addressOf({ spreadsheetId, origin }: SheetSettings): string {
  return origin === GOOGLE ? `https://docs.google.com/spreadsheets/d/${spreadsheetId}/edit` : origin
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw badSetting(
      `GOOGLE_SERVICE_ACCOUNT_FILE names ${path}, which cannot be read (${fileReason(error)}).`,
    )
  }
}

function readOrigin(env: Environment): string {
  const text = env['GOOGLE_SHEETS_ORIGIN'] || GOOGLE
  const url = URL.parse(text)
  // As `assertEndpoint` has it: a name may lead elsewhere.
  const isLoopback = ['127.0.0.1', '[::1]'].includes(url?.hostname ?? '')
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)
  if (url !== null && isSafe && url.href === `${url.origin}/`) return url.origin
  throw badSetting(
    `GOOGLE_SHEETS_ORIGIN is "${text}", expected an origin with https, or http://127.0.0.1:<port> for a simulator. Leave it ` +
      'out for Google.',
  )
}
