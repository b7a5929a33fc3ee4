/*
 * All rows of a sheet, opened, and told apart from those that do not open: for whoever goes over everybody.
 */
import { isThroughlineError, type ThroughlineError } from '../base/error.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import type { RecordContent, TokensContent } from './cell-content.ts'
import { readCell, type SealedCellColumn } from './sealed-cell.ts'
import { altered } from './sheet-error.ts'
import { partsOf, type SheetRow, type SheetTable } from './table.ts'

/** Why a cell does not open. */
export interface CellFault {
  readonly row: number
  readonly column: string
  readonly error: ThroughlineError
}

/** One row, as far as it opens. */
export interface OpenedRow {
  /** As the sheet counts them: the header is row 1. */
  readonly row: number
  readonly record?: RecordContent
  readonly tokens?: TokensContent
  readonly faults: readonly CellFault[]
}

/** Opens all rows from the top down. Of two rows of one account the upper one alone counts, and is opened. */
export function openRows(table: SheetTable, sealing: SealingKeys): readonly OpenedRow[] {
  const parts = partsOf(table)
  const rows = [...table.rows.values()].map((row) => openRow(row, sealing, parts))
  const strays = table.strays.map(({ row }) => ({ row, faults: [changedId(row)] }))
  return [...rows, ...strays].toSorted((one, other) => one.row - other.row)
}

/** Says why a cell does not open, and where it is. */
export function describeFault({ row, column, error }: CellFault): string {
  const isNamed = error.code === 'sheet.altered'
  return isNamed ? error.message : `Row ${row}, column "${column}": ${error.message}`
}

function changedId(row: number): CellFault {
  return { row, column: 'id', error: altered(row, 'id', 'it is not what the program wrote there.') }
}

function openRow(
  row: SheetRow,
  sealing: SealingKeys,
  parts: ReadonlyMap<string, string>,
): OpenedRow {
  const faults: CellFault[] = []
  const read = (column: SealedCellColumn): unknown => {
    try {
      return readCell(sealing, { ...row, column }, row.cells[column], parts)
    } catch (error) {
      if (!isThroughlineError(error)) throw error
      faults.push({ row: row.row, column, error })
      return undefined
    }
  }
  const record = read('record') as RecordContent | undefined
  const tokens = read('tokens') as TokensContent | undefined
  return { row: row.row, ...(record && { record }), ...(tokens && { tokens }), faults }
}
