/*
 * What can go wrong at Google, told apart by what it means for whoever has asked.
 */
import { isThroughlineError, ThroughlineError } from '../base/error.ts'

/**
 * `sheet.unavailable`: Google cannot be asked now. A write may have happened nevertheless, or still may.
 *
 * @param cause What a bounded `fetch` has thrown, where no answer came; what is no outage is thrown as it is.
 * @param status Of the answer, where one came.
 */
export function unavailable(cause: unknown, status?: number): never {
  const isOutage = isThroughlineError(cause, 'oauth.unavailable')
  if (status === undefined && !isOutage) throw cause
  const said = isOutage ? cause.message : `It answered with status ${status}. Try again later.`
  throw new ThroughlineError(
    'sheet.unavailable',
    `Google Sheets cannot be asked at this moment. ${said}`,
    { attribution: 'provider', details: { status } },
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

/** `sheet.too-large`: what is to be kept about one account is more than a sheet can hold for many. */
export function tooLarge(column: string, characters: number, most: number): ThroughlineError {
  return new ThroughlineError(
    'sheet.too-large',
    `What is to be kept in the column "${column}" has ${characters} characters once it is sealed, and ${most} at most ` +
      'go into the sheet. Keep less in the record of a person.',
    { attribution: 'script', details: { column, characters } },
  )
}

/** `sheet.refused`: a change that Google takes each time and never makes. */
export function neverMade(row: number | undefined, tries: number): ThroughlineError {
  const where = row === undefined ? 'a new row' : `row ${row}`
  return new ThroughlineError(
    'sheet.refused',
    `A change of ${where} was sent ${tries} times, and Google Sheets has not made it. Do its cells show what they ` +
      'hold? A number format of their own hides it: choose "Plain text".',
    { attribution: 'operator', details: { row } },
  )
}

/** `sheet.layout`, where so many first cells are changed that nobody can be told from a newcomer. */
export function tooManyStrays(count: number): ThroughlineError {
  return wrongLayout(
    `${count} rows hold something sealed, and their first cell is none that the program wrote.`,
    'Was the column "id" edited? Bring it back by "Version history", or delete those rows.',
  )
}

/** `sheet.full`: with more in it the sheet could not be read at once any more, for anybody. */
export function sheetFull(): ThroughlineError {
  return new ThroughlineError(
    'sheet.full',
    'The sheet holds as much as can be read at once, so that no record may grow. Keep less in each, or move to SQLite.',
    { attribution: 'operator' },
  )
}

/** `sheet.busy`: more waits than can be written in a quarter of an hour. */
export function tooBusy(waiting: number): ThroughlineError {
  return new ThroughlineError(
    'sheet.busy',
    `${waiting} changes wait for Google Sheets already, so this one was not taken. Try again in a few minutes.`,
    { attribution: 'provider', details: { waiting } },
  )
}
