/*
 * A look at a sheet for whoever operates it: may it be read and written, is it as the program needs it, do all rows open?
 *
 * Nothing is changed: the one write looks for a text that stands nowhere. Nothing of what is kept is shown, not even what
 * a readable cell holds.
 */
import type { Clock } from '../base/clock.ts'
import { counted } from '../base/counted.ts'
import { isThroughlineError } from '../base/error.ts'
import { createId, type Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open } from '../crypto/seal.ts'
import { OWN_COLUMNS, tokenSetContextOf, userContextOf } from '../store/user-store.ts'
import { firstOf, hint, right, wrong, wrongKeys, type Finding } from './finding.ts'
import { describeFault, openRows, type CellFault, type OpenedRow } from './opened-rows.ts'
import { toSafeText } from './safe-text.ts'
import { noteNameOf, readRowId } from './sealed-cell.ts'
import type { SheetApi, SheetTab } from './sheet-api.ts'
import {
  cellsOf,
  COLUMNS,
  letterOf,
  loadTable,
  NOTES_TAB,
  readHeader,
  requireColumns,
  USERS_TAB,
  type SheetTable,
} from './table.ts'

/** What a look at a sheet needs. */
export interface SheetCheckContext {
  readonly api: SheetApi
  /** Of the service account. */
  readonly email: string
  /** Undefined where the keys themselves are wrong: then nothing is opened. */
  readonly sealing: SealingKeys | undefined
  readonly clock: Clock
  readonly random: Random
  /** What time the last answer of Google said it was; undefined before the first. */
  readonly googleTime: () => number | undefined
}

/** Google takes an assertion from so far ahead. */
const MOST_SKEW_MS = 5 * 60_000
/** Of one spreadsheet, the empty ones too. */
const MOST_CELLS = 10_000_000
/** From here on it is time to think of something else, of 1. */
const NEARLY_FULL = 0.8

/**
 * Looks at a sheet, from whether it is reached to whether each row opens; ends where nothing further can be seen.
 *
 * @throws The codes of `SheetApi`, where the sheet cannot be read at all.
 */
export async function* checkSheet(context: SheetCheckContext): AsyncGenerator<Finding> {
  const { api, email } = context
  let tabs: readonly SheetTab[]
  try {
    tabs = await api.loadTabs()
  } catch (error) {
    // What Google says of the clock itself is not said twice, nor contradicted.
    if (!isClockRefused(error)) yield* checkClock(context)
    throw error
  }
  yield* checkClock(context)
  yield right(`Google knows the service account ${email}, and lets it read the sheet.`)
  yield* await checkWriting(context, tabs)
  yield* checkSize(tabs)
  const titles = tabs.map(({ title }) => title)
  if (!titles.includes(NOTES_TAB) || !titles.includes(USERS_TAB)) {
    yield await describeMissingTab(api, tabs)
    return
  }
  const header = cellsOf(await api.load([`'${USERS_TAB}'!1:1`]), idOf(tabs, USERS_TAB))[0] ?? []
  yield* checkHeader(header[0] ?? [])
  requireColumns(readHeader(header))
  yield* checkRows(context, await loadTable(api))
}

function isClockRefused(error: unknown): boolean {
  return isThroughlineError(error, 'sheet.key-refused') && error.details['isClock'] === true
}

function* checkClock({ clock, googleTime }: SheetCheckContext): Generator<Finding> {
  const time = googleTime()
  if (time === undefined) return
  const skew = clock() - time
  if (Math.abs(skew) <= MOST_SKEW_MS) {
    yield right("This machine's clock and Google's agree.")
    return
  }
  const minutes = Math.round(Math.abs(skew) / 60_000)
  const how = skew > 0 ? 'fast' : 'slow'
  yield wrong(`This machine's clock is ${minutes} minutes ${how}: set it, best by NTP.`)
}

