/*
 * `userRecord()`: what the app keeps about one account, found again in every browser. One row per account,
 * whatever races.
 *
 * It is read when a session first asks and kept there, so that a store that allows few reads (a sheet) is seldom asked.
 *
 * Once forgotten it stays so: the row goes before the copies; a first copy is dropped again where the row has gone
 * meanwhile, a later one is written only over a copy, and `save()` writes to the very record that was read, else to none.
 */
import { ThroughlineError } from '../base/error.ts'
import { describeValue, parseValue, serializeValue } from '../base/value.ts'
import { open, seal } from '../crypto/seal.ts'
import { spinner } from '../elements/spinner.ts'
import { OWN_COLUMNS, userContextOf, type AccountKey, type UserRow } from '../store/user-store.ts'
import { tokenSetKeyOf, type Connection } from './connection.ts'
import { currentConnectRun, type ConnectRun, type ConnectWorld } from './connect-world.ts'

/** What takes longer is said on the page, in milliseconds. */
const LONG_WAIT_MS = 1500

/** What the app keeps about one account, with what can be done with it. */
export type UserRecord<Fields extends object> = Readonly<Fields> & {
  /** True for the session that made the record, until its first `save()`. */
  readonly isNew: boolean
  /**
   * Writes these fields; the others stay as they are, also where another browser changed them.
   * Resolves when the store has them for good.
   *
   * @throws `connect.user-forgotten` when the record was deleted meanwhile, here or in another browser;
   *   `base.value-not-plain`.
   */
  save(fields: Partial<Fields>): Promise<void>
  /**
   * Deletes the record for good, with the copies that this and other sessions have of it. `userRecord()` makes a new
   * one. The connection stays: `disconnect()` ends it.
   */
  forget(): Promise<void>
}

/** How a record is kept. */
export interface UserRecordOptions<Fields extends object> {
  /**
   * Fields that whoever opens the store shall read in clear, each in a column of its name, where the store is one that
   * people open (a Google Sheet). They are written from the record and never read back; all other fields stay sealed.
   */
  readonly readable?: readonly (keyof Fields & string)[]
}

interface Kept {
  readonly fields: Record<string, unknown>
  readonly isNew: boolean
  /** When the record was made: one that was made later is another. Absent in copies of before this was kept. */
  readonly createdAt?: number
}

/**
 * Finds, or makes, the record of the connected account.
 *
 * @param defaults The fields and what they start at; plain data.
 * @throws TypeError when `connection` is not what `connect()` returned, or `readable` names what is no field;
 *   `context.outside-run`, `base.value-not-plain`, the last also by `save()`. Where the record is kept in a sheet, also
 *   the codes `sheet.…`.
 */
export async function userRecord<Fields extends object>(
  connection: Connection,
  defaults: Fields,
  { readable = [] }: UserRecordOptions<Fields> = {},
): Promise<UserRecord<Fields>> {
  const connectRun = currentConnectRun('userRecord()')
  assertReadable(readable, defaults)
  const { run, world } = connectRun
  const key = toAccountKey(connection)
  const name = `user:${key.provider}/${key.subjectIndex}`
  const known = run.parts.memory.read(name, () => undefined) as Kept | undefined
  const kept =
    known ??
    (await seenHere(keep(connectRun, key, name, defaults as Record<string, unknown>, readable)))
  run.checkpoint()

  const save = async (fields: Partial<Fields>) => {
    run.checkpoint()
    const saved = await seenHere(showLongWait(saveFields(world, key, kept, fields, readable)))
    await run.parts.changeState(
      name,
      () => undefined,
      (present) => (present === undefined ? undefined : saved),
    )
    run.checkpoint()
  }
  const forget = async () => {
    run.checkpoint()
    await seenHere(showLongWait(world.users.forgetUser(key)))
    await forgetCopies(connectRun, name)
    run.checkpoint()
  }
  const { fields, isNew } = kept
  const record = { ...defaults, ...fields, isNew, save, forget } as UserRecord<Fields>
  return Object.freeze(record)
}

async function keep(
  connectRun: ConnectRun,
  key: AccountKey,
  name: string,
  defaults: Record<string, unknown>,
  readable: readonly string[],
): Promise<Kept> {
  const { run, world } = connectRun
  for (;;) {
    const row = await world.users.loadUser(key)
    const made = row === undefined ? toRow(world, key, defaults, readable) : undefined
    const isNew = made !== undefined && (await showLongWait(world.users.saveUser(made)))
    if (row === undefined && !isNew) continue
    const fields = row === undefined ? defaults : openRow(world, key, row)
    const createdAt = (row ?? made)?.createdAt
    // Another tab of this session may have made the record a moment ago: then it is new for both.
    const kept = await run.parts.changeState(
      name,
      () => undefined,
      (present) => (isNew || present === undefined ? { fields, isNew, createdAt } : present),
    )
    if ((await world.users.loadUser(key)) !== undefined) return kept as Kept
    await forgetCopies(connectRun, name)
  }
}

