/*
 * Sorts the rows of a rectangle as a spreadsheet does: numbers, then texts, then truth values; what is empty comes
 * last, whichever way. Cells move; what is bound to whole rows (developer metadata) stays where it is.
 */
import { effectiveValue } from './shown-value.ts'
import { cellAt, putCell, type Area, type Cell, type Sheet } from './spreadsheet.ts'

/** One key of a sort. */
export interface SortSpec {
  /** Column of the sheet, counted from zero. */
  readonly dimensionIndex?: number
  readonly sortOrder?: string
}

/** Sorts the rows of a rectangle by the keys, the first of which decides first. */
export function sortArea(sheet: Sheet, area: Area, specs: readonly SortSpec[]): void {
  const endRow = Math.min(area.endRow, sheet.rows.length)
  const rows: { readonly cells: readonly (Cell | undefined)[]; readonly from: number }[] = []
  for (let row = area.startRow; row < endRow; row += 1)
    rows.push({
      from: row,
      cells: Array.from({ length: area.endColumn - area.startColumn }, (_, along) =>
        cellAt(sheet, row, area.startColumn + along),
      ),
    })
  const valueOf = (cells: readonly (Cell | undefined)[], column: number) =>
    sortValue(sheet, cells[column - area.startColumn])
  rows.sort((left, right) => {
    for (const { dimensionIndex = 0, sortOrder } of specs) {
      const order = compare(
        valueOf(left.cells, dimensionIndex),
        valueOf(right.cells, dimensionIndex),
        sortOrder === 'DESCENDING' ? -1 : 1,
      )
      if (order !== 0) return order
    }
    return 0
  })
  rows.forEach(({ cells }, down) =>
    cells.forEach((cell, along) =>
      putCell(sheet, area.startRow + down, area.startColumn + along, cell),
    ),
  )
}

type SortValue = readonly [rank: number, value: number | string]

const EMPTY_RANK = 3

function sortValue(sheet: Sheet, cell: Cell | undefined): SortValue {
  const { numberValue, stringValue, boolValue } = effectiveValue(sheet, cell) ?? {}
  if (numberValue !== undefined) return [0, numberValue]
  if (stringValue !== undefined) return [1, stringValue]
  return boolValue === undefined ? [EMPTY_RANK, 0] : [2, Number(boolValue)]
}

function compare(left: SortValue, right: SortValue, direction: 1 | -1): number {
  const [leftRank, leftValue] = left
  const [rightRank, rightValue] = right
  if (leftRank !== rightRank) {
    const isEmpty = leftRank === EMPTY_RANK || rightRank === EMPTY_RANK
    return (leftRank - rightRank) * (isEmpty ? 1 : direction)
  }
  if (typeof leftValue === 'string' && typeof rightValue === 'string')
    return leftValue.localeCompare(rightValue, 'en') * direction
  return (Number(leftValue) - Number(rightValue)) * direction
}
