/*
 * What many people want changed, as one batch that Google makes whole or not at all.
 *
 *   replace   the one cell that still holds what was read, wherever it is by now: compare and set
 *   append    a row below all others, for who has none yet
 *   show      in clear, what the app names as readable: by place, so whoever sends it looks afterwards
 *   clear     what nothing needs: parts of what was replaced, a second row of one account
 *
 * All changes are tried, in their order, on what was read. Nothing is sent here.
 */
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { memberOf } from '../oauth/plain-json.ts'
import type { AccountKey } from '../store/user-store.ts'
import { envelopesIn } from './cell-content.ts'
import { appendRow, insertColumn, replaceCell, showCell } from './requests.ts'
import { refuseRetired } from './retired-keys.ts'
import { toSafeText } from './safe-text.ts'
import {
  isCellText,
  isPartName,
  isPartText,
  isSealedText,
  noteNamesOf,
  patternOf,
  readCell,
  rowNameOf,
  wholeTextOf,
  writeCell,
  writeRowId,
  type SealedCellColumn,
  type WrittenCell,
} from './sealed-cell.ts'
import { altered, sheetFull, tooManyStrays } from './sheet-error.ts'
import { partsOf, type SheetRow, type SheetTable } from './table.ts'

/** What a change gives back where all shall stay as it is. */
export const AS_IT_IS = Symbol('as it is')

/** One change of what is kept about one account. */
export interface CellChange {
  readonly account: AccountKey
  readonly column: SealedCellColumn
  /**
   * From what is kept, undefined where nothing is, to what shall be. Texts in a member `readable` are shown in clear,
   * each in the column that it names.
   */
  readonly change: (kept: unknown) => unknown
  /** What was sent for it before without an answer. */
  readonly sent: Set<string>
}

/** The row of an account as it will be. */
export interface Draft {
  readonly account: string
  /** Absent where the account has none yet. */
  readonly present: SheetRow | undefined
  readonly id: string
  readonly cells: Record<SealedCellColumn, string>
  /** By header. */
  readonly shown: Map<string, string>
}

/** One request of a batch, and whose row stands or falls with it. */
export interface Step {
  readonly request: object
  readonly draft?: Draft
}

/** What looking at a change has come to: the row in which it will be done, nothing to do, or an error. */
export type Outlook = Draft | typeof AS_IT_IS | { readonly error: unknown }

/** What shall be sent. */
export interface Plan {
  readonly steps: readonly Step[]
  readonly drafts: readonly Draft[]
  readonly outlooks: ReadonlyMap<CellChange, Outlook>
}

/** What a plan is made with. */
export interface PlanTools {
  readonly sealing: SealingKeys
  readonly random: Random
  /** Whether what nothing needs is cleared too (yes); no where such a batch was refused. */
  readonly tidies?: boolean
  /** How much the columns and notes that are read may hold together (40 million characters). */
  readonly mostCharacters?: number
}

/** By account: headers of readable texts that may stand in another place than theirs. */
export type Misplaced = ReadonlyMap<string, ReadonlySet<string>>

const COLUMNS: readonly SealedCellColumn[] = ['record', 'tokens']
/** The whole is read at once, and no more of it than `SHEET_BOUNDS` has: where it is full nobody would be found. */
const MOST_CHARACTERS = 40_000_000
/** Each newcomer's account is tried on each of them. */
const MOST_STRAYS = 1000

/**
 * Plans changes on what was read.
 *
 * @param misplaced What is to be shown again.
 */
