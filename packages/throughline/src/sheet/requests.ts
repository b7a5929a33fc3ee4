/*
 * The changes that the store asks of Google Sheets, as requests of a batch.
 *
 * Texts are entered as texts (`stringValue`), never as if typed: what begins with `=` stays a text. What replaces a
 * text by `findReplace` is taken as if typed, but begins with a letter, and so stays a text too.
 *
 * @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
 */
import { memberOf } from '../oauth/plain-json.ts'
import { patternOf } from './sealed-cell.ts'

/** Puts a text in the place of the one cell of a tab that holds another; changes nothing where none does. */
export function replaceCell(sheetId: number, text: string, by: string): object {
  const pattern = { find: patternOf(text), searchByRegex: true, matchCase: true }
  return { findReplace: { ...pattern, sheetId, matchEntireCell: true, replacement: by } }
}

/** Whether {@link replaceCell} has found its cell, by its reply. */
export function hasReplaced(reply: unknown): boolean {
  return Number(memberOf(reply, 'findReplace', 'occurrencesChanged') ?? 0) > 0
}

/** Adds a row below the last one that holds something. @param texts By place, from 0. */
export function appendRow(sheetId: number, texts: ReadonlyMap<number, string>): object {
  const width = Math.max(...texts.keys()) + 1
  const values = Array.from({ length: width }, (_, at) => entered(texts.get(at)))
  return { appendCells: { sheetId, rows: [{ values }], fields: 'userEnteredValue' } }
}

/** Puts a column with a header before what stands at its place. */
export function insertColumn(sheetId: number, column: number, header: string): readonly object[] {
  const range = { sheetId, dimension: 'COLUMNS', startIndex: column, endIndex: column + 1 }
  return [
    { insertDimension: { range, inheritFromBefore: column > 0 } },
    showCell(sheetId, 1, column, header),
  ]
}

/** Writes one cell by its place. @param row As the sheet counts: the header is row 1. */
export function showCell(sheetId: number, row: number, column: number, text: string): object {
  const start = { sheetId, rowIndex: row - 1, columnIndex: column }
  return { updateCells: { start, rows: [{ values: [entered(text)] }], fields: 'userEnteredValue' } }
}

function entered(text: string | undefined): object {
  return text === undefined || text === '' ? {} : { userEnteredValue: { stringValue: text } }
}