/** Drops what sessions have kept of a record whose row is gone, and tells their pages. */
async function forgetCopies({ run, world, facts }: ConnectRun, name: string): Promise<void> {
  const sessionKeys = await world.sessions.forgetState(name)
  run.parts.memory.forget(name)
  for (const sessionKey of sessionKeys) {
    if (sessionKey !== facts.sessionKey) await world.sessions.announce(sessionKey)
  }
}

async function saveFields(
  world: ConnectWorld,
  key: AccountKey,
  { createdAt }: Kept,
  changes: object,
  readable: readonly string[],
): Promise<Kept> {
  for (;;) {
    const row = await world.users.loadUser(key)
    const isSame = row !== undefined && row.createdAt === (createdAt ?? row.createdAt)
    if (!isSame) throw createForgottenError()
    const fields = { ...openRow(world, key, row), ...changes } as Record<string, unknown>
    const saved = await world.users.saveUser(toRow(world, key, fields, readable, row), row.version)
    if (saved) return { fields, isNew: false, createdAt: row.createdAt }
  }
}

function toRow(
  { ring, random, clock }: ConnectWorld,
  key: AccountKey,
  fields: Record<string, unknown>,
  readable: readonly string[],
  present?: UserRow,
): UserRow {
  const text = serializeValue(fields, 'A user record', 'user')
  const now = clock()
  const version = present === undefined ? now : present.version + 1
  return {
    provider: key.provider,
    subjectIndex: key.subjectIndex,
    version,
    sealed: seal(ring, 'user-record', userContextOf({ ...key, version }), text, random),
    createdAt: present?.createdAt ?? now,
    savedAt: now,
    ...(readable.length === 0 ? {} : { readable: toTexts(fields, readable) }),
  }
}

/** Says fields as texts for whoever opens the store, by name. */
export function toTexts(
  fields: Readonly<Record<string, unknown>>,
  readable: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(readable.map((name) => [name, toText(fields[name])]))
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function assertReadable(readable: readonly string[], defaults: object): void {
  // A header is read without the blanks around it: such a column would never be found again.
  const isHeader = (name: string) => name !== '' && name === name.trim() && !OWN_COLUMNS.has(name)
  const wrong = readable.find((name) => !Object.hasOwn(defaults, name) || !isHeader(name))
  if (wrong === undefined) return
  throw new TypeError(
    `userRecord() was given "${wrong}" as readable, expected names of its fields other than ` +
      `${[...OWN_COLUMNS].join(', ')}: ${Object.keys(defaults).join(', ')}.`,
  )
}

/** Gives an error the lines of whoever waits for it here, for a store that writes for many has none of theirs. */
async function seenHere<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error, seenHere)
    throw error
  }
}

/** Says so on the page where the store takes its time: a sheet takes 60 writes a minute. */
async function showLongWait<Result>(saving: Promise<Result>): Promise<Result> {
  const shown = setTimeout(() => {
    const quietly = saving.catch(() => {})
    spinner('Saving takes longer than usual. It goes on …', () => quietly).catch(() => {})
  }, LONG_WAIT_MS)
  try {
    return await saving
  } finally {
    clearTimeout(shown)
  }
}

function createForgottenError(): ThroughlineError {
  return new ThroughlineError(
    'connect.user-forgotten',
    'What was kept about you here has been deleted, so nothing was saved. Open the page again to begin anew.',
    { attribution: 'person' },
  )
}

function openRow({ ring }: ConnectWorld, key: AccountKey, row: UserRow): Record<string, unknown> {
  const text = open(
    ring,
    'user-record',
    userContextOf({ ...key, version: row.version }),
    row.sealed,
  )
  return parseValue(text) as Record<string, unknown>
}

function toAccountKey(connection: Connection): AccountKey {
  const key = tokenSetKeyOf(connection)
  if (key === undefined) {
    throw new TypeError(
      `userRecord() was given ${describeValue(connection)}, expected the connection that connect() returned. ` +
        'Write userRecord(await connect(…), { … }).',
    )
  }
  return { provider: key.provider, subjectIndex: key.subjectIndex }
}
