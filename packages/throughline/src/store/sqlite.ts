/*
 * Opens the one SQLite file and makes steps atomic; a commit that returned survives a `kill -9`.
 *
 * Several processes may share the file on one machine. Everything runs synchronously inside a call, so no transaction
 * is ever open while the program waits for something else. Knows nothing of what the rows mean.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { ThroughlineError } from '../base/error.ts'
import { MIGRATIONS } from './sqlite-schema.ts'
import { createRetirement, RETIRED_KEY } from './sqlite-sealed.ts'
import { nameTaken, noSession, retiredKey } from './store-error.ts'

/** How long a step waits for another process's write before it fails, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000

type Parameter = string | number | null

/** A prepared statement whose rows have a known shape. */
export interface Prepared<Row> {
  get(...parameters: Parameter[]): Row | undefined
  all(...parameters: Parameter[]): Row[]
  run(...parameters: Parameter[]): { readonly changes: number | bigint }
}

/** One connection to the file. */
export interface Database {
  /** Prepares a statement once; `Row` is what its columns are by the schema. */
  prepare<Row = never>(sql: string): Prepared<Row>
  /** Runs a step of one statement, or of reads alone. */
  answer<Result>(step: () => Result): Promise<Result>
  /** Runs a step as one transaction that holds the write lock from its start; a throw undoes it. */
  commit<Result>(step: () => Result): Promise<Result>
  close(): void
}

/**
 * Opens a connection; makes the file (mode 0600) and brings its tables up to date where need be.
 *
 * @param synchronous `FULL` survives a loss of power; `NORMAL` may then lose the last commits, never on `kill -9`.
 * @throws `store.network-folder`, `store.newer-schema`, `store.wrong-settings` or `store.unavailable`.
 */
export function openDatabase(path: string, synchronous: 'NORMAL' | 'FULL'): Database {
  const file = resolve(path)
  try {
    createFile(file)
    const connection = new DatabaseSync(file, {
      timeout: BUSY_TIMEOUT_MS,
      enableForeignKeyConstraints: true,
    })
    try {
      configure(connection, synchronous)
      migrate(connection, file)
      connection.exec(createRetirement())
      return toDatabase(connection)
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    throw toStoreError(error)
  }
}

/** A database as it is, and the schema that it has. */
export interface ReadDatabase {
  readonly database: Database
  /** `older` is brought up to date by the next start of a program. */
  readonly schema: 'present' | 'older'
}

/**
 * Opens a connection that can only read, to a file that is there; nothing is brought up to date.
 *
 * @throws `store.newer-schema` or `store.unavailable`.
 */
export function openDatabaseToRead(path: string): ReadDatabase {
  const file = resolve(path)
  try {
    const location = pathToFileURL(file)
    // Where nobody has it open, SQLite would leave a log beside it.
    if (!existsSync(`${file}-wal`)) location.searchParams.set('immutable', '1')
    const connection = new DatabaseSync(location, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
    try {
      const version = readSchema(connection)
      if (version > MIGRATIONS.length) throw newerSchema(file, version)
      const schema = version === MIGRATIONS.length ? 'present' : 'older'
      return { database: toDatabase(connection), schema }
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    throw toStoreError(error)
  }
}

function createFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (process.platform === 'win32') return
  assertLocalFolder(dirname(file), statfsSync(dirname(file)).type)
  closeSync(openSync(file, 'a', 0o600))
  // SQLite gives -wal and -shm the mode of the file.
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** NFS, SMB, CIFS and SMB2 as Linux numbers them (statfs(2)). */
const NETWORK_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42])

/**
 * Refuses a folder on a network file system, whose locks and shared memory WAL cannot rely on.
 *
 * @param type The `type` of `statfs`.
 * @throws `store.network-folder`
 * @see https://www.sqlite.org/wal.html, "all processes must be on the same host"
 */
export function assertLocalFolder(folder: string, type: number): void {
  if (process.platform !== 'linux' || !NETWORK_FILE_SYSTEMS.has(type)) return
  const message =
    `The folder \`${folder}\` is on a network file system, where SQLite cannot keep its promises. ` +
    'Set THROUGHLINE_DATA to a folder on a local disk.'
  throw new ThroughlineError('store.network-folder', message, { attribution: 'operator' })
}

function configure(connection: DatabaseSync, synchronous: 'NORMAL' | 'FULL'): void {
  startWal(connection)
  connection.exec(`
    PRAGMA synchronous = ${synchronous};
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 16777216;
  `)
  const expected = {
    journal_mode: 'wal',
    synchronous: synchronous === 'FULL' ? 2 : 1,
    foreign_keys: 1,
    busy_timeout: BUSY_TIMEOUT_MS,
    secure_delete: 1,
  }
  for (const [name, wanted] of Object.entries(expected)) {
    const [found] = Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})
    if (found === wanted) continue
    const message = `SQLite did not take the setting \`${name}\`: expected ${wanted}, found ${String(found)}.`
    throw new ThroughlineError('store.wrong-settings', message, { attribution: 'operator' })
  }
}