export function planChanges(
  table: SheetTable,
  changes: readonly CellChange[],
  misplaced: Misplaced,
  { sealing, random, tidies = true, mostCharacters = MOST_CHARACTERS }: PlanTools,
): Plan {
  const parts = new Map(partsOf(table))
  const drafts = new Map<string, Draft>()
  const draftOf = (account: string): Draft => drafts.get(account) ?? createDraft(account)
  const createDraft = (account: string): Draft => {
    const present = table.rows.get(account)
    const empty = (column: SealedCellColumn) =>
      writeCell(sealing, { account, column }, undefined, random).text
    const cells = present?.cells ?? { record: empty('record'), tokens: empty('tokens') }
    const id = present?.id ?? writeRowId(account, random)
    return { account, present, id, cells: { ...cells }, shown: new Map() }
  }
  const read = ({ account, present, cells }: Draft, column: SealedCellColumn) =>
    readCell(sealing, { account, column, row: present?.row ?? 0 }, cells[column], parts)

  let size: number | undefined
  /** Only records grow as somebody likes; access must be renewed also where there is no room. */
  const takeRoom = ({ text, notes }: WrittenCell, before: string) => {
    const parts = notes.reduce((sum, [, part]) => sum + part.length, 0)
    const added = text.length + parts - before.length
    const next: number = (size ?? sizeOf(table)) + Math.max(0, added)
    if (added > 0 && next > mostCharacters) throw sheetFull()
    size = next
  }

  const look = ({ account: key, column, change, sent }: CellChange): Outlook => {
    const draft = draftOf(rowNameOf(key))
    if (sent.has(draft.cells[column])) return draft
    if (draft.present === undefined) refuseStray(table, draft.account, sealing)
    const kept = read(draft, column)
    const next = change(kept)
    if (next === AS_IT_IS) return AS_IT_IS
    refuseCopied(table, draft, column)
    const written = writeCell(sealing, { account: draft.account, column }, next, random)
    const whole = wholeTextOf(written.text, new Map(written.notes))
    refuseRetired(table, [whole, ...envelopesIn(column, next)])
    if (column === 'record') takeRoom(written, draft.cells.record)
    for (const [name, part] of written.notes) parts.set(name, part)
    sent.add(written.text)
    draft.cells[column] = written.text
    drafts.set(draft.account, draft)
    for (const [header] of readableOf(kept)) draft.shown.set(header, '')
    for (const [header, text] of readableOf(next)) draft.shown.set(header, text)
    return draft
  }

  const outlooks = new Map<CellChange, Outlook>()
  for (const change of changes) {
    try {
      outlooks.set(change, look(change))
    } catch (error) {
      outlooks.set(change, { error })
    }
  }
  for (const [account, headers] of misplaced) {
    if (!table.rows.has(account)) continue
    const draft = draftOf(account)
    showAgain(draft, headers, read)
    drafts.set(account, draft)
  }
  const changed = [...drafts.values()].filter(isChanged)
  const needed = neededNames(table, changed)
  const clearing = tidies ? toClearing(table, needed) : []
  const isNeeded = changed.length > 0 || (table.surplus.length > 0 && clearing.length > 0)
  const steps = isNeeded ? [...toSteps(table, changed, parts, needed), ...asSteps(clearing)] : []
  return { outlooks, drafts: changed, steps }
}

/**
 * Refuses an account without a row where one holds what was sealed for it: somebody has changed the first cell, and
 * a row beside it would be a second beginning.
 *
 * @throws `sheet.altered`
 */
export function refuseStray(table: SheetTable, account: string, sealing: SealingKeys): void {
  if (table.strays.length > MOST_STRAYS) throw tooManyStrays(table.strays.length)
  const parts = partsOf(table)
  const opens = ({ row, cells }: SheetRow, column: SealedCellColumn): boolean => {
    if (!isSealedText(cells[column])) return false
    try {
      readCell(sealing, { account, column, row }, cells[column], parts)
      return true
    } catch {
      return false
    }
  }
  const theirs = table.strays.find((stray) => COLUMNS.some((column) => opens(stray, column)))
  if (theirs !== undefined)
    throw altered(theirs.row, 'id', 'it is not what the program wrote there.')
}

/**
 * Refuses to replace a text that stands in another account's row too: what says that nothing is kept opens everywhere, so
 * somebody may have copied it, and would see the other cell replaced with it.
 *
 * @throws `sheet.altered`
 */
function refuseCopied({ rows }: SheetTable, { present }: Draft, column: SealedCellColumn): void {
  if (present === undefined) return
  const text = present.cells[column]
  // Of what is sealed the copy does not open, and its owner goes on.
  if (isSealedText(text)) return
  const other = [...rows.values()].find(
    ({ account, cells }) =>
      account !== present.account && COLUMNS.some((name) => cells[name] === text),
  )
  if (other === undefined) return
  throw altered(present.row, column, `the same stands in row ${other.row}, and one is a copy.`)
}

function showAgain(
  draft: Draft,
  headers: ReadonlySet<string>,
  read: (draft: Draft, column: SealedCellColumn) => unknown,
): void {
  try {
    const texts = new Map(readableOf(read(draft, 'record')))
    // Where the record has no text by now, that of another, or of before it was forgotten, may stand.
    for (const header of headers) draft.shown.set(header, '')
    for (const [header, text] of texts) draft.shown.set(header, text)
  } catch {
    // What does not open is told to whoever asks for it.
  }
}

function readableOf(content: unknown): readonly (readonly [string, string])[] {
  return Object.entries((memberOf(content, 'readable') ?? {}) as Record<string, string>)
}

