/*
 * What `throughline users` does and says: writes out what is kept about people, and moves all of it to another home.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { counted } from '../base/counted.ts'
import { ThroughlineError } from '../base/error.ts'
import { fileReason } from '../base/file-reason.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { openSqliteStores } from '../store/sqlite-stores.ts'
import { OWN_COLUMNS, type UserStore } from '../store/user-store.ts'
import type { Environment } from './environment.ts'
import { openSheet, type SheetPace } from './stores.ts'
import {
  assertPresent,
  findKeys,
  loadUsers,
  parseHome,
  homeOf,
  titleOf,
  type UserHome,
} from './user-home.ts'
import { openUsers, writeUsers, type ExportedUser } from './users-export.ts'
import { moveUsers } from './users-move.ts'

/** Where a command speaks to. */
export interface CommandOutput {
  /** What was asked for, as it is: standard output. */
  readonly write: (text: string) => Promise<void> | void
  /** A line about what is done, or wrong: standard error. */
  readonly say: (line: string) => void
}

/**
 * Runs `throughline users` with its arguments.
 *
 * @throws A `TypeError` for a wrong argument; `server.file-exists`, `server.not-exported`; the codes of `moveUsers`,
 *   `findKeys` and `loadUsers`.
 */
export async function runUsersCommand(
  [name, ...args]: readonly string[],
  env: Environment,
  output: CommandOutput,
  pace?: SheetPace,
): Promise<void> {
  if (name === 'export') return exportUsers(args, env, output)
  if (name === 'move') return move(args, env, output, pace)
  throw new TypeError(
    'Expected users export [--format csv|json] [--out FILE], or users move --from A --to B.',
  )
}

async function exportUsers(
  args: readonly string[],
  env: Environment,
  { write, say }: CommandOutput,
): Promise<void> {
  const options = { format: { type: 'string' }, out: { type: 'string' } } as const
  const { values } = parseArgs({ args: [...args], options })
  const { format = 'csv', out } = values
  if (format !== 'csv' && format !== 'json') {
    throw new TypeError(`--format is "${format}", expected csv or json.`)
  }
  const folder = process.cwd()
  const file = out === undefined ? undefined : resolve(folder, out)
  if (file !== undefined && existsSync(file)) throw fileExists(file)
  const home = homeOf(env, folder)
  assertPresent(home)
  const sealing = findKeys(env, folder, [home])
  const { users, faults } = openUsers(await loadUsers(home, sealing), sealing)
  const text = writeUsers(users, format)
  if (file === undefined) await write(text)
  else {
    saveText(file, text)
    say(`From ${titleOf(home)}, ${counted(users.length, 'record')} in ${file}, in clear.`)
  }
  for (const fault of faults) say(fault)
  if (faults.length > 0) throw notExported(faults.length)
}

/** For its owner only, and never over what is there. */
function saveText(path: string, text: string): void {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(path)
    throw new TypeError(
      `${path} cannot be written (${fileReason(error)}). Name a file in a folder that is there.`,
    )
  }
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

async function move(
  args: readonly string[],
  env: Environment,
  { say }: CommandOutput,
  pace: SheetPace,
): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { from: text, to: text, readable: text },
  })
  if (values.from === undefined || values.to === undefined) {
    throw new TypeError(
      'Expected users move --from A --to B, each sqlite:PATH or sheet:ID (the id or the address of a sheet).',
    )
  }
  const readable = readNames(values.readable)
  const folder = process.cwd()
  const [from, to] = [parseHome(values.from, env, folder), parseHome(values.to, env, folder)]
  if (titleOf(from) === titleOf(to)) throw new TypeError(`Both are ${titleOf(from)}.`)
  assertPresent(from)
  const sealing = findKeys(env, folder, [from, to, homeOf({ ...env, ...NO_SHEET }, folder)])
  // Before a target is made.
  assertFields(readable, openUsers(await loadUsers(from, sealing), sealing).users)
  const { target, close } = await openTarget(to, from, { env, folder, sealing, pace })
  try {
    const moved = await moveUsers({ from, to, target, sealing, readable, print: say })
    say(
      `Of ${titleOf(from)}, ${counted(moved.accounts, 'account')} in ${titleOf(to)}, and can be opened there.`,
    )
    if (moved.others > 0) say(`${counted(moved.others, 'account')} there alone, as before.`)
    say(adviceFor(to))
    say(`Nothing was changed in ${titleOf(from)}${afterwards(from, to)}`)
  } finally {
    await close()
  }
}

