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
import type { AccountKey, UserRow } from '../store/user-store.ts'
import { tokenSetKeyOf, type Connection } from './connection.ts'
import { currentConnectRun, type ConnectRun, type ConnectWorld } from './connect-world.ts'

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
 * @throws TypeError when `connection` is not what `connect()` returned; `context.outside-run`,
 *   `base.value-not-plain`, the last also by `save()`.
 */
export async function userRecord<Fields extends object>(
  connection: Connection,
  defaults: Fields,
): Promise<UserRecord<Fields>> {
  const connectRun = currentConnectRun('userRecord()')
  const { run, world } = connectRun
  const key = toAccountKey(connection)
  const name = `user:${key.provider}/${key.subjectIndex}`
  const known = run.parts.memory.read(name, () => undefined) as Kept | undefined
  const kept = known ?? (await keep(connectRun, key, name, defaults as Record<string, unknown>))
  run.checkpoint()

  const save = async (fields: Partial<Fields>) => {
    run.checkpoint()
    const saved = await saveFields(world, key, kept, fields)
    await run.parts.changeState(
      name,
      () => undefined,
      (present) => (present === undefined ? undefined : saved),
    )
    run.checkpoint()
  }
  const forget = async () => {
    run.checkpoint()
    await world.users.forgetUser(key)
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
): Promise<Kept> {
  const { run, world } = connectRun
  for (;;) {
    const row = await world.users.loadUser(key)
    const made = row === undefined ? toRow(world, key, defaults) : undefined
    const isNew = made !== undefined && (await world.users.saveUser(made))
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
): Promise<Kept> {
  for (;;) {
    const row = await world.users.loadUser(key)
    const isSame = row !== undefined && row.createdAt === (createdAt ?? row.createdAt)
    if (!isSame) throw createForgottenError()
    const fields = { ...openRow(world, key, row), ...changes } as Record<string, unknown>
    const saved = await world.users.saveUser(toRow(world, key, fields, row), row.version)
    if (saved) return { fields, isNew: false, createdAt: row.createdAt }
  }
}

function toRow(
  { ring, random, clock }: ConnectWorld,
  key: AccountKey,
  fields: Record<string, unknown>,
  present?: UserRow,
): UserRow {
  const text = serializeValue(fields, 'A user record', 'user')
  const now = clock()
  const version = present === undefined ? now : present.version + 1
  return {
    provider: key.provider,
    subjectIndex: key.subjectIndex,
    version,
    sealed: seal(ring, 'user-record', contextOf(key, version), text, random),
    createdAt: present?.createdAt ?? now,
    savedAt: now,
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
  const text = open(ring, 'user-record', contextOf(key, row.version), row.sealed)
  return parseValue(text) as Record<string, unknown>
}

function contextOf(key: AccountKey, version: number): readonly string[] {
  return ['users', key.provider, key.subjectIndex, String(version)]
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
