/*
 * `findReplace`: looks for a text in what cells show, and enters the text with its replacement anew, as if somebody
 * had typed it. Regular expressions are JavaScript's with the flag `u`, after what Java writes differently has been
 * put into its words: `\Q…\E`, `\A`, `\z`, `\Z` and `\h`, and `$1`, `${name}` and `\$` in replacements. Possessive
 * quantifiers, atomic groups, unions of classes and POSIX names are not known here.
 */
import { invalid } from './api-error.ts'
import { bool, int32, string } from './body-shape.ts'
import { changeKind, type ChangeKind, type Draft } from './change-kind.ts'
import { gridRangeShape, requireSheet, toArea, type GridRange } from './grid-range.ts'
import { assertFits } from './limits.ts'
import { showCell } from './shown-value.ts'
import { areaOf, cellAt, putCell, sizeOf, type Area, type Cell } from './spreadsheet.ts'
import { readTyped, withTyped } from './typed-value.ts'

interface FindReplace {
  readonly find?: string
  readonly replacement?: string
  readonly matchCase?: boolean
  readonly matchEntireCell?: boolean
  readonly searchByRegex?: boolean
  readonly includeFormulas?: boolean
  readonly range?: GridRange
  readonly sheetId?: number
  readonly allSheets?: boolean
}

/** The kind, by its name. */
export const findReplaceChange: Readonly<Record<string, ChangeKind>> = {
  findReplace: changeKind<FindReplace>(
    {
      find: string,
      replacement: string,
      matchCase: bool,
      matchEntireCell: bool,
      searchByRegex: bool,
      includeFormulas: bool,
      range: gridRangeShape,
      sheetId: int32,
      allSheets: bool,
    },
    findAndReplace,
  ),
}

function findAndReplace(draft: Draft, request: FindReplace): Readonly<Record<string, number>> {
  const replace = createReplacer(request, draft.limits.findCharacters)
  const counts = { values: 0, formulas: 0, rows: 0, sheets: 0, occurrences: 0 }
  for (const area of areasOf(draft, request)) {
    const sheet = requireSheet(draft.spreadsheet, area.sheetId)
    const rowsBefore = counts.rows
    const { columnCount } = sizeOf(sheet)
    for (let row = area.startRow; row < Math.min(area.endRow, sheet.rows.length); row += 1) {
      const before = counts.values + counts.formulas
      for (
        let column = area.startColumn;
        column < Math.min(area.endColumn, columnCount);
        column += 1
      ) {
        const cell = cellAt(sheet, row, column)
        const formula = cell?.userEnteredValue?.formulaValue
        if (cell?.userEnteredValue === undefined) continue
        if (formula !== undefined && request.includeFormulas !== true) continue
        const { text, occurrences } = replace(formula ?? showCell(sheet, cell))
        if (occurrences === 0) continue
        counts.occurrences += occurrences
        counts[formula === undefined ? 'values' : 'formulas'] += 1
        putCell(sheet, row, column, retype(draft, cell, text))
      }
      if (counts.values + counts.formulas > before) counts.rows += 1
    }
    if (counts.rows > rowsBefore) counts.sheets += 1
  }
  // The protocol leaves out what is 0.
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, count]) =>
      count > 0 ? [[`${name}Changed`, count]] : [],
    ),
  )
}

function retype({ limits }: Draft, cell: Cell, text: string): Cell {
  const typed = readTyped(text, cell)
  assertFits(typed.value, limits)
  return withTyped(cell, typed)
}

function areasOf({ spreadsheet }: Draft, request: FindReplace): readonly Area[] {
  const { range, sheetId, allSheets } = request
  const scopes = [range, sheetId, allSheets === true ? true : undefined]
  if (scopes.filter((scope) => scope !== undefined).length !== 1)
    throw invalid('Exactly one of range, sheetId and allSheets must be specified.')
  if (range !== undefined) return [toArea(spreadsheet, range)]
  if (sheetId !== undefined) return [areaOf(requireSheet(spreadsheet, sheetId))]
  return spreadsheet.sheets.map(areaOf)
}