/** The switch to WAL needs the file alone and does not wait for it: two processes may start at once. */
function startWal(connection: DatabaseSync): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS
  for (;;) {
    try {
      connection.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

function migrate(connection: DatabaseSync, file: string): void {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const version = readSchema(connection)
    if (version > MIGRATIONS.length) throw newerSchema(file, version)
    for (const step of MIGRATIONS.slice(version)) connection.exec(step)
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    connection.exec('COMMIT')
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK')
    throw error
  }
}

function readSchema(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.['user_version'])
}

function newerSchema(file: string, version: number): ThroughlineError {
  const message =
    `The database \`${file}\` was written by a newer version of this program (schema ${version}, ` +
    `this version knows ${MIGRATIONS.length}). Start the newer version, or restore a backup from before.`
  return new ThroughlineError('store.newer-schema', message, { attribution: 'operator' })
}

function toDatabase(connection: DatabaseSync): Database {
  const begin = connection.prepare('BEGIN IMMEDIATE')
  const commit = connection.prepare('COMMIT')
  const answer = async <Result>(step: () => Result): Promise<Result> => {
    try {
      return step()
    } catch (error) {
      throw toStoreError(error)
    }
  }
  return {
    prepare: <Row>(sql: string) => connection.prepare(sql) as unknown as Prepared<Row>,
    answer,
    commit: (step) =>
      answer(() => {
        begin.run()
        try {
          const result = step()
          commit.run()
          return result
        } catch (error) {
          if (connection.isTransaction) connection.exec('ROLLBACK')
          throw error
        }
      }),
    close: () => {
      if (connection.isOpen) connection.close()
    },
  }
}

/** SQLITE_CONSTRAINT_FOREIGNKEY: every foreign key of the schema names a session. */
const FOREIGN_KEY = 787

/** SQLITE_CONSTRAINT_PRIMARYKEY */
const PRIMARY_KEY = 1555

/** SQLITE_CONSTRAINT_TRIGGER */
const TRIGGER = 1811

function toStoreError(error: unknown): unknown {
  const { errcode, code, syscall } = error as NodeJS.ErrnoException & { errcode?: unknown }
  if (errcode === FOREIGN_KEY) return noSession()
  if (errcode === PRIMARY_KEY) return nameTaken()
  if (errcode === TRIGGER && (error as Error).message === RETIRED_KEY) return retiredKey()
  // A closed connection answers ERR_INVALID_STATE. All else is not the database's fault.
  const isDatabase = code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE'
  if (!isDatabase && syscall === undefined) return error
  const message = `The database cannot be used: ${(error as Error).message}.`
  return new ThroughlineError('store.unavailable', message, {
    attribution: 'operator',
    cause: error,
  })
}

function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === 5
}
