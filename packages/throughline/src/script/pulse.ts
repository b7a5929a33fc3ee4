/*
 * Who holds up the process: each call of a run is a sign of life, and where the next one is long in coming, whoever
 * made it had the process to themselves meanwhile.
 *
 * Costs a reading of the clock per call. Knows nothing of what is done about it.
 */

/** What was noted since the last look. */
export interface PulseReading {
  /** The longest time between two signs of life, in milliseconds. */
  readonly silenceMs: number
  /** The page whose run ended that silence; undefined where it was the look itself. */
  readonly page: string | undefined
  /** Pages whose scripts were at work since the last look. */
  readonly pages: readonly string[]
}

/** The signs of life of one process. */
export class Pulse {
  readonly #now: () => number
  readonly #onPage: (pages: readonly string[]) => void
  readonly #atWork = new Map<string, number>()
  #pages = new Set<string>()
  #signAt: number
  #silence: { readonly ms: number; readonly page: string | undefined } = { ms: 0, page: undefined }

  /**
   * @param now Milliseconds on a clock that is never set.
   * @param onPage Hears, before its first line, that a page is at work that was not since the last look.
   */
  constructor(
    now: () => number = () => performance.now(),
    onPage: (pages: readonly string[]) => void = () => {},
  ) {
    this.#now = now
    this.#onPage = onPage
    this.#signAt = now()
  }

  /** A run of a page begins. */
  begin(page: string): void {
    this.sign(page)
    this.#atWork.set(page, (this.#atWork.get(page) ?? 0) + 1)
    if (this.#pages.has(page)) return
    this.#pages.add(page)
    this.#onPage([...this.#pages])
  }

  /** A run of a page made a call. */
  sign(page?: string): void {
    const now = this.#now()
    const ms = now - this.#signAt
    this.#signAt = now
    if (ms > this.#silence.ms) this.#silence = { ms, page }
  }

  /** A run of a page has ended. */
  end(page: string): void {
    this.sign(page)
    const left = (this.#atWork.get(page) ?? 0) - 1
    if (left > 0) this.#atWork.set(page, left)
    else this.#atWork.delete(page)
  }

  /** Looks, which is a sign of life too, and begins anew. */
  read(): PulseReading {
    this.sign()
    const { ms: silenceMs, page } = this.#silence
    const pages = [...this.#pages]
    this.#silence = { ms: 0, page: undefined }
    this.#pages = new Set(this.#atWork.keys())
    return { silenceMs, page, pages }
  }
}
