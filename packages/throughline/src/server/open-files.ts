/*
 * How many files of each set are being sent: a link that has got about must not exhaust the program.
 */

/** Files of one set that one process sends at once. */
const MOST_AT_ONCE = 16

/** Counts. */
export class OpenFiles {
  readonly #counts = new Map<string, number>()

  /** Counts one more; returns what counts it off, any number of times, or undefined where there are too many. */
  enter(set: string): (() => void) | undefined {
    const count = this.#counts.get(set) ?? 0
    if (count >= MOST_AT_ONCE) return undefined
    this.#counts.set(set, count + 1)
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      const left = (this.#counts.get(set) ?? 1) - 1
      if (left === 0) this.#counts.delete(set)
      else this.#counts.set(set, left)
    }
  }
}