const NO_SHEET: Environment = {
  ...{ GOOGLE_SHEET_ID: '', GOOGLE_SERVICE_ACCOUNT_FILE: '', GOOGLE_SERVICE_ACCOUNT_JSON: '' },
}

/** What becomes of the source: sessions lie in a database, and never in a sheet. */
function afterwards(from: UserHome, to: UserHome): string {
  if (from.kind === 'sheet') return '; delete it once all is well.'
  return to.kind === 'sheet'
    ? '. Keep it: sessions lie in it, and the program goes on with it.'
    : '. Sessions lie in it and stay there, so that everybody signs in anew; delete it once all is well.'
}

/** A name that no record has would be a column for nobody. */
function assertFields(readable: readonly string[], users: readonly ExportedUser[]): void {
  const names = new Set(users.flatMap(({ fields }) => Object.keys(fields)))
  const wrong = readable.find((name) => !names.has(name))
  if (wrong === undefined || names.size === 0) return
  throw new TypeError(
    `--readable has "${wrong}", which no record has, expected some of ${[...names].join(', ')}.`,
  )
}

function readNames(text: string | undefined): readonly string[] {
  const names = text === undefined ? [] : text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => name === '' || OWN_COLUMNS.has(name))
  if (wrong === undefined) return names
  throw new TypeError(
    `--readable has "${wrong}", expected names of fields, separated by commas, other than ${[...OWN_COLUMNS].join(', ')}.`,
  )
}

interface TargetOptions {
  readonly env: Environment
  readonly folder: string
  readonly sealing: SealingKeys
  readonly pace: SheetPace
}

async function openTarget(
  to: UserHome,
  from: UserHome,
  { env, folder, sealing, pace }: TargetOptions,
): Promise<{ readonly target: UserStore; readonly close: () => Promise<void> }> {
  if (to.kind === 'sqlite') {
    const { sessions, users } = openSqliteStores(to.file)
    await sessions.close()
    return { target: users, close: () => users.close() }
  }
  const turns = await openTurns(from, env, folder)
  try {
    const target = await openSheet(to.sheet, {
      sessions: turns.sessions,
      sealing,
      pace,
      report: () => {},
    })
    const close = async () => {
      await target.close()
      await turns.close()
    }
    return { target, close }
  } catch (error) {
    await turns.close()
    throw error
  }
}

/** The database by which programs take turns with what is written here; one for this command alone where there is none. */
async function openTurns(from: UserHome, env: Environment, folder: string) {
  const own = from.kind === 'sqlite' ? from : homeOf({ ...env, ...NO_SHEET }, folder)
  const isShared = own.kind === 'sqlite' && existsSync(own.file)
  const passing = isShared ? undefined : mkdtempSync(join(tmpdir(), 'throughline-move-'))
  const file = isShared ? own.file : join(passing ?? '', 'turns.sqlite')
  const { sessions, users } = openSqliteStores(file)
  await users.close()
  const close = async () => {
    await sessions.close()
    if (passing !== undefined) rmSync(passing, { recursive: true })
  }
  return { sessions, close }
}

function adviceFor(to: UserHome): string {
  if (to.kind === 'sheet') {
    return `Set GOOGLE_SHEET_ID=${to.sheet.spreadsheetId} for the program, with the key file of the service account, and start it.`
  }
  return (
    'Unset GOOGLE_SHEET_ID, GOOGLE_SERVICE_ACCOUNT_FILE and GOOGLE_SERVICE_ACCOUNT_JSON for the program, set ' +
    `THROUGHLINE_DATA=${dirname(to.file)} with the same sealing keys, and start it.`
  )
}

function fileExists(path: string): ThroughlineError {
  const message = `There is a file ${path} already, and it is not overwritten. Name another, or move it away.`
  return new ThroughlineError('server.file-exists', message, { attribution: 'operator' })
}

function notExported(count: number): ThroughlineError {
  const message = `${count} that do not open were left out, as said above. All others are there.`
  return new ThroughlineError('server.not-exported', message, { attribution: 'operator' })
}
