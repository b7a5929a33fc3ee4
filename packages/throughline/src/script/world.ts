/*
 * What runs of an app share: the app, its stores' session side, keys, time, chance, and the lines of its tabs.
 */
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import type { ConnectionRecord, SessionStore, SettledOutcome } from '../store/session-store.ts'
import type { App } from './app.ts'
import type { Declarations } from './declarations.ts'
import type { LabelWatch } from './label-watch.ts'
import type { Pulse } from './pulse.ts'
import type { ScriptRun } from './run.ts'
import type { RunRoom } from './run-room.ts'
import type { TabQueue } from './tab-queue.ts'

/** What a run may know of its session besides what it remembers. */
export interface RunFacts {
  readonly sessionKey: string
  /** Hash of the cookie id in force. */
  readonly cookieHash: string
  readonly tabId: string
  /** Where the person is, if that is known. */
  readonly network?: string | undefined
  readonly connections: readonly ConnectionRecord[]
  /** What came of the session's recent authorizations, oldest first. */
  readonly outcomes: readonly SettledOutcome[]
}

/** What runs of an app share. */
export interface ScriptWorld {
  readonly app: App
  readonly declarations: Declarations
  readonly sessions: SessionStore
  readonly ring: SealingKeys
  readonly clock: Clock
  readonly random: Random
  /** Names this process in holds and leases. */
  readonly owner: string
  /** Whether the author looks on: errors show lines. */
  readonly development: boolean
  readonly queue: TabQueue
  readonly room: RunRoom
  readonly pulse: Pulse
  /** Sees labels that change between runs, in development. */
  readonly labels: LabelWatch
  /** Gives a run what other folders keep about it, before its first line. */
  readonly prepare: (run: ScriptRun, facts: RunFacts) => void
  /** Tells the operator of an error in a script; `id` is what the person was shown. */
  readonly report: (error: unknown, id: string) => void
}
