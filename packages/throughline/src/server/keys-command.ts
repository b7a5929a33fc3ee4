/*
 * What `throughline keys` does and says: lists the sealing keys, puts a new one in front, seals anew what older ones
 * have sealed, and drops one that nothing needs. All of it while programs serve the same database.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { serializeKey, type SealingKeys } from '../crypto/key-ring.ts'
import { describeRows } from '../keys/census.ts'
import { openKeyRing } from '../keys/mac-key.ts'
import { addToFile, createKey, dropFromFile, loadRetired, retireKey } from '../keys/ring-changes.ts'
import { createSqlitePlaces } from '../keys/sqlite-places.ts'
import type { Rotated, RotationProgress, SealedPlaces, SealedRows } from '../store/sealed-places.ts'
import { createSqliteUserStore } from '../store/sqlite-users.ts'
import { openDatabase, type Database } from '../store/sqlite.ts'
import type { UserStore } from '../store/user-store.ts'
import type { Environment } from './environment.ts'
import { databaseFile, DEFAULT_FOLDER, readKeys } from './settings.ts'
import { readSheetSettings, type SheetSettings } from './sheet-settings.ts'
import { openStores, type SheetPace } from './stores.ts'
import { noDatabase } from './user-home.ts'

/** A line about a rotation under way is printed for so many rows. */
const PRINTED_ROWS = 500

/** What every subcommand works with. */
interface Work {
  readonly database: Database
  /** The database, and the sheet where user records are kept in one. */
  readonly places: readonly SealedPlaces[]
  /** Where the MAC key is. */
  readonly users: UserStore
  readonly sealing: SealingKeys
  /** Of the key file; absent where the keys come from the environment. */
  readonly path: string | undefined
  readonly print: (line: string) => void
}

/**
 * Runs `throughline keys` with its arguments.
 *
 * @throws A `TypeError` for a wrong argument; `server.no-database`; `keys.unknown-key`, `keys.still-seals` and
 *   `keys.still-needed` where a key cannot be dropped; `server.not-rotated` where rows stay; the codes of `readKeys`
 *   and `openKeyRing`.
 */
export async function runKeysCommand(
  args: readonly string[],
  env: Environment,
  print: (line: string) => void,
  pace?: SheetPace,
): Promise<void> {
  const [name = 'list', ...others] = args
  const [id] = others
  if (!['list', 'add', 'rotate', 'drop'].includes(name)) {
    throw new TypeError(
      `keys ${name} is no command: expected keys, keys add, keys rotate or keys drop ID.`,
    )
  }
  if (others.length !== (name === 'drop' ? 1 : 0)) {
    throw new TypeError(
      'Expected keys, keys add, keys rotate, or keys drop with the ID of one key.',
    )
  }
  const folder = resolve(env['THROUGHLINE_DATA'] || DEFAULT_FOLDER)
  const file = databaseFile(folder)
  if (!existsSync(file)) throw noDatabase(file)
  const sheet = readSheetSettings(env, process.cwd())
  const { sealing, path } = readKeys(env, folder, systemRandom)
  const opened = await openPlaces(file, sheet, sealing, pace)
  const work = { ...opened, sealing, path, print }
  try {
    // Also a proof that these are the keys of this database: another key of the same id would seal for nobody.
    await openKeyRing(opened.users, sealing, systemRandom).catch((error) => {
      // The list names the key that is missing.
      if (name !== 'list' || !isThroughlineError(error, 'crypto.unknown-key')) throw error
    })
    if (name === 'add') await add(work)
    else if (name === 'rotate') await rotate(work)
    else if (name === 'drop') await drop(work, id ?? '')
    else await list(work)
  } finally {
    await opened.close()
  }
}

