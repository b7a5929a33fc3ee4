/*
 * `userRecord()`: what the app keeps about one account, found again in every browser. One row per account,
 * whatever races.
 *
 * It is read once per session and kept there, so that a store that allows few reads (a sheet) is asked once.
 */
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
   */
  save(fields: Partial<Fields>): Promise<void>
}

interface Kept {
  readonly fields: Record<string, unknown>
  readonly isNew: boolean
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
    const saved = await saveFields(world, key, { ...defaults, ...kept.fields }, fields)
    await run.parts.changeState(
      name,
      () => undefined,
      () => ({ fields: saved, isNew: false }),
    )
    run.checkpoint()
  }
  const record = { ...defaults, ...kept.fields, isNew: kept.isNew, save } as UserRecord<Fields>
  return Object.freeze(record)
}

async function keep(
  { run, world }: ConnectRun,
  key: AccountKey,
  name: string,
  defaults: Record<string, unknown>,
): Promise<Kept> {
  const row = await world.users.loadUser(key)
  const isNew = row === undefined && (await world.users.saveUser(toRow(world, key, defaults, 1)))
  const fields = isNew ? defaults : openRow(world, key, row ?? (await world.users.loadUser(key)))
  // Another tab of this session may have made the record a moment ago: then it is new for both.
  const kept = await run.parts.changeState(
    name,
    () => undefined,
    (present) => (isNew || present === undefined ? { fields, isNew } : present),
  )
  return kept as Kept
}

async function saveFields(
  world: ConnectWorld,
  key: AccountKey,
  defaults: object,
  fields: object,
): Promise<Record<string, unknown>> {
  for (;;) {
    const row = await world.users.loadUser(key)
    const present = row === undefined ? defaults : openRow(world, key, row)
    const next = { ...present, ...fields } as Record<string, unknown>
    if (await world.users.saveUser(toRow(world, key, next, (row?.version ?? 0) + 1, row)))
      return next
  }
}

function toRow(
  { ring, random, clock }: ConnectWorld,
  key: AccountKey,
  fields: Record<string, unknown>,
  version: number,
  present?: UserRow,
): UserRow {
  const text = serializeValue(fields, 'A user record', 'user')
  const now = clock()
  return {
    provider: key.provider,
    subjectIndex: key.subjectIndex,
    version,
    sealed: seal(ring, 'user-record', contextOf(key, version), text, random),
    createdAt: present?.createdAt ?? now,
    savedAt: now,
  }
}

function openRow(
  { ring }: ConnectWorld,
  key: AccountKey,
  row: UserRow | undefined,
): Record<string, unknown> {
  if (row === undefined) return {}
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
