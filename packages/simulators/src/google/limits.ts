/*
 * How much a cell and a spreadsheet may hold.
 */
import { invalid } from './api-error.ts'
import { countCells, type Cell, type ExtendedValue, type Spreadsheet } from './spreadsheet.ts'

/** The limits in force. */
export interface Limits {
  /** Most characters of one cell. */
  readonly cellCharacters: number
  /** Most cells of all sheets together, the empty ones too. */
  readonly mostCells: number
}

/**
 * Asserts that a value is not too long for a cell.
 *
 * @throws `GoogleError` 400 where it is.
 */
export function assertFits(value: ExtendedValue | undefined, limits: Limits): void {
  const text = value?.stringValue ?? value?.formulaValue ?? ''
  if (text.length > limits.cellCharacters)
    throw invalid(
      `Your input contains more than the maximum of ${limits.cellCharacters} characters in a single cell.`,
    )
}

/** Asserts the same of a cell. */
export function assertCellFits(cell: Cell | undefined, limits: Limits): void {
  assertFits(cell?.userEnteredValue, limits)
}

/**
 * Asserts that a spreadsheet has not grown too large.
 *
 * @throws `GoogleError` 400 where it has.
 */
export function assertSize(spreadsheet: Spreadsheet, limits: Limits): void {
  if (countCells(spreadsheet) > limits.mostCells)
    throw invalid(
      `This action would increase the number of cells in the workbook above the limit of ${limits.mostCells} cells.`,
    )
}
