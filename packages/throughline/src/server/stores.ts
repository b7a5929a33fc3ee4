/*
 * Where a program keeps things: sessions in its database, user records there too, or in a Google Sheet.
 */
import { wallClock, type Clock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { createBoundedFetch } from '../oauth/bounded-fetch.ts'
import { createSheetAccess } from '../sheet/access.ts'
import { createSheetApi, type SheetApi } from '../sheet/sheet-api.ts'
import {
  openSheetUserStore,
  type SheetUserStore,
  type SheetUserStoreOptions,
} from '../sheet/sheet-users.ts'
import type { SealedPlaces } from '../store/sealed-places.ts'
import type { SessionStore } from '../store/session-store.ts'
import { openSqliteStores } from '../store/sqlite-stores.ts'
import type { UserStore } from '../store/user-store.ts'
import type { SheetSettings } from './sheet-settings.ts'

/** Both stores of a program. */
export interface Stores {
  readonly sessions: SessionStore
  readonly users: UserStore
  /** The sheet's places of envelopes; none where there is no sheet. */
  readonly sheetPlaces: readonly SealedPlaces[]
  close(): Promise<void>
}

/** Makes the pace of a kind of request to a sheet: as Google allows them, where absent. */
export type SheetPace = SheetUserStoreOptions['pace']

/** What stores are opened with. */
export interface StoresOptions {
  /** The database file. */
  readonly file: string
  readonly sheet: SheetSettings | undefined
  readonly sealing: SealingKeys
  readonly pace?: SheetPace
  /** Hears why a copy of the sheet is older than it should be. */
  readonly report: (error: unknown) => void
}

/** How a sheet is reached. */
export interface SheetWorld {
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
}

/** The whole sheet is read at once: so much of it in bytes, and so long. */
const SHEET_BOUNDS = { maximumBytes: 64 * 1_048_576, deadlineMilliseconds: 60_000 }

/**
 * Opens both stores.
 *
 * @throws The codes of `openSqliteStores` and `openSheetUserStore`.
 */
export async function openStores({
  file,
  sheet,
  sealing,
  pace,
  report,
}: StoresOptions): Promise<Stores> {
  const database = openSqliteStores(file)
  const { sessions } = database
  const closeDatabase = async () => {
    await sessions.close()
    await database.users.close()
  }
  if (sheet === undefined) return { ...database, sheetPlaces: [], close: closeDatabase }
  try {
    const users = await openSheet(sheet, { sessions, sealing, pace, report })
    const close = async () => {
      await users.close()
      await closeDatabase()
    }
    return { sessions, users, sheetPlaces: [users.places], close }
  } catch (error) {
    await closeDatabase()
    throw error
  }
}

/**
 * Opens the user store in a sheet; its writers take turns by a session store that they share.
 *
 * @throws The codes of `openSheetUserStore`.
 */
export function openSheet(
  sheet: SheetSettings,
  options: Omit<StoresOptions, 'file' | 'sheet'> & Pick<Stores, 'sessions'>,
): Promise<SheetUserStore> {
  return openSheetUserStore({
    api: connectSheet(sheet),
    ...options,
    ...{ random: systemRandom, clock: wallClock },
    name: `sheet/${sheet.spreadsheetId}`,
  })
}

/** Makes the way to a sheet; asks nothing yet. */
export function connectSheet(
  { spreadsheetId, account, origin }: SheetSettings,
  { fetch: given = globalThis.fetch, clock = wallClock }: Partial<SheetWorld> = {},
): SheetApi {
  const fetch = createBoundedFetch(given, SHEET_BOUNDS)
  const access = createSheetAccess(account, fetch, clock)
  return createSheetApi({ origin, spreadsheetId, email: account.email, access, fetch })
}
