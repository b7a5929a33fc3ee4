/*
 * What `throughline doctor` sees of the sealing keys and of the database that they are for. The database is only read.
 */
import { existsSync } from 'node:fs'
import { isThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { loadKeyFile } from '../crypto/key-file.ts'
import { parseKeys, type SealingKeys } from '../crypto/key-ring.ts'
import { countSealedRows, describeRows } from '../keys/census.ts'
import { MAC_KEY, openMacKey } from '../keys/mac-key.ts'
import { hint, right, wrong, wrongKeys, type Finding } from '../sheet/finding.ts'
import { createSqliteUserStore } from '../store/sqlite-users.ts'
import { openDatabaseToRead, type Database } from '../store/sqlite.ts'
import type { DoctorWorld } from './doctor-world.ts'
import { dataFolderOf } from './doctor-settings.ts'
import { databaseFile } from './settings.ts'

/**
 * Reads the sealing keys; makes none.
 *
 * @throws `crypto.bad-keys`; the codes of `loadKeyFile`.
 */
function readSealing(world: DoctorWorld): SealingKeys {
  const text = world.env['THROUGHLINE_KEYS']
  if (text !== undefined && text !== '') return parseKeys(text)
  return loadKeyFile(dataFolderOf(world), systemRandom, () => true).sealing
}

/** The sealing keys, or undefined where something is wrong with them, which another look says. */
export function findSealing(world: DoctorWorld): SealingKeys | undefined {
  try {
    return readSealing(world)
  } catch {
    return undefined
  }
}

/** @throws The codes of {@link readSealing}. */
export function* checkKeys(world: DoctorWorld): Generator<Finding> {
  const { env } = world
  const folder = dataFolderOf(world)
  const isFile = !env['THROUGHLINE_KEYS']
  if (isFile && env['NODE_ENV'] === 'production') {
    yield wrong(
      'THROUGHLINE_KEYS is not set, and NODE_ENV is production. Set it to `k1:` and 32 random bytes in base64 ' +
        '(`openssl rand -base64 32`), and keep them.',
    )
    return
  }
  if (isFile && !existsSync(`${folder}/keys`) && !existsSync(databaseFile(folder))) {
    yield hint(`There is no key file in ${folder} yet: the first start makes it.`)
    return
  }
  const [first = '', ...others] = [...readSealing(world).keys.keys()]
  const rest = others.length === 0 ? '' : `; ${others.map((id) => `\`${id}\``).join(', ')} open`
  const where = isFile ? `the key file ${folder}/keys` : 'THROUGHLINE_KEYS'
  yield right(`The sealing keys of ${where} are well formed: \`${first}\` seals${rest}.`)
}

/** @throws The codes of `openDatabaseToRead`. */
export async function* checkDatabase(world: DoctorWorld): AsyncGenerator<Finding> {
  const file = databaseFile(dataFolderOf(world))
  if (!existsSync(file)) {
    yield hint(`There is no database ${file} yet: the first start makes it.`)
    return
  }
  const { database, schema } = openDatabaseToRead(file)
  try {
    const check = database.prepare<{ readonly quick_check: string }>('PRAGMA quick_check(1)')
    const { quick_check: said = '' } = (await database.answer(() => check.get())) ?? {}
    if (said !== 'ok') {
      yield wrong(`The database ${file} is damaged (${said}). Restore a backup.`)
    } else if (schema === 'older') {
      yield hint(
        `The database ${file} is of an older version: the next start brings it up to date.`,
      )
    } else {
      yield right(`The database ${file} opens.`)
      yield* checkSealedRows(database, world)
    }
  } finally {
    database.close()
  }
}

async function* checkSealedRows(database: Database, world: DoctorWorld): AsyncGenerator<Finding> {
  const sealing = findSealing(world)
  if (sealing === undefined) return
  const sealed = await createSqliteUserStore(database).loadSecret(MAC_KEY)
  if (sealed !== undefined) {
    try {
      openMacKey(sealing, sealed)
      yield right('The sealing keys are those of this database.')
    } catch (error) {
      if (!isThroughlineError(error)) throw error
      // Of a key that is missing, the count below says more.
      if (error.code !== 'crypto.unknown-key') yield wrongKeys('this database', error)
    }
  }
  const counts = await countSealedRows(database)
  const missing = new Set(counts.map(({ keyId }) => keyId).filter((id) => !sealing.keys.has(id)))
  for (const id of missing) {
    const rows = describeRows(counts.filter(({ keyId }) => keyId === id))
    yield wrong(
      id === ''
        ? `${rows} in the database are not sealed. Restore a backup.`
        : `The key \`${id}\` is missing, and sealed ${rows}. Put it back behind the others.`,
    )
  }
}