/** What is shared for reading alone is seen only by whoever writes. */
async function checkWriting(
  { api, email, random }: SheetCheckContext,
  tabs: readonly SheetTab[],
): Promise<readonly Finding[]> {
  const find = createId(random)
  const request = { findReplace: { find, replacement: '', allSheets: true, matchEntireCell: true } }
  const quoted = (tabs[0]?.title ?? '').replaceAll("'", "''")
  try {
    await api.apply([request], [`'${quoted}'!1:1`])
    return [right('The sheet can be written to.')]
  } catch (error) {
    if (!isThroughlineError(error, 'sheet.not-shared')) throw error
    const text =
      `The sheet is shared with ${email} for reading alone: under "Share" make it an editor. (A protected range ` +
      'has the same effect.)'
    return [wrong(text)]
  }
}

function* checkSize(tabs: readonly SheetTab[]): Generator<Finding> {
  const size = tabs.reduce((sum, tab) => sum + tab.size, 0)
  const said = `The sheet has ${size.toLocaleString('en')} cells of the ${MOST_CELLS.toLocaleString('en')} that Google allows, the empty ones too`
  if (size < MOST_CELLS * NEARLY_FULL) yield right(`${said}.`)
  else yield wrong(`${said}: delete empty rows and columns, or move the users to a database.`)
}

async function describeMissingTab(api: SheetApi, tabs: readonly SheetTab[]): Promise<Finding> {
  const titles = tabs.map(({ title }) => title)
  const remedy =
    'Was it renamed or deleted? Give it its name back, or bring it back by "Version history".'
  if (titles.includes(NOTES_TAB)) return wrong(`The sheet has no tab "${USERS_TAB}". ${remedy}`)
  const ranges = titles.includes(USERS_TAB) ? await api.load([`'${USERS_TAB}'!1:1`]) : []
  const columns = readHeader(cellsOf(ranges, idOf(tabs, USERS_TAB))[0] ?? [])
  const isUsed = COLUMNS.every((name) => columns.has(name))
  return isUsed
    ? wrong(
        `The sheet has no tab "${NOTES_TAB}", which is hidden and without which no row opens. ${remedy}`,
      )
    : hint('The sheet is new: the first start sets it up.')
}

function* checkHeader(header: readonly string[]): Generator<Finding> {
  const names = header.map((text) => text.trim()).filter((text) => text !== '')
  const doubled = new Set(names.filter((name, at) => names.indexOf(name) !== at))
  for (const name of doubled) {
    const said = `Row 1 of the tab "${USERS_TAB}" has more than one column "${name}": the first counts.`
    yield OWN_COLUMNS.has(name) ? wrong(`${said} Rename the others.`) : hint(said)
  }
  if (doubled.size === 0) yield right('The tabs and their headers are as the program needs them.')
}

async function* checkRows(
  { api, sealing }: SheetCheckContext,
  table: SheetTable,
): AsyncGenerator<Finding> {
  const kept = `${counted(table.rows.size, 'account')} kept`
  if (sealing === undefined) {
    yield hint(`${kept}; whether all of it opens cannot be told without the keys.`)
    return
  }
  const keys = checkMacKey(table, sealing)
  yield keys
  // With other keys nothing opens, and what does not open for want of them is nobody's to delete.
  if (keys.state === 'wrong') return
  const rows = openRows(table, sealing)
  const closed = rows.flatMap((row) => faultsOf(row, sealing))
  yield* describeFaults(closed)
  if (closed.length === 0) yield right(`${kept}, and all of it opens.`)
  const shown = await loadShown(api, table, rows)
  yield* firstOf([...findDoubled(shown('id')), ...findDiffering(rows, table, shown)])
}

function checkMacKey({ notes, rows }: SheetTable, sealing: SealingKeys): Finding {
  const sealed = notes.find(({ id }) => noteNameOf(id) === 'mac-key')?.text
  if (sealed === undefined && rows.size > 0) {
    return wrong(
      `The tab "${NOTES_TAB}" no longer holds the MAC key ("mac-key"), without which nobody in the tab "${USERS_TAB}" is ` +
        'found. Bring it back by "Version history".',
    )
  }
  if (sealed === undefined) {
    return hint(`The tab "${NOTES_TAB}" holds no MAC key yet: the first start makes it.`)
  }
  try {
    open(sealing, 'mac-key', ['mac-key'], sealed)
    return right('The sealing keys are those of this sheet.')
  } catch (error) {
    if (!isThroughlineError(error)) throw error
    return wrongKeys('this sheet', error)
  }
}