function isChanged({ present, cells, shown }: Draft): boolean {
  return shown.size > 0 || COLUMNS.some((column) => cells[column] !== present?.cells[column])
}

function toSteps(
  table: SheetTable,
  drafts: readonly Draft[],
  parts: ReadonlyMap<string, string>,
  needed: ReadonlySet<string>,
): readonly Step[] {
  const { usersId, notesId } = table.layout
  const columns = new Map(table.layout.columns)
  const headers = new Set(drafts.flatMap(({ shown }) => [...shown.keys()]))
  const inserted = [...headers]
    .filter((header) => !columns.has(header))
    .flatMap((header) => {
      const column = Math.max(...columns.values()) + 1
      columns.set(header, column)
      return insertColumn(usersId, column, header)
    })
  const rows = drafts.flatMap((draft) => stepsOf(draft, columns, usersId))
  const known = new Set(table.notes.map(({ id }) => id))
  const added = [...needed].filter((name) => !known.has(name) && parts.has(name))
  const noted = added.map((name) =>
    appendRow(notesId, new Map([name, parts.get(name) ?? ''].entries())),
  )
  return [...asSteps(inserted), ...rows, ...asSteps(noted)]
}

function stepsOf(draft: Draft, columns: ReadonlyMap<string, number>, usersId: number): Step[] {
  const { present, cells, id } = draft
  const place = (header: string) => columns.get(header) ?? 0
  const shown = [...draft.shown].map(([header, text]) => [place(header), toSafeText(text)] as const)
  if (present === undefined) {
    const texts = Object.entries({ id, ...cells }).map(
      ([header, text]) => [place(header), text] as const,
    )
    return [{ request: appendRow(usersId, new Map([...texts, ...shown])), draft }]
  }
  const replaced = COLUMNS.filter((column) => cells[column] !== present.cells[column]).map(
    (column) => replaceCell(usersId, present.cells[column], cells[column]),
  )
  return [
    ...replaced.map((request) => ({ request, draft })),
    ...asSteps(shown.map(([column, text]) => showCell(usersId, present.row, column, text))),
  ]
}

/** Characters of all that is read at once. */
function sizeOf({ rows, surplus, strays, notes }: SheetTable): number {
  const cells = [...rows.values(), ...surplus, ...strays].flatMap((row) => Object.values(row.cells))
  return [...cells, ...notes.map(({ text }) => text)].reduce((sum, text) => sum + text.length, 0)
}

/** The names of all parts that cells refer to once the drafts are written. */
function neededNames(table: SheetTable, drafts: readonly Draft[]): ReadonlySet<string> {
  const drafted = new Map(drafts.map((draft) => [draft.id, draft.cells]))
  const rows = [...table.rows.values(), ...table.strays]
  const cells = [...rows.map((row) => drafted.get(row.id) ?? row.cells), ...drafted.values()]
  return new Set(cells.flatMap((one) => Object.values(one).flatMap(noteNamesOf)))
}

function toClearing(table: SheetTable, needed: ReadonlySet<string>): readonly object[] {
  const { usersId, notesId } = table.layout
  const parts = table.notes.filter(({ id }) => isPartName(id) && !needed.has(id))
  // As it mostly is: no need to go over all cells at each write.
  if (parts.length === 0 && table.surplus.length === 0) return []
  const dropped = new Set(parts)
  const notesKept = patternsOf(
    table.notes.filter((note) => !dropped.has(note)).map(({ text }) => text),
  )
  const rowsKept = patternsOf(
    [...table.rows.values(), ...table.strays].flatMap(({ cells }) => Object.values(cells)),
  )
  const isFree = (text: string, kept: ReadonlySet<string>) => !kept.has(patternOf(text))
  const texts = parts.map(({ text }) => text).filter(isPartText)
  const cells = table.surplus.flatMap(({ cells: own }) => Object.values(own)).filter(isCellText)
  return [...texts.filter((text) => isFree(text, notesKept)), ...parts.map(({ id }) => id)]
    .map((text) => replaceCell(notesId, text, ''))
    .concat(
      [...cells.filter((text) => isFree(text, rowsKept)), ...table.surplus.map(({ id }) => id)].map(
        (text) => replaceCell(usersId, text, ''),
      ),
    )
}

/** What is searched for when these are: a copy of one of them must not take it along. */
function patternsOf(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.map(patternOf))
}

function asSteps(requests: readonly object[]): Step[] {
  return requests.map((request) => ({ request }))
}
