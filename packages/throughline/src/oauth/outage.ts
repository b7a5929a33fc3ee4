/*
 * A server that is away, as one process knows it: how long it has asked to be left alone, and whether it fails so much
 * of late that whoever is about to go there is better told at once.
 *
 *   well ──three in a row within a minute──→ down ──15 s later, the next one asks──→ still away: down again
 *     ↑                                        │
 *     └───────────── any other answer ─────────┘
 *
 * Only what no request can bring about by itself counts: no connection, no answer in time, 502, 503, 504.
 */
import type { Clock } from '../base/clock.ts'
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'

/** The longest time that a server is left alone because it asked for that. */
const MOST_PAUSE_MS = 5 * 60_000
/** Not all come back in the same moment: up to so much later, as a share. */
const SPREAD = 0.1
const FAILURES = 3
const WITHIN_MS = 60_000
const DOWN_MS = 15_000

/** What a process knows of one server. */
export class Outage {
  readonly #clock: Clock
  readonly #random: Random
  #pausedUntil = 0
  #downUntil = 0
  #failures = 0
  #failedAt = 0

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** Whether whoever is about to go there is better told at once. */
  get isDown(): boolean {
    return this.#left(this.#downUntil, DOWN_MS) > 0
  }

  /**
   * Makes a request, unless the server has asked to be left alone, and notes what came of it.
   *
   * @throws `oauth.unavailable` with `details.retryAfterSeconds` while it is left alone; whatever the request throws.
   */
  async ask<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    const pauseMs = this.#left(this.#pausedUntil, MOST_PAUSE_MS * (1 + SPREAD))
    if (pauseMs > 0) throw leftAlone(Math.ceil(pauseMs / 1000))
    return this.askNow(request)
  }

  /** Makes a request whatever the server has asked for, as what works once and soon has to be sent. */
  async askNow<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await request()
      this.#recover()
      return answer
    } catch (error) {
      this.note(error)
      throw error
    }
  }

  /** Notes why a request failed. */
  note(error: unknown): void {
    if (!isThroughlineError(error)) return
    // Whatever else it answers, it is there.
    if (error.code !== 'oauth.unavailable') return this.#recover()
    const { retryAfterSeconds, reason, status } = error.details
    const now = this.#clock()
    if (typeof retryAfterSeconds === 'number') {
      const pauseMs = Math.min(retryAfterSeconds * 1000, MOST_PAUSE_MS)
      const [byte = 0] = this.#random(1)
      this.#pausedUntil = now + pauseMs * (1 + (SPREAD * byte) / 255)
    }
    if (reason === 'status' && ![502, 503, 504].includes(Number(status))) return
    const isOneMore = this.#left(this.#failedAt + WITHIN_MS, WITHIN_MS) > 0
    this.#failures = isOneMore ? this.#failures + 1 : 1
    this.#failedAt = now
    if (this.#failures >= FAILURES) this.#downUntil = now + DOWN_MS
  }

  #recover(): void {
    this.#failures = 0
    this.#downUntil = 0
  }

  /** Milliseconds until then; none where that is further off than it can have been set: the clock was set back. */
  #left(until: number, most: number): number {
    const left = until - this.#clock()
    return left > most ? 0 : left
  }
}

function leftAlone(seconds: number): ThroughlineError {
  return new ThroughlineError(
    'oauth.unavailable',
    `The server has asked to be left alone for another ${seconds} s. Nothing was sent.`,
    { attribution: 'provider', details: { reason: 'retry-after', retryAfterSeconds: seconds } },
  )
}
