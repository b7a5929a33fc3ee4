/*
 * The user store in a Google Sheet: one row per account, for people to open, its cells sealed.
 *
 * What is read comes from a copy (sheet-copy.ts), what is written goes out with what others write (sheet-writer.ts).
 */
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { listedAccounts } from '../store/listed-accounts.ts'
import type { SealedPlaces } from '../store/sealed-places.ts'
import type { AccountKey, TokenSetRecord, UserRow, UserStore } from '../store/user-store.ts'
import type { RecordContent, TokensContent } from './cell-content.ts'
import { createPace, type Pace } from './pace.ts'
import { AS_IT_IS, refuseStray } from './plan.ts'
import { readCell, rowNameOf, type SealedCellColumn } from './sealed-cell.ts'
import { createSheetPlaces } from './sheet-places.ts'
import { createSheetCopy, whenAllowed, type SheetCopyContext } from './sheet-copy.ts'
import { createSecretSteps } from './sheet-secrets.ts'
import { createSheetWriter } from './sheet-writer.ts'
import { setUpSheet } from './set-up.ts'
import { partsOf, type SheetTable } from './table.ts'
import type { TurnContext } from './turn.ts'

/** What a sheet store is made with. */
export interface SheetUserStoreOptions
  extends Omit<SheetCopyContext, 'pace'>, Omit<TurnContext, 'sessions'> {
  readonly sealing: SealingKeys
  readonly random: Random
  readonly sessions: SheetCopyContext['sessions'] & TurnContext['sessions']
  /** Makes the pace of a kind of request, in place of Google's. */
  readonly pace?: ((kind: string) => Pace) | undefined
}

/** A user store in a sheet. */
export interface SheetUserStore extends UserStore {
  readonly places: SealedPlaces
}

/**
 * Opens a sheet as user store; sets it up where it is empty.
 *
 * @throws The codes of `SheetApi`; `sheet.layout`.
 */
export async function openSheetUserStore(options: SheetUserStoreOptions): Promise<SheetUserStore> {
  const { api, sealing, random } = options
  const { pace = (kind: string) => createPace(options, kind) } = options
  await whenAllowed(() => setUpSheet(api, random))
  const readPace = pace('reads')
  const copy = createSheetCopy({ ...options, pace: readPace })
  const context = { ...options, copy, readPace, pace: pace('writes') }
  const writer = createSheetWriter(context)

  const load = async (key: AccountKey, column: SealedCellColumn, fresh = false) =>
    contentOf(await copy.table(fresh), key, column, sealing)
  const loadTokens = async (key: AccountKey, fresh?: boolean) =>
    ((await load(key, 'tokens', fresh)) as TokensContent | undefined)?.sets ?? []

  /** Changes the token sets of an account: from those of one client to those that shall be. */
  const changeTokens = (
    { provider, subjectIndex }: AccountKey,
    clientId: string,
    change: (present: TokenSetRecord | undefined) => TokenSetRecord | undefined | typeof AS_IT_IS,
  ) =>
    writer.change({
      account: { provider, subjectIndex },
      column: 'tokens',
      change: (kept) => {
        const sets = (kept as TokensContent | undefined)?.sets ?? []
        const next = change(sets.find((set) => set.clientId === clientId))
        if (next === AS_IT_IS) return AS_IT_IS
        const others = sets.filter((set) => set.clientId !== clientId)
        const all = next === undefined ? others : [...others, next]
        if (all.length === 0) return undefined
        return { provider, subjectIndex, sets: all } satisfies TokensContent
      },
    })

  const changeRecord = (
    { provider, subjectIndex }: AccountKey,
    change: (present: UserRow | undefined) => RecordContent | undefined | typeof AS_IT_IS,
  ) =>
    writer.change({
      account: { provider, subjectIndex },
      column: 'record',
      change: (kept) => change(kept as RecordContent | undefined),
    })

  const secrets = createSecretSteps(context)

  return {
    ...secrets,
    places: createSheetPlaces({ ...context, writer, secrets }),
    loadTokenSet: async (key, how) =>
      (await loadTokens(key, how?.fresh)).find((set) => set.clientId === key.clientId),
    saveTokenSet: (record, over) =>
      changeTokens(record, record.clientId, (present) =>
        present?.generation === over ? record : AS_IT_IS,
      ),
    forgetTokenSet: (key, generation) =>
      changeTokens(key, key.clientId, (present) =>
        present?.generation === generation ? undefined : AS_IT_IS,
      ),
    loadUser: async (key) => {
      const content = (await load(key, 'record')) as RecordContent | undefined
      if (content === undefined) return undefined
      const { readable: _shown, ...row } = content
      return row
    },
    saveUser: (row, over) =>
      changeRecord(row, (present) => (present?.version === over ? row : AS_IT_IS)),
    forgetUser: async (key) => {
      await changeRecord(key, (present) => (present === undefined ? AS_IT_IS : undefined))
    },
    listAccounts: async (after, limit) => {
      const table = await copy.table()
      const parts = partsOf(table)
      const contents = (column: SealedCellColumn) =>
        [...table.rows.values()].map((row) =>
          readCell(sealing, { ...row, column }, row.cells[column], parts),
        )
      const users = (contents('record') as (RecordContent | undefined)[]).flatMap(
        (one) => one ?? [],
      )
      const sets = (contents('tokens') as (TokensContent | undefined)[]).flatMap(
        (one) => one?.sets ?? [],
      )
      return listedAccounts(users, sets, after).slice(0, limit)
    },
    close: () => writer.settled(),
  }
}

function contentOf(
  table: SheetTable,
  key: AccountKey,
  column: SealedCellColumn,
  sealing: SealingKeys,
): unknown {
  const account = rowNameOf(key)
  const row = table.rows.get(account)
  if (row === undefined) return refuseStray(table, account, sealing)
  return readCell(sealing, { account, column, row: row.row }, row.cells[column], partsOf(table))
}
