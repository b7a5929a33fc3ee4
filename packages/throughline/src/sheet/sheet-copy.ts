/*
 * What this process knows of the sheet, and for how long that counts.
 *
 * A copy is good until one of the processes has written (they count that in the session store), and for a minute at
 * most: then people's own edits, restored rows among them, are seen. All who need a new one share one reading.
 */
import { setTimeout } from 'node:timers/promises'
import { isThroughlineError } from '../base/error.ts'
import type { SessionStore } from '../store/session-store.ts'
import type { Pace } from './pace.ts'
import type { SheetApi } from './sheet-api.ts'
import { loadTable, type SheetTable } from './table.ts'

/** How long a copy counts while no process writes, in milliseconds. */
const COPY_MS = 60_000
/** How long it counts where Google cannot be asked. */
const COPY_WITHOUT_GOOGLE_MS = 3_600_000
/** A full quota is waited for; it is filled up every minute. */
const QUOTA_WAITS_MS = [2000, 5000, 10_000, 20_000, 30_000]
/** Single requests fail at any large service. */
const SECOND_TRY_MS = 500

/** A copy of the sheet. */
export interface SheetCopy {
  /** @param fresh Whether it must have been read after this call. */
  table(fresh?: boolean): Promise<SheetTable>
  /** Puts what was written in the place of what was read; without it, the next who asks reads. */
  replace(table: SheetTable | undefined): Promise<void>
}

/** What a copy is made with. */
export interface SheetCopyContext {
  readonly api: SheetApi
  readonly sessions: Pick<SessionStore, 'loadCount' | 'raiseCount'>
  /** Names the sheet. */
  readonly name: string
  /** Of reading. */
  readonly pace: Pace
  readonly report: (error: unknown) => void
}

interface Copy {
  readonly table: SheetTable
  /** How often it had been written when this was read. */
  readonly count: number
  readonly readAt: number
}

/** Makes a copy that is read when it is first needed. */
export function createSheetCopy(context: SheetCopyContext): SheetCopy {
  const { api, sessions, name, pace, report } = context
  let copy: Copy | undefined
  let reading: Promise<Copy> | undefined

  async function read(): Promise<Copy> {
    await pace()
    const count = await sessions.loadCount(name)
    const readAt = performance.now()
    const table = await insist(() => loadTable(api, copy?.table.layout))
    copy = { table, count, readAt }
    return copy
  }

  function join(): Promise<Copy> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function afterNow(): Promise<Copy> {
    // One under way may have begun before what the caller must see.
    await reading?.catch(() => {})
    return join()
  }

  async function present(): Promise<Copy> {
    if (copy !== undefined && performance.now() - copy.readAt < COPY_MS) {
      const count = await sessions.loadCount(name)
      if (copy.count === count) return copy
    }
    try {
      return await afterNow()
    } catch (error) {
      const isAway = isThroughlineError(error, 'sheet.unavailable')
      const isYoung = copy !== undefined && performance.now() - copy.readAt < COPY_WITHOUT_GOOGLE_MS
      if (!isAway || copy === undefined || !isYoung) throw error
      report(error)
      return copy
    }
  }

  return {
    table: async (fresh) => (await (fresh ? afterNow() : present())).table,
    replace: async (table) => {
      const count = await sessions.raiseCount(name).catch((error: unknown) => {
        copy = forgotten(copy)
        throw error
      })
      const isNewest = table !== undefined && copy?.count === count - 1
      copy = isNewest ? { table, count, readAt: copy?.readAt ?? 0 } : forgotten(copy)
    },
  }
}

/** Keeps where the columns are; what stands there counts no longer. */
function forgotten(copy: Copy | undefined): Copy | undefined {
  return copy && { ...copy, count: -1 }
}

/** Asks again where the minute's requests are used up, for a minute; what was asked was not done then. */
export async function whenAllowed<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (const waitMs of QUOTA_WAITS_MS) {
    try {
      return await ask()
    } catch (error) {
      if (!isThroughlineError(error, 'sheet.quota')) throw error
      await setTimeout(waitMs)
    }
  }
  return ask()
}

/** Asks when it is allowed, and once more where Google has failed. Only for what changes nothing. */
async function insist<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await whenAllowed(ask)
  } catch (error) {
    if (!isThroughlineError(error, 'sheet.unavailable')) throw error
    await setTimeout(SECOND_TRY_MS)
    return whenAllowed(ask)
  }
}
