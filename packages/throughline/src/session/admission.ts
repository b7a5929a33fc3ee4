/*
 * How many browsers may have a session: what keeps somebody who makes up browsers from filling the disk.
 *
 * A browser costs nothing before its first press, and one that has its row is never turned away. Near the limit those
 * go first that hold no connection and were not seen for a while, as made-up ones are.
 */
import type { Clock } from '../base/clock.ts'
import { ThroughlineError } from '../base/error.ts'
import type { SessionStore } from '../store/session-store.ts'
import { SharedAllowance, type Rate } from './allowance.ts'

/** How many sessions there may be. */
export interface AdmissionLimits {
  /** Rows, in the store of all processes. */
  readonly sessions: number
  /** New ones, in this process. */
  readonly rate: Rate
  /** New ones of one network, where it is known whose that is. */
  readonly rateOfNetwork: Rate
}

/** A school or a company may have one address for all: each of them is new once. */
const LIMITS: AdmissionLimits = {
  sessions: 100_000,
  rate: { atOnce: 1000, perSecond: 20 },
  rateOfNetwork: { atOnce: 300, perSecond: 2 },
}
/** From this share on, room is made. */
const CROWDED = 0.9
/** `seenAt` is an hour late at most: whoever was here within the last hour keeps their row. */
const CROWDED_IDLE_MS = 2 * 3600_000

/** Decides whether one more browser gets its row. */
export class Admission {
  readonly #sessions: SessionStore
  readonly #clock: Clock
  readonly #limits: AdmissionLimits
  readonly #allowance: SharedAllowance

  constructor(sessions: SessionStore, clock: Clock, limits: Partial<AdmissionLimits> = {}) {
    this.#sessions = sessions
    this.#clock = clock
    this.#limits = { ...LIMITS, ...limits }
    const { rate, rateOfNetwork } = this.#limits
    this.#allowance = new SharedAllowance(rate, [rateOfNetwork], clock)
  }

  /** Whether one more browser, of this network, may have its row; it counts as having it. */
  async admits(network?: string): Promise<boolean> {
    if (!this.#allowance.take(network)) return false
    return (await this.#sessions.countSessions()) < this.#limits.sessions
  }

  /** Makes room where little is left. */
  async makeRoom(): Promise<void> {
    const count = await this.#sessions.countSessions()
    if (count < this.#limits.sessions * CROWDED) return
    await this.#sessions.reapUnconnected(this.#clock() - CROWDED_IDLE_MS)
  }
}

/** The error for a browser that gets no row. */
export function tooManySessions(): ThroughlineError {
  return new ThroughlineError(
    'session.too-many',
    'So many people have come here that there is no room for one more just now. Nothing was done. ' +
      'Please try again in a few minutes.',
    { attribution: 'person' },
  )
}
