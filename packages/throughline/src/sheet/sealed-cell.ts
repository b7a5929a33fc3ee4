/*
 * The texts that the store writes into cells, and what they hold.
 *
 *   u.<account>.<nonce>     the first column: whose row it is, by a hash of what is itself a blind index
 *   tl1.<envelope>          what is kept, sealed for the account and the column
 *   tl2.<parts>.<nonce>     the same where one cell is too small: its parts are the notes `p.<nonce>.0`, `.1` …
 *   tl3.<part>              such a part
 *   tl0.<nonce>             nothing is kept here
 *
 * 1. All begin with a letter and a digit or dot: no spreadsheet takes them for a number, a date or a formula.
 * 2. None is ever written twice. So a cell can be found by what it begins with, wherever people have moved it, and
 *    replaced only where it still is what was read.
 * 3. What is sealed is bound to account and column, not to a row: sorting does no harm, swapping fails.
 */
import { createHash } from 'node:crypto'
import { isThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { toPrefixedBytes } from '../crypto/prefixed.ts'
import { ENVELOPE_PREFIX, open, seal } from '../crypto/seal.ts'
import type { AccountKey } from '../store/user-store.ts'
import { altered, tooLarge } from './sheet-error.ts'

/** The columns that hold something sealed. */
export type SealedCellColumn = 'record' | 'tokens'

/** What is written for one value: the cell, and the notes that it refers to, by name. */
export interface WrittenCell {
  readonly text: string
  readonly notes: readonly (readonly [name: string, text: string])[]
}

/** Where a cell was read, for the message. */
export interface CellPlace {
  readonly account: string
  readonly column: SealedCellColumn
  /** As the sheet counts them: the header is row 1. */
  readonly row: number
}

/** A cell holds 50,000 characters at most. */
const PART_CHARACTERS = 45_000
const NONCE_BYTES = 9
const NOTHING = 'tl0.'
const PARTED = 'tl2.'
const PART = 'tl3.'
/** The whole of each: whoever edits a cell may write anything, and what is read is searched for later. */
const ROW_ID = /^u\.([\w-]{22})\.[\w-]{12}$/
const NOTHING_TEXT = /^tl0\.[\w-]{12}$/
const PARTED_TEXT = /^tl2\.([1-9]\d{0,2})\.([\w-]{12})$/
const PART_NAME = /^p\.[\w-]{12}\.\d{1,3}$/
const PART_TEXT = /^tl3\.[\w.-]+$/
/** How many parts there may be: more would be a good deal of all that can be read at once. */
const MOST_PARTS = 100
/** How much of a text tells it from all others: of an envelope its salt, which comes first. */
const TELLING_CHARACTERS = 80

/** Names an account's row: no more than a hash of its blind index. */
export function rowNameOf({ provider, subjectIndex }: AccountKey): string {
  return createHash('sha256')
    .update(toPrefixedBytes([provider, subjectIndex]))
    .digest('base64url')
    .slice(0, 22)
}

/** Writes the cell of the first column; another one at each call. */
export function writeRowId(account: string, random: Random): string {
  return `u.${account}.${nonce(random)}`
}

/** Writes the first cell of a note; another one at each call. */
export function writeNoteId(name: string, random: Random): string {
  return `${name}.${nonce(random)}`
}

/** The name that {@link writeNoteId} was given. */
export function noteNameOf(id: string): string {
  return id.slice(0, Math.max(id.lastIndexOf('.'), 0))
}

/** Reads the cell of the first column; undefined where it is not one of ours. */
export function readRowId(text: string): string | undefined {
  return ROW_ID.exec(text)?.[1]
}

/** Seals a value for its account and column; undefined: that nothing is kept. */
export function writeCell(
  sealing: SealingKeys,
  { account, column }: Pick<CellPlace, 'account' | 'column'>,
  value: unknown,
  random: Random,
): WrittenCell {
  if (value === undefined) return { text: `${NOTHING}${nonce(random)}`, notes: [] }
  const text = seal(sealing, 'sheet-cell', [column, account], JSON.stringify(value), random)
  if (text.length <= PART_CHARACTERS) return { text, notes: [] }
  const parts = Math.ceil(text.length / PART_CHARACTERS)
  if (parts > MOST_PARTS) throw tooLarge(column, text.length, MOST_PARTS * PART_CHARACTERS)
  const whole = `${PARTED}${parts}.${nonce(random)}`
  const notes = noteNamesOf(whole).map((name, part) => {
    const start = part * PART_CHARACTERS
    return [name, `${PART}${text.slice(start, start + PART_CHARACTERS)}`] as const
  })
  return { text: whole, notes }
}

/** Whether a text says that something is kept: sealed here, or in parts. Also where somebody has edited its end. */
export function isSealedText(text: string): boolean {
  return text.startsWith(ENVELOPE_PREFIX) || text.startsWith(PARTED)
}

/** Whether a note is a part of what was too large. */
export function isPartName(name: string): boolean {
  return PART_NAME.test(name)
}

/** Whether a text is one that the program writes into the tab of the notes as a part. */
export function isPartText(text: string): boolean {
  return PART_TEXT.test(text)
}

/** Whether a text is one that the program writes into a sealed column, as far as can be seen without opening it. */
export function isCellText(text: string): boolean {
  const isEnvelope = text.startsWith(ENVELOPE_PREFIX) && /^[\w.-]+$/.test(text)
  return isEnvelope || NOTHING_TEXT.test(text) || PARTED_TEXT.test(text)
}

/** The names of the notes that a cell refers to. */
export function noteNamesOf(text: string): readonly string[] {
  const [, count = '', name = ''] = PARTED_TEXT.exec(text) ?? []
  if (Number(count) > MOST_PARTS) return []
  return Array.from({ length: Number(count) }, (_, part) => `p.${name}.${part}`)
}

/**
 * Opens a cell; undefined where nothing is kept.
 *
 * @throws `sheet.altered`, which names row and column; `crypto.unknown-key`.
 */
export function readCell(
  sealing: SealingKeys,
  place: CellPlace,
  text: string,
  notes: ReadonlyMap<string, string>,
): unknown {
  if (NOTHING_TEXT.test(text)) return undefined
  const { row, column, account } = place
  const whole = wholeTextOf(text, notes)
  if (!whole.startsWith(ENVELOPE_PREFIX)) {
    throw altered(row, column, whole === '' ? 'it was emptied.' : 'it is not sealed.')
  }
  try {
    return JSON.parse(open(sealing, 'sheet-cell', [column, account], whole))
  } catch (error) {
    if (!isThroughlineError(error) || error.code === 'crypto.unknown-key') throw error
    throw altered(row, column, 'it was altered, or moved there from another row or column.')
  }
}

/** The text of a cell, put together where it is in parts. */
export function wholeTextOf(text: string, notes: ReadonlyMap<string, string>): string {
  const names = noteNamesOf(text)
  if (names.length === 0) return text
  return names.map((name) => notes.get(name)?.slice(PART.length) ?? '').join('')
}

/** A pattern (of Java) for the one cell that holds a text of ours. */
export function patternOf(text: string): string {
  const telling = text.slice(0, TELLING_CHARACTERS).replaceAll(/[^\w-]/gu, String.raw`\$&`)
  return text.length > TELLING_CHARACTERS ? `${telling}.*` : telling
}

function nonce(random: Random): string {
  return Buffer.from(random(NONCE_BYTES)).toString('base64url')
}
