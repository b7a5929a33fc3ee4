/*
 * Rows and columns come, go and move, and with them what is bound to them: developer metadata and named ranges.
 */
import {
  findSheet,
  putRow,
  resize,
  sizeOf,
  type Area,
  type DeveloperMetadata,
  type DimensionRange,
  type Row,
  type Sheet,
  type Spreadsheet,
} from './spreadsheet.ts'

/** Where an index is after a change; undefined where it is gone. */
type Shift = (index: number) => number | undefined

/** Puts empty rows or columns in front of those that begin at the range. */
export function insertDimension(spreadsheet: Spreadsheet, range: DimensionRange): void {
  const sheet = findSheet(spreadsheet, range.sheetId)
  if (sheet === undefined) return
  const { startIndex, endIndex } = range
  const count = endIndex - startIndex
  const { rowCount, columnCount } = sizeOf(sheet)
  if (range.dimension === 'ROWS') {
    resize(sheet, { rowCount: rowCount + count })
    if (startIndex < sheet.rows.length) {
      const { rows } = sheet
      const empty = Array.from({ length: count }, (): Row => ({ cells: [] }))
      sheet.rows = [...rows.slice(0, startIndex), ...empty, ...rows.slice(startIndex)]
    }
  } else {
    resize(sheet, { columnCount: columnCount + count })
    eachCells(sheet, (cells) =>
      cells.length <= startIndex
        ? cells
        : [
            ...cells.slice(0, startIndex),
            ...Array.from({ length: count }, () => undefined),
            ...cells.slice(startIndex),
          ],
    )
  }
  shiftBound(spreadsheet, range, (index) => (index >= startIndex ? index + count : index))
}

/** Takes rows or columns away. */
export function deleteDimension(spreadsheet: Spreadsheet, range: DimensionRange): void {
  const sheet = findSheet(spreadsheet, range.sheetId)
  if (sheet === undefined) return
  const { startIndex, endIndex } = range
  const count = endIndex - startIndex
  const { rowCount, columnCount } = sizeOf(sheet)
  if (range.dimension === 'ROWS') {
    sheet.rows.splice(startIndex, count)
    resize(sheet, { rowCount: rowCount - count })
  } else {
    eachCells(sheet, (cells) => cells.toSpliced(startIndex, count))
    resize(sheet, { columnCount: columnCount - count })
  }
  shiftBound(spreadsheet, range, (index) => {
    if (index < startIndex) return index
    return index < endIndex ? undefined : index - count
  })
}

/** Moves rows or columns in front of the one that has `destination` before the move. */
export function moveDimension(
  spreadsheet: Spreadsheet,
  range: DimensionRange,
  destination: number,
): void {
  const sheet = findSheet(spreadsheet, range.sheetId)
  const { startIndex, endIndex } = range
  if (sheet === undefined || (destination >= startIndex && destination <= endIndex)) return
  const count = endIndex - startIndex
  const target = destination > startIndex ? destination - count : destination
  const move = <Entry>(entries: readonly Entry[], filler: Entry): Entry[] => {
    const all = [...entries]
    while (all.length < Math.max(endIndex, destination)) all.push(filler)
    const moved = all.splice(startIndex, count)
    all.splice(target, 0, ...moved)
    return all
  }
  if (range.dimension === 'ROWS') sheet.rows = move<Row>(sheet.rows, { cells: [] })
  else eachCells(sheet, (cells) => move(cells, undefined))
  shiftBound(spreadsheet, range, (index) => {
    if (index >= startIndex && index < endIndex) return index - startIndex + target
    const without = index >= endIndex ? index - count : index
    return without >= target ? without + count : without
  })
}

/** Adds rows or columns at the end. */
export function appendDimension(
  sheet: Sheet,
  dimension: DimensionRange['dimension'],
  count: number,
): void {
  const { rowCount, columnCount } = sizeOf(sheet)
  if (dimension === 'ROWS') resize(sheet, { rowCount: rowCount + count })
  else resize(sheet, { columnCount: columnCount + count })
}

/** Drops what is bound to a sheet that goes, or to rows and columns that were cut off. */
export function dropUnbound(spreadsheet: Spreadsheet): void {
  const isThere = ({ location }: DeveloperMetadata) => {
    if ('spreadsheet' in location) return true
    const { sheetId } = 'sheetId' in location ? location : location.dimensionRange
    const sheet = findSheet(spreadsheet, sheetId)
    if (sheet === undefined || 'sheetId' in location) return sheet !== undefined
    const { dimension, endIndex } = location.dimensionRange
    const { rowCount, columnCount } = sizeOf(sheet)
    return endIndex <= (dimension === 'ROWS' ? rowCount : columnCount)
  }
  spreadsheet.metadata = spreadsheet.metadata.filter(isThere)
  spreadsheet.namedRanges = spreadsheet.namedRanges.filter(({ area }) =>
    findSheet(spreadsheet, area.sheetId),
  )
}

function eachCells(sheet: Sheet, change: (cells: Row['cells']) => Row['cells']): void {
  sheet.rows.forEach((row, index) => putRow(sheet, index, { ...row, cells: change(row.cells) }))
}

function shiftBound(spreadsheet: Spreadsheet, range: DimensionRange, shift: Shift): void {
  const { sheetId, dimension } = range
  spreadsheet.metadata = spreadsheet.metadata.flatMap((entry) => {
    if (!('dimensionRange' in entry.location)) return [entry]
    const place = entry.location.dimensionRange
    if (place.sheetId !== sheetId || place.dimension !== dimension) return [entry]
    const startIndex = shift(place.startIndex)
    if (startIndex === undefined) return []
    const dimensionRange = { ...place, startIndex, endIndex: startIndex + 1 }
    return [{ ...entry, location: { dimensionRange } }]
  })
  spreadsheet.namedRanges = spreadsheet.namedRanges.flatMap((named) => {
    if (named.area.sheetId !== sheetId) return [named]
    const area = shiftArea(named.area, dimension, shift)
    return area === undefined ? [] : [{ ...named, area }]
  })
}

function shiftArea(
  area: Area,
  dimension: DimensionRange['dimension'],
  shift: Shift,
): Area | undefined {
  const isRows = dimension === 'ROWS'
  const [start, end] = isRows ? [area.startRow, area.endRow] : [area.startColumn, area.endColumn]
  const kept = Array.from({ length: end - start }, (_, index) => shift(start + index)).filter(
    (index) => index !== undefined,
  )
  const first = kept[0]
  const last = kept.at(-1)
  if (first === undefined || last === undefined) return undefined
  const [from, to] = [Math.min(first, last), Math.max(first, last) + 1]
  return isRows
    ? { ...area, startRow: from, endRow: to }
    : { ...area, startColumn: from, endColumn: to }
}