/** What does not open: the cell, or an envelope within. */
function faultsOf(
  { row, record, tokens, faults }: OpenedRow,
  sealing: SealingKeys,
): readonly CellFault[] {
  const found = [...faults]
  const look = (column: string, openOne: () => void) => {
    try {
      openOne()
    } catch (error) {
      if (!isThroughlineError(error)) throw error
      found.push({ row, column, error })
    }
  }
  if (record !== undefined) {
    look('record', () => open(sealing, 'user-record', userContextOf(record), record.sealed))
  }
  for (const set of tokens?.sets ?? []) {
    look('tokens', () => open(sealing, 'token-set', tokenSetContextOf(set), set.sealed))
  }
  return found
}

/** A sentence for each cell, but one for all that want the same key. */
function* describeFaults(faults: readonly CellFault[]): Generator<Finding> {
  const wanting = Map.groupBy(faults, ({ error }) => error.details['keyId'])
  yield* firstOf((wanting.get(undefined) ?? []).map((fault) => wrong(describeFault(fault))))
  wanting.delete(undefined)
  for (const [id, cells] of wanting) {
    const places = cells.map(({ row, column }) => `row ${row}, column "${column}"`)
    const more = places.length === 1 ? '' : `, and ${places.length - 1} more`
    yield wrong(
      `The key \`${String(id)}\` is missing, and sealed ${places[0]}${more}. Put it back behind the others.`,
    )
  }
}

/** Reads the columns of ids and of readable texts, as they are shown. */
async function loadShown(api: SheetApi, table: SheetTable, rows: readonly OpenedRow[]) {
  const { columns, usersId } = table.layout
  const readable = rows.flatMap(({ record }) => Object.keys(record?.readable ?? {}))
  const names = [...new Set(['id', ...readable])].filter((name) => columns.has(name))
  const letters = names.map((name) => letterOf(columns.get(name) ?? 0))
  const ranges = await api.load(letters.map((letter) => `'${USERS_TAB}'!${letter}:${letter}`))
  const cells = cellsOf(ranges, usersId)
  const texts = new Map(names.map((name, at) => [name, cells[at] ?? []]))
  return (name: string) => texts.get(name)?.map(([text = '']) => text)
}

function findDoubled(ids: readonly string[] = []): readonly Finding[] {
  const rows = new Map<string, number[]>()
  for (const [at, id] of ids.entries()) {
    const account = readRowId(id)
    if (account !== undefined) rows.set(account, [...(rows.get(account) ?? []), at + 1])
  }
  const doubled = [...rows.values()].filter((own) => own.length > 1)
  return doubled.map((own) =>
    wrong(
      `Rows ${own.join(', ')} are of one account. The upper one counts: see that it is the right one, and delete the others.`,
    ),
  )
}

function findDiffering(
  rows: readonly OpenedRow[],
  { layout }: SheetTable,
  shown: (name: string) => readonly string[] | undefined,
): readonly Finding[] {
  return rows.flatMap(({ row, record }) =>
    Object.entries(record?.readable ?? {})
      .filter(([name, text]) => (shown(name)?.[row - 1] ?? '') !== toSafeText(text))
      .map(([name]) => {
        const what = layout.columns.has(name)
          ? 'shows something else than'
          : 'is missing; it shows a part of'
        return hint(
          `Row ${row}, column "${name}", ${what} the record: what is typed there counts for nothing, and is written over.`,
        )
      }),
  )
}

function idOf(tabs: readonly SheetTab[], title: string): number {
  return tabs.find((tab) => tab.title === title)?.sheetId ?? 0
}
