/*
 * A sheet at a simulated Google, and programs that keep their users in it.
 */
import { systemRandom } from '../../src/base/random.ts'
import { wallClock } from '../../src/base/clock.ts'
import { createSealingKeys, type SealingKeys } from '../../src/crypto/key-ring.ts'
import { createBoundedFetch } from '../../src/oauth/bounded-fetch.ts'
import { createSheetAccess } from '../../src/sheet/access.ts'
import { parseServiceAccount } from '../../src/sheet/service-account.ts'
import { createSheetApi } from '../../src/sheet/sheet-api.ts'
import { unpaced } from '../../src/sheet/pace.ts'
import { openSheetUserStore } from '../../src/sheet/sheet-users.ts'
import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import type { SessionStore } from '../../src/store/session-store.ts'
import type { UserStore } from '../../src/store/user-store.ts'
import { startGoogle, type GoogleSimulator } from '../../../simulators/src/google/start.ts'
import type { Person } from '../../../simulators/src/google/person.ts'

/** A sheet that is shared with one service account. */
export interface TestSheet {
  readonly google: GoogleSimulator
  readonly spreadsheetId: string
  readonly keyFile: string
  readonly sealing: SealingKeys
  readonly sessions: SessionStore
  /** Whoever has the sheet open. */
  readonly person: Person
  /** Opens the store in one more process: with a session store in common, unless another is given. */
  open(sessions?: SessionStore): Promise<UserStore>
  close(): Promise<void>
}

/** Starts a Google with an empty sheet, whose quotas count where the store keeps to its pace. */
export async function startSheet(options: { readonly isPaced?: boolean } = {}): Promise<TestSheet> {
  const { isPaced: quotas = false } = options
  const google = await startGoogle({ switches: { quotas } })
  const { email, keyFile } = google.createServiceAccount()
  const spreadsheetId = google.createSpreadsheet({ writers: [email] })
  const sealing = createSealingKeys([{ id: 'k1', bytes: systemRandom(32) }])
  const shared = createMemorySessionStore()
  const stores: UserStore[] = []
  const open = async (sessions = shared): Promise<UserStore> => {
    const fetch = createBoundedFetch(globalThis.fetch, { deadlineMilliseconds: 10_000 })
    const access = createSheetAccess(parseServiceAccount(keyFile, 'key'), fetch, wallClock)
    const store = await openSheetUserStore({
      api: createSheetApi({ origin: google.origin, spreadsheetId, email, access, fetch }),
      ...{ sealing, sessions, random: systemRandom, clock: wallClock },
      name: `sheet/${spreadsheetId}`,
      ...(options.isPaced ? {} : { pace: () => unpaced }),
      report: () => {},
    })
    stores.push(store)
    return store
  }
  return {
    ...{ google, spreadsheetId, keyFile, sealing, sessions: shared, open },
    person: google.person(spreadsheetId),
    close: async () => {
      await Promise.all(stores.map((store) => store.close()))
      await google.close()
    },
  }
}
