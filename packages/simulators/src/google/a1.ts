/*
 * A1 notation: reads ranges, writes them as Google does, and says which of them lie outside of a sheet.
 */
import { invalid } from './api-error.ts'
import {
  areaOf,
  findSheet,
  sizeOf,
  type Area,
  type Sheet,
  type Spreadsheet,
} from './spreadsheet.ts'

/** What a range names before it is clipped to its sheet. */
export interface NamedArea extends Area {
  /** Whether it is one cell, as `A1`: what is written there may be larger. */
  readonly isCell: boolean
}

const ONE_SIDE = /^\$?(?<column>[A-Za-z]{1,3})?\$?(?<row>[1-9]\d{0,7})?$/

/** Writes a column as letters: 0 is A, 26 is AA. */
export function toColumnLetters(column: number): string {
  const before = Math.floor(column / 26)
  const last = String.fromCodePoint(65 + (column % 26))
  return before === 0 ? last : toColumnLetters(before - 1) + last
}

/** Reads the letters of a column. */
export function fromColumnLetters(letters: string): number {
  let number = 0
  for (const letter of letters.toUpperCase())
    number = number * 26 + ((letter.codePointAt(0) ?? 65) - 64)
  return number - 1
}

/** Quotes a title where Google does: when it is no plain word, or could be read as a cell. */
export function quoteTitle(title: string): string {
  const isWord = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(title)
  const isCellLike = /^([a-z]{1,3}\d+|r\d*c\d*|true|false)$/i.test(title)
  return isWord && !isCellLike ? title : `'${title.replaceAll("'", "''")}'`
}

/** Writes a rectangle, as `users!A1:C5`; one cell as `users!A1`. */
export function toA1(sheet: Sheet, area: Area): string {
  const { startRow, endRow, startColumn, endColumn } = area
  const start = `${toColumnLetters(startColumn)}${startRow + 1}`
  const end = `${toColumnLetters(Math.max(endColumn - 1, startColumn))}${Math.max(endRow, startRow + 1)}`
  return `${quoteTitle(sheet.properties.title)}!${start === end ? start : `${start}:${end}`}`
}

/**
 * Reads a range.
 *
 * @throws `GoogleError` 400 where it is none, or its sheet is not there.
 */
export function parseRange(spreadsheet: Spreadsheet, text: string): NamedArea {
  const { title, cells } = splitTitle(text)
  if (title !== undefined) {
    const sheet = findTitle(spreadsheet, title)
    const area = sheet && (cells === undefined ? wholeOf(sheet) : parseCells(sheet, cells))
    if (area !== undefined) return area
  } else if (cells !== undefined) {
    const [first] = spreadsheet.sheets
    const area = first && parseCells(first, cells)
    if (area !== undefined) return area
    const named = spreadsheet.namedRanges.find(({ name }) => name === cells)
    if (named !== undefined) return { ...named.area, isCell: false }
    const sheet = findTitle(spreadsheet, cells)
    if (sheet !== undefined) return wholeOf(sheet)
  }
  throw invalid(`Unable to parse range: ${text}`)
}

/**
 * Clips a rectangle to its sheet.
 *
 * @throws `GoogleError` 400 where it begins outside.
 */
export function clip(spreadsheet: Spreadsheet, area: Area): Area {
  const sheet = sheetOf(spreadsheet, area)
  const { rowCount, columnCount } = sizeOf(sheet)
  if (area.startRow >= rowCount || area.startColumn >= columnCount) throw outside(sheet, area)
  return {
    ...area,
    endRow: Math.min(area.endRow, rowCount),
    endColumn: Math.min(area.endColumn, columnCount),
  }
}

/** Makes the error of a rectangle that does not lie within its sheet. */
export function outside(sheet: Sheet, area: Area): Error {
  const { rowCount, columnCount } = sizeOf(sheet)
  const { startRow, startColumn } = area
  const shown = {
    ...area,
    endRow: Number.isFinite(area.endRow) ? area.endRow : Math.max(rowCount, startRow + 1),
    endColumn: Number.isFinite(area.endColumn)
      ? area.endColumn
      : Math.max(columnCount, startColumn + 1),
  }
  return invalid(
    `Range (${toA1(sheet, shown)}) exceeds grid limits. Max rows: ${rowCount}, max columns: ${columnCount}`,
  )
}

/** Finds the sheet of a rectangle, which must be there. */
export function sheetOf(spreadsheet: Spreadsheet, { sheetId }: Area): Sheet {
  const sheet = findSheet(spreadsheet, sheetId)
  if (sheet === undefined) throw invalid(`No grid with id: ${sheetId}`)
  return sheet
}

/** Splits `'My sheet'!A1` at the title; a title in quotes may stand alone. */
function splitTitle(text: string): { readonly title?: string; readonly cells?: string } {
  if (text.startsWith("'")) {
    const quoted = /^'(?<title>(?:[^']|'')*)'(?:!(?<cells>.*))?$/su.exec(text)?.groups
    if (quoted?.['title'] === undefined) return {}
    const title = quoted['title'].replaceAll("''", "'")
    const cells = quoted['cells']
    return cells === undefined ? { title } : { title, cells }
  }
  const mark = text.lastIndexOf('!')
  if (mark === -1) return { cells: text }
  return { title: text.slice(0, mark), cells: text.slice(mark + 1) }
}

function findTitle({ sheets }: Spreadsheet, title: string): Sheet | undefined {
  const lower = title.toLowerCase()
  return (
    sheets.find(({ properties }) => properties.title === title) ??
    sheets.find(({ properties }) => properties.title.toLowerCase() === lower)
  )
}

function wholeOf(sheet: Sheet): NamedArea {
  return { ...areaOf(sheet), isCell: false }
}

function parseCells(sheet: Sheet, text: string): NamedArea | undefined {
  const sides = text.split(':').map(parseSide)
  const [from, to = from] = sides
  if (from === undefined || to === undefined || sides.length > 2) return undefined
  const isOneSide = sides.length === 1
  // One side alone must be a cell; of two, each must name a row or a column, and together they must begin somewhere.
  if (isOneSide && (from.row === undefined || from.column === undefined)) return undefined
  const [startRow, endRow] = span(from.row, to.row)
  const [startColumn, endColumn] = span(from.column, to.column)
  const { sheetId } = sheet.properties
  return { sheetId, startRow, endRow, startColumn, endColumn, isCell: isOneSide }
}

interface Side {
  readonly row: number | undefined
  readonly column: number | undefined
}

function parseSide(text: string): Side | undefined {
  const { column, row } = ONE_SIDE.exec(text)?.groups ?? {}
  if (column === undefined && row === undefined) return undefined
  return {
    column: column === undefined ? undefined : fromColumnLetters(column),
    row: row === undefined ? undefined : Number(row) - 1,
  }
}

/** The half-open run from one index to another, whichever comes first; without an end it goes on for ever. */
function span(from: number | undefined, to: number | undefined): readonly [number, number] {
  if (from === undefined || to === undefined) return [from ?? to ?? 0, Number.POSITIVE_INFINITY]
  return [Math.min(from, to), Math.max(from, to) + 1]
}