async function openPlaces(
  file: string,
  sheet: SheetSettings | undefined,
  sealing: SealingKeys,
  pace: SheetPace,
) {
  const database = openDatabase(file, 'FULL')
  const places = [createSqlitePlaces(database)]
  const close = async () => database.close()
  if (sheet === undefined)
    return { database, places, users: createSqliteUserStore(database), close }
  try {
    const stores = await openStores({ file, sheet, sealing, pace, report: () => {} })
    return {
      ...{ database, users: stores.users, places: [...places, ...stores.sheetPlaces] },
      close: async () => {
        await stores.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function countRows(places: readonly SealedPlaces[]): Promise<readonly SealedRows[]> {
  return (await Promise.all(places.map((place) => place.count()))).flat()
}

async function list({ places, sealing, print }: Work): Promise<void> {
  const counts = await countRows(places)
  const has = (keyId: string) =>
    describeRows(counts.filter((one) => one.keyId === keyId)) || 'nothing'
  for (const id of sealing.keys.keys()) {
    print(`${id.padEnd(16)} ${id === sealing.primary.id ? 'seals, has' : 'opens, has'} ${has(id)}`)
  }
  const missing = new Set(counts.map(({ keyId }) => keyId).filter((id) => !sealing.keys.has(id)))
  for (const id of missing) {
    print(
      `${(id || '(none)').padEnd(16)} ${id === '' ? 'not sealed:' : 'MISSING, needed by'} ${has(id)}`,
    )
  }
}

async function add(work: Work): Promise<void> {
  const { database, places, users, sealing, path, print } = work
  const retired = await loadRetired(places)
  if (path === undefined) {
    const key = createKey(sealing, retired, systemRandom)
    print(stepsFor(serializeKey(key), key.id, sealing))
    return
  }
  const key = await addToFile(database, path, sealing, retired, systemRandom)
  await openKeyRing(users, sealing, systemRandom)
  print(
    `The key \`${key.id}\` now seals; running programs know it already. Back up ${path}, then run throughline keys rotate.`,
  )
}

/** Shows a new key: it is in nobody's environment yet, and this is the only time that it is shown. */
function stepsFor(entry: string, id: string, sealing: SealingKeys): string {
  const before = [...sealing.keys.keys()].map((one) => `${one}:…`).join(',')
  return `THROUGHLINE_KEYS is set, so nothing was changed here. A new key, as secret as the others:

  ${entry}

1. Put it BEHIND the others in every process, and start each anew: THROUGHLINE_KEYS=${before},${id}:…
   From then on every process opens what it seals. (With one process alone, begin with 2.)
2. Put it in FRONT in every process, and start each anew: THROUGHLINE_KEYS=${id}:…,${before}
3. With the same THROUGHLINE_KEYS: throughline keys rotate
4. throughline keys drop ${sealing.primary.id}, then take its entry out of THROUGHLINE_KEYS.`
}

async function rotate({ places, sealing, print }: Work): Promise<void> {
  const { primary } = sealing
  const rotated: Rotated[] = []
  for (const place of places) {
    rotated.push(await place.rotate(sealing, systemRandom, printing(print)))
  }
  const left = (await countRows(places)).filter(({ keyId }) => keyId !== primary.id)
  const count = rotated.reduce((sum, one) => sum + one.count, 0)
  print(`Sealed anew by \`${primary.id}\`: ${count}. Left: ${describeRows(left) || 0}.`)
  for (const { remains } of rotated) if (remains !== undefined) print(remains)
  if (left.length > 0) {
    throw notRotated(
      left.map(({ keyId }) => keyId),
      rotated.flatMap(({ failures }) => failures),
    )
  }
  const older = [...sealing.keys.keys()].filter((id) => id !== primary.id)
  for (const id of older) print(`Next: throughline keys drop ${id}, which nothing needs any more.`)
}

function printing(print: (line: string) => void): (progress: RotationProgress) => void {
  let printed: RotationProgress | undefined
  return (progress) => {
    const isNext = progress.rows !== printed?.rows || progress.count >= printed.count + PRINTED_ROWS
    if (!isNext) return
    printed = progress
    print(`Sealing anew: ${describeRows([progress])} …`)
  }
}

async function drop({ database, places, sealing, path, print }: Work, id: string): Promise<void> {
  await retireKey(places, sealing, id)
  if (path === undefined) {
    print(
      `Nothing needs the key \`${id}\`, and nothing can be sealed by it any more. Take its entry out of ` +
        'THROUGHLINE_KEYS in every process.',
    )
    return
  }
  await dropFromFile(database, path, sealing, id, systemRandom)
  print(
    `The key \`${id}\` is gone from ${path}. A backup from before needs it; this database does not.`,
  )
}

function notRotated(ids: readonly string[], failures: Rotated['failures']): ThroughlineError {
  const reasons = [...new Set(failures.map(({ rows, error }) => `${rows}: ${error.message}`))]
  const message =
    `Rows of ${[...new Set(ids)].map((id) => `\`${id}\``).join(', ')} are as they were. ` +
    (reasons.join(' ') ||
      'A process still seals by an older key: give it the present keys, start it anew, and run this again.')
  return new ThroughlineError('server.not-rotated', message, { attribution: 'operator' })
}
