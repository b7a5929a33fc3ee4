/*
 * Seals anew, by the first key, what another key has sealed, while programs serve.
 *
 * 1. A step reads a few rows, seals them anew outside of any transaction, and writes them in a short one.
 * 2. Each row is written only over the very envelope that was read: what a program has written meanwhile stays.
 * 3. Every envelope keeps its purpose and its place. Both keys open until the older one is dropped, so that whoever
 *    is killed in between leaves nothing that does not open, and the next rotation goes on.
 * 4. What is deleted is overwritten (`secure_delete`), and the write-ahead log is emptied at the end: the old
 *    ciphertext is gone from the files.
 */
import { setTimeout } from 'node:timers/promises'
import { isThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open, prefixOf, seal } from '../crypto/seal.ts'
import type { Rotated, RotationProgress } from '../store/sealed-places.ts'
import { SEALED_COLUMNS, type SealedColumn } from '../store/sqlite-sealed.ts'
import type { Database } from '../store/sqlite.ts'

/** Rows of one step: others wait for its transaction. */
const STEP_ROWS = 20
/** Between two steps, so that others come to write, in milliseconds. */
const PAUSE_MS = 5
/** Rows that programs have sealed by an older key during one pass are found by the next. */
const MOST_PASSES = 5
/** Attempts to empty the log while others read from it, and the time between two. */
const EMPTY_ATTEMPTS = 50
const EMPTY_PAUSE_MS = 100

/** What a rotation of rows has done. */
export interface RotatedRows extends Omit<Rotated, 'remains'> {
  /** False where others have read all the time: ciphertext of before may stand in the log until they do not. */
  readonly isLogEmpty: boolean
}

interface SealedRow {
  readonly rowid: number
  readonly sealed: string
  readonly context: string
}

/** Seals anew every row that another key than the first has sealed. Several at once do no harm. */
export async function rotateRows(
  database: Database,
  sealing: SealingKeys,
  random: Random,
  report: (progress: RotationProgress) => void = () => {},
): Promise<RotatedRows> {
  let total = 0
  for (let pass = 1; ; pass += 1) {
    const failures: { rows: string; error: Error }[] = []
    let ofPass = 0
    for (const column of SEALED_COLUMNS) {
      let ofColumn = 0
      for await (const step of rotateColumn(database, column, sealing, random)) {
        ofColumn += step.count
        failures.push(...step.errors.map((error) => ({ rows: column.rows[1], error })))
        if (step.count > 0) report({ rows: column.rows, count: ofColumn })
        await setTimeout(PAUSE_MS)
      }
      ofPass += ofColumn
    }
    total += ofPass
    if (ofPass === 0 || pass === MOST_PASSES) {
      return { count: total, failures, isLogEmpty: await emptyLog(database) }
    }
  }
}

async function* rotateColumn(
  database: Database,
  { table, column, purpose, context }: SealedColumn,
  sealing: SealingKeys,
  random: Random,
) {
  const select = database.prepare<SealedRow>(`
    SELECT rowid, ${column} AS sealed, json_array(${context.join(', ')}) AS context FROM ${table}
    WHERE rowid > ?1 AND ${column} <> '' AND substr(${column}, 1, length(?2)) <> ?2
    ORDER BY rowid LIMIT ${STEP_ROWS}`)
  const update = database.prepare(
    `UPDATE ${table} SET ${column} = ? WHERE rowid = ? AND ${column} = ?`,
  )
  const sealAnew = ({ sealed, context: place }: SealedRow): string => {
    const parts = (JSON.parse(place) as (string | number)[]).map(String)
    return seal(sealing, purpose, parts, open(sealing, purpose, parts, sealed), random)
  }
  let last = Number.MIN_SAFE_INTEGER
  for (;;) {
    const from = last
    const rows = await database.answer(() => select.all(from, prefixOf(sealing.primary.id)))
    last = rows.at(-1)?.rowid ?? last
    if (rows.length === 0) return
    const errors: Error[] = []
    const fresh = rows.flatMap((row) => {
      try {
        return [{ ...row, fresh: sealAnew(row) }]
      } catch (error) {
        if (!isThroughlineError(error)) throw error
        errors.push(error)
        return []
      }
    })
    const count = await database.commit(() => {
      const written = fresh.map((row) => update.run(row.fresh, row.rowid, row.sealed).changes)
      return written.filter((changes) => changes === 1).length
    })
    yield { count, errors }
  }
}

/** Moves what is in the write-ahead log into the file and empties the log; false where others never stop to read. */
export async function emptyLog(database: Database): Promise<boolean> {
  const empty = database.prepare<{ readonly busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')
  for (let attempt = 1; attempt <= EMPTY_ATTEMPTS; attempt += 1) {
    const row = await database.answer(() => empty.get())
    if (row?.busy === 0) return true
    await setTimeout(EMPTY_PAUSE_MS)
  }
  return false
}
