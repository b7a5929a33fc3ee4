/*
 * The places of a database in which envelopes rest.
 */
import type { SealedPlaces } from '../store/sealed-places.ts'
import type { Database } from '../store/sqlite.ts'
import { countSealedRows } from './census.ts'
import { emptyLog, rotateRows } from './rotate.ts'

const LOG_REMAINS =
  'Programs were reading all the time, so that copies may still stand in the log beside the database.'

/** Makes the steps over one connection to a database. */
export function createSqlitePlaces(database: Database): SealedPlaces {
  const select = database.prepare<{ readonly id: string }>('SELECT id FROM retired_keys')
  const insert = database.prepare('INSERT OR IGNORE INTO retired_keys (id) VALUES (?)')
  const drop = database.prepare('DELETE FROM retired_keys WHERE id = ?')
  return {
    count: () => countSealedRows(database),
    rotate: async (sealing, random, report) => {
      const { isLogEmpty, ...rotated } = await rotateRows(database, sealing, random, report)
      return { ...rotated, remains: isLogEmpty ? undefined : LOG_REMAINS }
    },
    retired: () => database.answer(() => select.all().map(({ id }) => id)),
    retire: async (id) => {
      await database.answer(() => insert.run(id))
      await emptyLog(database)
    },
    reinstate: (id) => database.answer(() => void drop.run(id)),
  }
}
