/*
 * `throughline users move`: copies all users from one home to another, with the MAC key that finds them.
 *
 * 1. Rows are copied as they are: what an envelope is bound to names no store.
 * 2. Of two that differ the newer one stays, so that it can be cut short at any moment and run again.
 * 3. Accounts are found by the MAC key: nothing is copied to a home that has users under another one.
 * 4. At the end both homes are read again and opened. The source is left as it was.
 */
import { ThroughlineError } from '../base/error.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open } from '../crypto/seal.ts'
import { toTexts } from '../connect/user-record.ts'
import { MAC_KEY, openMacKey } from '../keys/mac-key.ts'
import { stepsOf } from '../sheet/steps.ts'
import {
  tokenSetContextOf,
  userContextOf,
  type AccountKey,
  type AccountRecords,
  type UserRow,
  type UserStore,
} from '../store/user-store.ts'
import { loadUsers, titleOf, type LoadedUsers, type UserHome } from './user-home.ts'
import { openFields } from './users-export.ts'

/** What is moved, and where to. */
export interface Move {
  readonly from: UserHome
  readonly to: UserHome
  /** The store at {@link to}. */
  readonly target: UserStore
  readonly sealing: SealingKeys
  /** Fields that a sheet shows in clear; as the source shows them where there are none. */
  readonly readable: readonly string[]
  readonly print: (line: string) => void
}

/** What a move has come to. */
export interface Moved {
  readonly accounts: number
  /** Accounts that the source does not have. */
  readonly others: number
}

/** Of one step. */
const STEP_ACCOUNTS = 200
const SHOWN_FAULTS = 20

type Held = ReadonlyMap<string, AccountRecords>

/**
 * Copies all users, and looks whether they are there.
 *
 * @throws `server.nothing-to-move`, `server.other-mac-key`; `server.not-moved`, which says what does not open; the codes of
 *   both stores.
 */
export async function moveUsers(move: Move): Promise<Moved> {
  const { from, to, sealing, print } = move
  const source = await loadUsers(from, sealing)
  if (source.macKey === undefined) throw nothingToMove(from)
  const before = await loadUsers(to, sealing)
  await giveMacKey(move, source.macKey, before)
  const held = byAccount(before.accounts)
  let count = 0
  for (const step of stepsOf(source.accounts, STEP_ACCOUNTS, sizeOf)) {
    await Promise.all(step.flatMap((account) => saves(account, held.get(nameOf(account)), move)))
    count += step.length
    print(`Accounts copied: ${count} of ${source.accounts.length} …`)
  }
  const after = await loadUsers(to, sealing)
  const faults = [
    ...source.faults.map((fault) => `In ${titleOf(from)}: ${fault}`),
    ...findUnmoved(source, after, sealing),
    ...after.faults.map((fault) => `In ${titleOf(to)}: ${fault}`),
  ]
  if (faults.length > 0) throw notMoved(faults)
  const known = byAccount(source.accounts)
  const others = after.accounts.filter((account) => !known.has(nameOf(account))).length
  return { accounts: source.accounts.length, others }
}

async function giveMacKey(
  { from, to, target, sealing }: Move,
  macKey: string,
  before: LoadedUsers,
): Promise<void> {
  const text = openMacKey(sealing, macKey)
  const present = await target.loadSecret(MAC_KEY)
  if (present !== undefined && isSame(present, text, sealing)) return
  const isEmpty = before.accounts.length === 0 && before.faults.length === 0
  if (present !== undefined && !isEmpty) throw otherMacKey(from, to)
  if (await target.saveSecret(MAC_KEY, macKey, present)) return
  const written = await target.loadSecret(MAC_KEY)
  if (written === undefined || !isSame(written, text, sealing)) throw otherMacKey(from, to)
}

/** One that these keys do not open is another, whatever it is. */
function isSame(sealed: string, text: string, sealing: SealingKeys): boolean {
  try {
    return openMacKey(sealing, sealed) === text
  } catch {
    return false
  }
}

function sizeOf({ user, tokenSets }: AccountRecords): number {
  return [user, ...tokenSets].reduce((sum, one) => sum + (one?.sealed.length ?? 0), 0)
}

