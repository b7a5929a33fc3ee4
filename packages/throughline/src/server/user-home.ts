/*
 * A home of users, as the command line names it: a database, or a sheet. Read as a whole, with what does not
 * open told apart.
 */
import { existsSync, statSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { ThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { loadKeyFile } from '../crypto/key-file.ts'
import { parseKeys, type SealingKeys } from '../crypto/key-ring.ts'
import { MAC_KEY } from '../keys/mac-key.ts'
import { describeFault, openRows } from '../sheet/opened-rows.ts'
import { noteNameOf } from '../sheet/sealed-cell.ts'
import { whenAllowed } from '../sheet/sheet-copy.ts'
import { loadTable } from '../sheet/table.ts'
import { createSqliteUserStore } from '../store/sqlite-users.ts'
import { openDatabase } from '../store/sqlite.ts'
import type { AccountRecords } from '../store/user-store.ts'
import type { Environment } from './environment.ts'
import { databaseFile, DEFAULT_FOLDER } from './settings.ts'
import { readSheet, readSheetSettings, type SheetSettings } from './sheet-settings.ts'
import { connectSheet } from './stores.ts'

/** Where users are kept. */
export type UserHome =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'sheet'; readonly sheet: SheetSettings }

/** All that is kept in a home. */
export interface LoadedUsers {
  /** With a user's readable texts, where the home has them. */
  readonly accounts: readonly AccountRecords[]
  /** What could not be read, one sentence each, with row and column. */
  readonly faults: readonly string[]
  /** The MAC key, sealed. */
  readonly macKey: string | undefined
}

/** What is the id or the address of a sheet rather than a path. */
const BARE_SHEET = /^(?:https:\/\/.*|[\w-]{20,200})$/

const PAGE_ACCOUNTS = 500

/** The home that a program with these variables keeps its users in. */
export function homeOf(env: Environment, folder: string): UserHome {
  const sheet = readSheetSettings(env, folder)
  if (sheet !== undefined) return { kind: 'sheet', sheet }
  const dataFolder = resolve(folder, env['THROUGHLINE_DATA'] || DEFAULT_FOLDER)
  return { kind: 'sqlite', file: databaseFile(dataFolder) }
}

/**
 * Reads a home as it is named: `sqlite:PATH`, or the path alone, of a database or of the data folder that it is in;
 * `sheet:ID`, by the id or the address of a sheet.
 *
 * @param env Has the key file of the service account.
 * @throws A `TypeError` for an id or an address without `sheet:`; the codes of `readSheet`.
 */
export function parseHome(text: string, env: Environment, folder: string): UserHome {
  if (text.startsWith('sheet:')) {
    const sheet = readSheet(text.slice('sheet:'.length), env, folder, 'sheet:')
    return { kind: 'sheet', sheet }
  }
  if (BARE_SHEET.test(text) && !existsSync(resolve(folder, text))) {
    throw new TypeError(`"${text}" is no place: write sheet:${text} or sqlite:PATH.`)
  }
  const path = resolve(folder, text.replace(/^sqlite:/, ''))
  const isFolder = existsSync(path) ? statSync(path).isDirectory() : extname(path) === ''
  return { kind: 'sqlite', file: isFolder ? databaseFile(path) : path }
}

/** Names a home in a sentence. */
export function titleOf(home: UserHome): string {
  return home.kind === 'sheet'
    ? `the sheet ${home.sheet.spreadsheetId}`
    : `the database ${home.file}`
}

/**
 * Reads the sealing keys: `THROUGHLINE_KEYS`, else the key file beside the first of these databases that has one, else
 * that of the data folder. None is made.
 *
 * @throws `crypto.bad-keys`; the codes of `loadKeyFile`.
 */
export function findKeys(
  env: Environment,
  folder: string,
  homes: readonly UserHome[],
): SealingKeys {
  const text = env['THROUGHLINE_KEYS']
  if (text !== undefined && text !== '') return parseKeys(text)
  const dataFolder = resolve(folder, env['THROUGHLINE_DATA'] || DEFAULT_FOLDER)
  const folders = homes.flatMap((home) => (home.kind === 'sqlite' ? [dirname(home.file)] : []))
  const found = folders.find((one) => existsSync(join(one, 'keys'))) ?? dataFolder
  return loadKeyFile(found, systemRandom, () => true).sealing
}

/**
 * Looks whether a database is where one is to be read; a sheet says so itself.
 *
 * @throws `server.no-database`
 */
export function assertPresent(home: UserHome): void {
  if (home.kind === 'sqlite' && !existsSync(home.file)) throw noDatabase(home.file)
}

/**
 * Reads all that is kept in a home, as it is now, and changes none of it.
 *
 * @throws `server.no-database`; the codes of `openDatabase` and `loadTable`.
 */
export async function loadUsers(home: UserHome, sealing: SealingKeys): Promise<LoadedUsers> {
  assertPresent(home)
  return home.kind === 'sheet' ? loadSheet(home.sheet, sealing) : loadDatabase(home.file)
}

async function loadDatabase(file: string): Promise<LoadedUsers> {
  const users = createSqliteUserStore(openDatabase(file, 'FULL'))
  try {
    const accounts: AccountRecords[] = []
    for (;;) {
      const page = await users.listAccounts(accounts.at(-1), PAGE_ACCOUNTS)
      accounts.push(...page)
      if (page.length < PAGE_ACCOUNTS) break
    }
    return { accounts, faults: [], macKey: await users.loadSecret(MAC_KEY) }
  } finally {
    await users.close()
  }
}

async function loadSheet(sheet: SheetSettings, sealing: SealingKeys): Promise<LoadedUsers> {
  const api = connectSheet(sheet)
  const table = await whenAllowed(() => loadTable(api))
  const rows = openRows(table, sealing)
  const accounts = rows.flatMap(({ record, tokens }): readonly AccountRecords[] => {
    const key = record ?? tokens
    if (key === undefined) return []
    const { provider, subjectIndex } = key
    const tokenSets = tokens?.sets ?? []
    return [{ provider, subjectIndex, ...(record && { user: record }), tokenSets }]
  })
  const macKey = table.notes.find(({ id }) => noteNameOf(id) === MAC_KEY)?.text
  return { accounts, faults: rows.flatMap(({ faults }) => faults.map(describeFault)), macKey }
}

/** `server.no-database`: nothing is at a path where there should be a database. */
export function noDatabase(file: string): ThroughlineError {
  const message =
    `There is no database ${file}. Set THROUGHLINE_DATA to the folder that the program has, name the right path, or ` +
    'start the program once.'
  return new ThroughlineError('server.no-database', message, { attribution: 'operator' })
}
