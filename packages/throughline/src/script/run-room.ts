/*
 * How many runs are under way at once, of one session and in this process; the rest waits in line.
 *
 * Who waits for a tab, or for a download, holds no room: so nobody waits for room behind somebody who waits for them.
 */

/** How many, and how long the rest waits. */
export interface RoomLimits {
  /** Runs under way at once in this process. */
  readonly runs: number
  readonly runsOfSession: number
  /** Requests that wait for room. */
  readonly waitingRuns: number
  readonly runWaitMs: number
}

/** A person with this many tabs at work is no person; a run that waits for a provider costs little but memory. */
const LIMITS: RoomLimits = { runs: 500, runsOfSession: 20, waitingRuns: 1000, runWaitMs: 30_000 }

interface Waiting {
  readonly sessionKey: string
  readonly resolve: (leave: (() => void) | undefined) => void
  readonly timer: NodeJS.Timeout
}

/** The room for runs of this process. */
export class RunRoom {
  readonly #limits: RoomLimits
  readonly #ofSession = new Map<string, number>()
  readonly #waiting = new Set<Waiting>()
  #runs = 0

  constructor(limits: Partial<RoomLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
  }

  /** How many are under way. */
  get runs(): number {
    return this.#runs
  }

  /** How many wait for room. */
  get waiting(): number {
    return this.#waiting.size
  }

  /**
   * Waits until there is room for one more run of a session, first come, first served.
   *
   * @returns Gives the room back; undefined where too many wait, or it took too long.
   */
  enter(sessionKey: string): Promise<(() => void) | undefined> {
    if (this.#hasRoom(sessionKey)) return Promise.resolve(this.#take(sessionKey))
    const { waitingRuns, runWaitMs } = this.#limits
    if (this.#waiting.size >= waitingRuns) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(one)
        resolve(undefined)
      }, runWaitMs)
      const one: Waiting = { sessionKey, resolve, timer }
      this.#waiting.add(one)
    })
  }

  #hasRoom(sessionKey: string): boolean {
    const { runs, runsOfSession } = this.#limits
    return this.#runs < runs && (this.#ofSession.get(sessionKey) ?? 0) < runsOfSession
  }

  #take(sessionKey: string): () => void {
    this.#runs += 1
    this.#ofSession.set(sessionKey, (this.#ofSession.get(sessionKey) ?? 0) + 1)
    return () => this.#give(sessionKey)
  }

  #give(sessionKey: string): void {
    this.#runs -= 1
    const left = (this.#ofSession.get(sessionKey) ?? 0) - 1
    if (left > 0) this.#ofSession.set(sessionKey, left)
    else this.#ofSession.delete(sessionKey)
    for (const one of this.#waiting) {
      if (!this.#hasRoom(one.sessionKey)) continue
      this.#waiting.delete(one)
      clearTimeout(one.timer)
      one.resolve(this.#take(one.sessionKey))
      return
    }
  }
}
