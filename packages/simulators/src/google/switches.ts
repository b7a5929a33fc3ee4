/*
 * The switches of the Google simulator: limits, quotas, and what goes wrong at Google only now and then. Plain values
 * that can change while it runs. Knows nothing of how they are obeyed.
 */
import {
  checkAgainst,
  count,
  countOrNull,
  onOrOff,
  oneOf,
  untouchedValues,
  type SwitchValues,
} from '../simulator/switch-kinds.ts'

const tokenSwitches = {
  tokenSeconds: count(3599, 'lifetime of an access token'),
  allowedSkewSeconds: count(300, 'how far `iat` may lie in the future'),
  clockAheadSeconds: count(
    0,
    'the clock of the token endpoint, and of the header `Date`, is ahead by so many seconds',
  ),
  grants: oneOf(
    ['given', 'refused', 'unavailable'],
    'a good assertion gets a token, `invalid_grant`, or 503',
  ),
}

const quotaSwitches = {
  quotas: onOrOff(true, 'requests are counted by the minute, and refused with 429 over these'),
  readsPerUser: count(60, 'reads per minute and service account'),
  writesPerUser: count(60, 'writes per minute and service account'),
  readsPerProject: count(300, 'reads per minute and project'),
  writesPerProject: count(300, 'writes per minute and project'),
}

const limitSwitches = {
  apiEnabled: onOrOff(true, 'the Sheets API is enabled in the project'),
  cellCharacters: count(50_000, 'most characters of one cell'),
  mostCells: count(10_000_000, 'most cells of a spreadsheet, the empty ones too'),
  findCharacters: countOrNull(
    null,
    'most characters that `findReplace` looks for; null for any number',
  ),
}

const failureSwitches = {
  failing: oneOf(
    ['writes', 'reads', 'all'],
    'which requests `internalErrors` and `unavailable` concern',
  ),
  internalErrors: count(0, 'the next so many requests answer 500, and nothing is done'),
  unavailable: count(0, 'the next so many requests answer 503, and nothing is done'),
  appliedThenDropped: count(
    0,
    'the next so many writes are done, and the connection ends without an answer',
  ),
  appliedThenError: count(0, 'the next so many writes are done, and answer 500'),
  droppedThenApplied: count(
    0,
    'the connection of the next so many writes ends without an answer, and they are done later',
  ),
  appliedLaterMilliseconds: count(1000, 'how much later those are done, in milliseconds'),
  delayMilliseconds: count(0, 'delay before each answer, in milliseconds'),
  appendDelayMilliseconds: count(
    0,
    'time between search and write of an append that overwrites, in milliseconds: two at once lose rows',
  ),
}

/** All switches, by what they are about. */
export const switchGroups = {
  Tokens: tokenSwitches,
  Quotas: quotaSwitches,
  Limits: limitSwitches,
  Failures: failureSwitches,
}

const switchTable = { ...tokenSwitches, ...quotaSwitches, ...limitSwitches, ...failureSwitches }

/** Every switch. */
export type GoogleSwitches = SwitchValues<typeof switchTable>

/** How the simulator behaves untouched: as Google is documented or was recorded to. */
export const defaultSwitches: GoogleSwitches = untouchedValues(switchTable)

/**
 * Checks switches that come from outside.
 *
 * @throws `TypeError` naming each switch that is unknown or has a value that is not allowed, and what was expected.
 */
export function checkSwitches(changes: unknown): Partial<GoogleSwitches> {
  return checkAgainst(switchTable, changes)
}