type Replacer = (text: string) => { readonly text: string; readonly occurrences: number }

function createReplacer(request: FindReplace, findCharacters: number | null): Replacer {
  const { find = '', replacement = '', searchByRegex = false } = request
  if (find === '') throw invalid('The find string must not be empty.')
  if (findCharacters !== null && find.length > findCharacters)
    throw invalid(`The find string is longer than ${findCharacters} characters.`)
  if (!searchByRegex) return createPlainReplacer(find, replacement, request)
  const pattern = createPattern(find, request)
  return (source) => {
    let occurrences = 0
    const text = source.replace(pattern, (...found) => {
      occurrences += 1
      return expand(replacement, found)
    })
    return { text, occurrences }
  }
}

/** Looks for a text without a regular expression, which could not be as long as a cell. */
function createPlainReplacer(
  find: string,
  replacement: string,
  { matchCase = false, matchEntireCell = false }: FindReplace,
): Replacer {
  const fold = (text: string) => (matchCase ? text : foldCase(text))
  const wanted = fold(find)
  return (source) => {
    const folded = fold(source)
    if (matchEntireCell)
      return folded === wanted
        ? { text: replacement, occurrences: 1 }
        : { text: source, occurrences: 0 }
    const parts: string[] = []
    let from = 0
    for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, from)) {
      parts.push(source.slice(from, at))
      from = at + wanted.length
    }
    parts.push(source.slice(from))
    return { text: parts.join(replacement), occurrences: parts.length - 1 }
  }
}

/** Writes letters small; those that would take another number of characters then stay, so that places stay. */
function foldCase(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return Array.from(text, (letter) => {
    const small = letter.toLowerCase()
    return small.length === letter.length ? small : letter
  }).join('')
}

function createPattern(
  find: string,
  { matchCase = false, matchEntireCell = false }: FindReplace,
): RegExp {
  try {
    // Checked by itself first: in parentheses a stray one of its own could find its match.
    const alone = new RegExp(fromJava(find), 'u').source
    const pattern = new RegExp(matchEntireCell ? `^(?:${alone})$` : alone, matchCase ? 'gu' : 'giu')
    // One that is too large is found out only when it is used.
    pattern.test('')
    pattern.lastIndex = 0
    return pattern
  } catch (cause) {
    throw Object.assign(invalid(`The regular expression "${find}" is not valid.`), { cause })
  }
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}

/** Puts into JavaScript's words what Java writes differently. */
function fromJava(pattern: string): string {
  const unquoted = pattern.replaceAll(/\\Q(.*?)(?:\\E|$)/gs, (_, text: string) =>
    escapePattern(text),
  )
  return unquoted.replaceAll(/\\(.)/gs, (whole, character: string) => {
    const words: Readonly<Record<string, string>> = { A: '^', z: '$', Z: '$', h: String.raw`[ \t]` }
    if (words[character] !== undefined) return words[character]
    // Java lets any character that is no letter be escaped, JavaScript with `u` only those that mean something.
    const isNeedless = /[^A-Za-z0-9^$\\.*+?()[\]{}|/-]/.test(character)
    return isNeedless ? escapePattern(character) : whole
  })
}

/** Fills a replacement of Java's with what was found. */
function expand(replacement: string, found: readonly unknown[]): string {
  const last = found.at(-1)
  const names = typeof last === 'object' ? (last as Readonly<Record<string, string>>) : {}
  const groups = found.slice(
    0,
    found.findIndex((part) => typeof part === 'number'),
  )
  return replacement.replaceAll(
    /\\(?<plain>.)|\$(?<number>\d)|\$\{(?<name>\w+)\}/gs,
    (...match) => {
      const { plain, number, name } = match.at(-1) as Readonly<Record<string, string | undefined>>
      if (plain !== undefined) return plain
      const value = name === undefined ? groups[Number(number)] : names[name]
      const isKnown =
        name === undefined ? Number(number) < groups.length : Object.hasOwn(names, name)
      if (!isKnown) throw invalid(`The replacement names a group that is not there: ${match[0]}`)
      return typeof value === 'string' ? value : ''
    },
  )
}
