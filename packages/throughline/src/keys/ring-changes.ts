/*
 * A key comes in front, and an old one goes, each in steps of which any may be the last: wherever that is, all that is
 * sealed opens.
 */
import { ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import { replaceKeys } from '../crypto/key-file.ts'
import { KEY_BYTES, type SealingKey, type SealingKeys } from '../crypto/key-ring.ts'
import type { SealedPlaces } from '../store/sealed-places.ts'
import type { Database } from '../store/sqlite.ts'
import { describeRows } from './census.ts'

/**
 * Makes a key whose id was never another's: `k` and a number above all that there are or were.
 *
 * @param retired The ids of those that were.
 */
export function createKey(
  sealing: SealingKeys,
  retired: readonly string[],
  random: Random,
): SealingKey {
  const ids = [...sealing.keys.keys(), ...retired]
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
  retired: readonly string[],
  random: Random,
): Promise<SealingKey> {
  // The write lock of the database: who changes the file is alone, and a process that is killed lets go of it.
  return database.commit(() => {
    const key = createKey(sealing, retired, random)
    const others = [...sealing.keys.values()]
    replaceKeys(path, [...others, key], random)
    replaceKeys(path, [key, ...others], random)
    return key
  })
}

/** The retired keys of all places. */
export async function loadRetired(places: readonly SealedPlaces[]): Promise<readonly string[]> {
  return (await Promise.all(places.map((place) => place.retired()))).flat()
}

/**
 * Marks a key as one that nothing may be sealed by any more, once nothing is, in any place. From then on what it has
 * sealed is refused whoever writes it, so that nothing can come after the count.
 *
 * @throws `keys.unknown-key`; `keys.still-seals` for the first key; `keys.still-needed`, which says what for.
 */
export async function retireKey(
  places: readonly SealedPlaces[],
  sealing: SealingKeys,
  id: string,
): Promise<void> {
  if (!sealing.keys.has(id)) throw unknownKey(id, [...sealing.keys.keys()])
  if (sealing.primary.id === id) throw stillSeals(id)
  await assertUnneeded(places, id)
  try {
    for (const place of places) await place.retire(id)
    await assertUnneeded(places, id)
  } catch (error) {
    await Promise.allSettled(places.map((place) => place.reinstate(id)))
    throw error
  }
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

async function assertUnneeded(places: readonly SealedPlaces[], id: string): Promise<void> {
  const counts = (await Promise.all(places.map((place) => place.count()))).flat()
  const needing = counts.filter(({ keyId }) => keyId === id)
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