/** All of one step are asked at once, so that they ride in one request of a sheet. */
function saves(
  { user, tokenSets }: AccountRecords,
  present: AccountRecords | undefined,
  { target, readable, sealing }: Move,
): readonly Promise<boolean>[] {
  const older = tokenSets.flatMap((set) => {
    const held = present?.tokenSets.find(({ clientId }) => clientId === set.clientId)
    const isNewer = held === undefined || held.generation < set.generation
    return isNewer ? [target.saveTokenSet(set, held?.generation)] : []
  })
  if (user === undefined) return older
  const held = present?.user
  const newest = held === undefined || held.version < user.version ? user : held
  const shown = withReadable(newest, readable, sealing)
  const isShown = JSON.stringify(shown.readable) === JSON.stringify(newest.readable)
  if (newest === held && isShown) return older
  return [...older, target.saveUser(shown, held?.version)]
}

/** What does not open is told at the end. */
function withReadable(user: UserRow, readable: readonly string[], sealing: SealingKeys): UserRow {
  if (readable.length === 0) return user
  try {
    return { ...user, readable: toTexts(openFields(user, sealing), readable) }
  } catch {
    return user
  }
}

/** Says of everything in the source what is not in the target, as it is there or newer, so that it opens. */
function findUnmoved(
  source: LoadedUsers,
  target: LoadedUsers,
  sealing: SealingKeys,
): readonly string[] {
  const held = byAccount(target.accounts)
  return source.accounts.flatMap((account) => {
    const present = held.get(nameOf(account))
    const { provider, subjectIndex, user, tokenSets } = account
    const of = `of ${provider}, account ${subjectIndex},`
    const record = user && faultOf(() => isUserThere(user, present?.user, sealing))
    const sets = tokenSets.flatMap((set) => {
      const own = present?.tokenSets.find(({ clientId }) => clientId === set.clientId)
      const textOf = (one: typeof set) =>
        open(sealing, 'token-set', tokenSetContextOf(one), one.sealed)
      return (
        faultOf(
          () =>
            own !== undefined &&
            own.generation >= set.generation &&
            (textOf(own) === textOf(set) || own.generation > set.generation),
        ) ?? []
      )
    })
    return [
      ...(record === undefined ? [] : [`The record ${of} ${record}`]),
      ...sets.map((fault) => `The tokens ${of} ${fault}`),
    ]
  })
}

function isUserThere(user: UserRow, present: UserRow | undefined, sealing: SealingKeys): boolean {
  if (present === undefined || present.version < user.version) return false
  const [own, other] = [present, user].map((row) =>
    open(sealing, 'user-record', userContextOf(row), row.sealed),
  )
  return present.version > user.version || own === other
}

function faultOf(isThere: () => boolean): string | undefined {
  try {
    return isThere() ? undefined : 'did not arrive: something else was written there meanwhile.'
  } catch (error) {
    return `does not open: ${(error as Error).message}`
  }
}

function byAccount(accounts: readonly AccountRecords[]): Held {
  return new Map(accounts.map((account) => [nameOf(account), account]))
}

function nameOf({ provider, subjectIndex }: AccountKey): string {
  return JSON.stringify([provider, subjectIndex])
}

function nothingToMove(from: UserHome): ThroughlineError {
  const message = `No program has ever kept users in ${titleOf(from)}, so there is nothing to move. Name the place that has them.`
  return new ThroughlineError('server.nothing-to-move', message, { attribution: 'operator' })
}

function otherMacKey(from: UserHome, to: UserHome): ThroughlineError {
  const message =
    `There are users in ${titleOf(to)} already, and they are found by another MAC key than those in ${titleOf(from)}: ` +
    'put together, one of the two would never be found again. Nothing was moved. Move to an empty place.'
  return new ThroughlineError('server.other-mac-key', message, { attribution: 'operator' })
}

function notMoved(faults: readonly string[]): ThroughlineError {
  const rest = faults.length - SHOWN_FAULTS
  const more = rest > 0 ? [`… and ${rest} more.`] : []
  const message = [
    `All else was copied, but for ${faults.length}. Mend them and run this again, or leave them behind:`,
    ...faults.slice(0, SHOWN_FAULTS),
    ...more,
  ].join('\n')
  return new ThroughlineError('server.not-moved', message, { attribution: 'operator' })
}
