/*
 * A key comes in front, and an old one goes, each in steps of which any may be the last: wherever that is, all that is
 * sealed opens.
 */
import { ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import { replaceKeys } from '../crypto/key-file.ts'
import { KEY_BYTES, type SealingKey, type SealingKeys } from '../crypto/key-ring.ts'
import type { Database } from '../store/sqlite.ts'
import { countSealedRows, describeRows } from './census.ts'
import { emptyLog } from './rotate.ts'

/** Makes a key whose id was never another's: `k` and a number above all that there are or were. */
export function createKey(database: Database, sealing: SealingKeys, random: Random): SealingKey {
  const retired = database.prepare<{ readonly id: string }>('SELECT id FROM retired_keys').all()
  const ids = [...sealing.keys.keys(), ...retired.map(({ id }) => id)]
  const numbers = ids.map((id) => Number(/^k(\d{1,9})$/.exec(id)?.[1] ?? 0))
  return { id: `k${Math.max(...numbers) + 1}`, bytes: random(KEY_BYTES) }
}

/**
 * Puts a new key in front of a key file: first behind the others, where it opens, then in front, where it seals. A loss
 * of power after the second step may bring back the first, in which what it has sealed opens too.
 *
 * @param sealing The keys of the file, as they are at each look.
 */
export async function addToFile(
  database: Database,
  path: string,
  sealing: SealingKeys,
  random: Random,
): Promise<SealingKey> {
  // The write lock of the database: who changes the file is alone, and a process that is killed lets go of it.
  return database.commit(() => {
    const key = createKey(database, sealing, random)
    const others = [...sealing.keys.values()]
    replaceKeys(path, [...others, key], random)
    replaceKeys(path, [key, ...others], random)
    return key
  })
}

/**
 * Marks a key as one that nothing may be sealed by any more, once nothing is. From then on a row that it has sealed is
 * refused whoever writes it, so that none can come after the count.
 *
 * @throws `keys.unknown-key`; `keys.still-seals` for the first key; `keys.still-needed`, which says what for.
 */
export async function retireKey(
  database: Database,
  sealing: SealingKeys,
  id: string,
): Promise<void> {
  if (!sealing.keys.has(id)) throw unknownKey(id, [...sealing.keys.keys()])
  if (sealing.primary.id === id) throw stillSeals(id)
  await assertUnneeded(database, id)
  const retire = database.prepare('INSERT OR IGNORE INTO retired_keys (id) VALUES (?)')
  const unretire = database.prepare('DELETE FROM retired_keys WHERE id = ?')
  await database.answer(() => retire.run(id))
  try {
    await assertUnneeded(database, id)
  } catch (error) {
    await database.answer(() => unretire.run(id))
    throw error
  }
  await emptyLog(database)
}

/** Takes a retired key away from a key file. */
export async function dropFromFile(
  database: Database,
  path: string,
  sealing: SealingKeys,
  id: string,
  random: Random,
): Promise<void> {
  await database.commit(() => {
    const others = [...sealing.keys.values()].filter((key) => key.id !== id)
    replaceKeys(path, others, random)
  })
}

async function assertUnneeded(database: Database, id: string): Promise<void> {
  const needing = (await countSealedRows(database)).filter(({ keyId }) => keyId === id)
  if (needing.length === 0) return
  const message =
    `The key \`${id}\` is still needed: by ${describeRows(needing)}. Run throughline keys rotate first; if that has ` +
    'been done, another process still seals by it.'
  throw new ThroughlineError('keys.still-needed', message, {
    attribution: 'operator',
    details: { keyId: id },
  })
}

function unknownKey(id: string, ids: readonly string[]): ThroughlineError {
  const message = `There is no key \`${id}\`. The keys are ${ids.join(', ')}.`
  return new ThroughlineError('keys.unknown-key', message, { attribution: 'operator' })
}

function stillSeals(id: string): ThroughlineError {
  const message = `The key \`${id}\` is the first one: all that is written is sealed by it. Put another in front first.`
  return new ThroughlineError('keys.still-seals', message, { attribution: 'operator' })
}
