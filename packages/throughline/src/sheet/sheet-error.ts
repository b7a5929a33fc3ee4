/*
 * What can go wrong at Google, told apart by what it means for whoever has asked.
 */
import { isThroughlineError, ThroughlineError } from '../base/error.ts'

/**
 * `sheet.unavailable`: Google cannot be asked now. `details.isUnknown` says whether a write may have happened
 * nevertheless, or still may.
 */
export function unavailable(cause: unknown, status?: number): never {
  if (isThroughlineError(cause) && cause.code !== 'oauth.unavailable') throw cause
  const reason = status === undefined && isThroughlineError(cause) ? cause.message : ''
  const said = status === undefined ? reason : `It answered with status ${status}.`
  throw new ThroughlineError(
    'sheet.unavailable',
    `Google Sheets cannot be asked at this moment. ${said} Try again later.`,
    { attribution: 'provider', details: { status, isUnknown: status !== 429 } },
  )
}

/** `sheet.quota`: so many requests a minute are allowed, and were made. Nothing was written. */
export function quotaExceeded(): ThroughlineError {
  return new ThroughlineError(
    'sheet.quota',
    'Google Sheets allows 60 reads and 60 writes a minute, and takes no more at this moment. Try again in a minute.',
    { attribution: 'provider' },
  )
}

/** `sheet.layout`: the sheet is not as the program needs it. */
export function wrongLayout(fault: string, remedy: string): ThroughlineError {
  return new ThroughlineError('sheet.layout', `${fault} ${remedy}`, { attribution: 'operator' })
}

/** `sheet.layout`, where one of the tabs is gone. */
export function missingTab(title: string): ThroughlineError {
  return wrongLayout(
    `The sheet has no tab "${title}" (any more).`,
    'Was it renamed or deleted? Give it its name back, or bring it back by "Version history".',
  )
}

/** `sheet.altered`: a cell does not open where it stands. */
export function altered(row: number, column: string, why: string): ThroughlineError {
  const message =
    `The cell in row ${row}, column "${column}", does not open where it stands: ${why} ` +
    'Bring back what was there ("Version history" in the sheet), or delete the row: its person then begins anew.'
  return new ThroughlineError('sheet.altered', message, {
    attribution: 'operator',
    details: { row, column },
  })
}

/** `sheet.busy`: more waits than can be written in a quarter of an hour. */
export function tooBusy(waiting: number): ThroughlineError {
  return new ThroughlineError(
    'sheet.busy',
    `${waiting} changes wait for Google Sheets already, so this one was not taken. Try again in a few minutes.`,
    { attribution: 'provider', details: { waiting } },
  )
}
