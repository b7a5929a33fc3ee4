/*
 * Which key has sealed how many rows, by a look at what each envelope begins with: nothing is opened.
 */
import type { SealedRows } from '../store/sealed-places.ts'
import { keyIdOf, SEALED_COLUMNS } from '../store/sqlite-sealed.ts'
import type { Database } from '../store/sqlite.ts'

/** Counts all rows, by key and kind. Others read and write meanwhile. */
export function countSealedRows(database: Database): Promise<readonly SealedRows[]> {
  return database.answer(() =>
    SEALED_COLUMNS.flatMap(({ table, column, rows }) =>
      database
        .prepare<Omit<SealedRows, 'rows'>>(
          `SELECT ${keyIdOf(column)} AS keyId, count(*) AS count FROM ${table}
          WHERE ${column} <> '' GROUP BY 1`,
        )
        .all()
        .map((row) => ({ ...row, rows })),
    ),
  )
}

/** Says what there is, as in "3 tabs, 1 connection". */
export function describeRows(counts: readonly Omit<SealedRows, 'keyId'>[]): string {
  return counts
    .map(({ count, rows: [one, many] }) => `${count} ${count === 1 ? one : many}`)
    .join(', ')
}
