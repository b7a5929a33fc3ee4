/*
 * What one running simulator consists of, as its routes see it. Data only.
 */
import type { RandomBytes } from '../simulator/random-text.ts'
import type { LoggedRequest } from './request-log.ts'
import type { ServiceAccount } from './service-accounts.ts'
import type { Spreadsheet } from './spreadsheet.ts'
import type { GoogleSwitches } from './switches.ts'

/** What somebody may do with a spreadsheet. */
export type Role = 'none' | 'reader' | 'writer'

/** A spreadsheet, and with whom it is shared. */
export interface SharedSpreadsheet {
  /** The spreadsheet as it stands; a change puts another in its place. */
  spreadsheet: Spreadsheet
  /** What each address may do; one that is missing may do nothing. */
  readonly roles: Map<string, Role>
  /** Rises with each change. */
  version: number
}

/** An access token. */
export interface AccessToken {
  readonly email: string
  readonly scope: readonly string[]
  /** Epoch milliseconds. */
  readonly endsAt: number
}

/** Requests of one kind in one minute. */
export interface MinuteCount {
  /** Minutes since the epoch. */
  minute: number
  count: number
}

/** Everything the routes of one simulator share. */
export interface GoogleWorld {
  /** `http://127.0.0.1:{port}`; filled in before the first request is answered. */
  origin: string
  /** Service accounts by address. */
  readonly accounts: Map<string, ServiceAccount>
  /** Tokens given out. */
  readonly tokens: Map<string, AccessToken>
  /** Spreadsheets by id. */
  readonly spreadsheets: Map<string, SharedSpreadsheet>
  /** Requests of this minute, by quota. */
  readonly minutes: Map<string, MinuteCount>
  /** Requests since the start that were let through to the API. */
  readonly counts: { reads: number; writes: number }
  readonly requests: LoggedRequest[]
  /** The switches as they stand now; replaced as a whole. */
  switches: GoogleSwitches
  /** How far the clock was moved. */
  readonly clock: { aheadMilliseconds: number }
  /** The time, in epoch milliseconds. */
  readonly now: () => number
  readonly random: RandomBytes
  /** Ends what still waits when the simulator is closed. */
  readonly closing: AbortSignal
  /** Called after each change of what a restart must find again. */
  readonly changed: () => void
}

/** Puts a spreadsheet in the place of an older one of itself. */
export function commit(world: GoogleWorld, entry: SharedSpreadsheet, next: Spreadsheet): void {
  entry.spreadsheet = next
  entry.version += 1
  world.changed()
}
