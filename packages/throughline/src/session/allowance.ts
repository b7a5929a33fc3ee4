/*
 * How often something may happen: so often at once, and so often a second in the long run.
 */
import type { Clock } from '../base/clock.ts'

/** How often. */
export interface Rate {
  /** So often at once, where nothing happened for a while. */
  readonly atOnce: number
  readonly perSecond: number
}

/** What is left of a rate, for one process. */
export class Allowance {
  readonly #rate: Rate
  readonly #clock: Clock
  #left: number
  #since: number

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
    this.#left = rate.atOnce
    this.#since = clock()
  }

  /** Uses one up; false where none is left. */
  take(): boolean {
    const now = this.#clock()
    // A clock that was set back gives nothing and takes nothing.
    const passed = Math.max(0, now - this.#since) / 1000
    this.#left = Math.min(this.#rate.atOnce, this.#left + passed * this.#rate.perSecond)
    this.#since = now
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}

/** Of so many it is known what they have used; who was not heard of for longest begins anew. */
const MOST_KNOWN = 10_000

/** A rate for each of many. */
class EachAllowance {
  readonly #each: Rate
  readonly #clock: Clock
  readonly #known = new Map<string, Allowance>()

  constructor(each: Rate, clock: Clock) {
    this.#each = each
    this.#clock = clock
  }

  take(who: string): boolean {
    const own = this.#known.get(who) ?? new Allowance(this.#each, this.#clock)
    this.#known.delete(who)
    this.#known.set(who, own)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest)
    return own.take()
  }
}

/** Rates for each of many, within one for all: who has used up their own takes nothing from the others. */
export class SharedAllowance {
  readonly #whole: Allowance
  readonly #each: readonly EachAllowance[]

  /** @param each One rate for each way of telling people apart: by their session, by their network. */
  constructor(whole: Rate, each: readonly Rate[], clock: Clock) {
    this.#whole = new Allowance(whole, clock)
    this.#each = each.map((rate) => new EachAllowance(rate, clock))
  }

  /** Uses one up, of theirs and of all; false where none is left. Who cannot be told apart counts for all alone. */
  take(...who: readonly (string | undefined)[]): boolean {
    const isWithin = this.#each.every((each, place) => {
      const name = who[place]
      return name === undefined || each.take(name)
    })
    return isWithin && this.#whole.take()
  }
}
