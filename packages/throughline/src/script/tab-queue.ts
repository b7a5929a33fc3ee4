/*
 * When a tab runs again: one run at a time, nothing pressed is lost, changes of value fold into one.
 *
 *   a press                waits for the run under way; presses act in their order
 *   a change of value      makes a run that was begun by a change yield; those that wait fold into the newest
 *   a question (no values) folds like a change; a document waits and is never folded away
 *
 * A run begun by a press never yields. This is the queue of one process; across processes a run holds its tab
 * in the session store.
 */

/** One request for a run. */
export interface QueuedRun {
  /** `press`: a button; `change`: values only, or just the question what is there; `document`: a whole page. */
  readonly kind: 'press' | 'change' | 'document'
  /** The values it brings; those of requests that were folded into it are added, the newer winning. */
  values: Readonly<Record<string, readonly string[]>>
}

/** The right to run, until `leave` is called. */
export interface Turn {
  /** Whether a later request wants this run to yield at its next element. */
  isYieldWanted(): boolean
  /** Whether the person asked for it to stop. */
  isHaltWanted(): boolean
  leave(): void
}

interface Waiting {
  readonly run: QueuedRun
  readonly resolve: (turn: Turn | undefined) => void
}

interface TabLine {
  running: { readonly run: QueuedRun; yieldWanted: boolean; haltWanted: boolean }
  readonly waiting: Waiting[]
}

/** The lines of all tabs of this process. */
export class TabQueue {
  readonly #lines = new Map<string, TabLine>()

  /**
   * Asks for a turn.
   *
   * @returns The turn, or undefined when the request was folded into a later one, which answers for it.
   */
  enter(tab: string, run: QueuedRun): Promise<Turn | undefined> {
    const line = this.#lines.get(tab)
    if (line === undefined) return Promise.resolve(this.#start(tab, run, []))
    if (line.running.run.kind !== 'press') line.running.yieldWanted = true
    this.#fold(line, run)
    return new Promise((resolve) => line.waiting.push({ run, resolve }))
  }

  /** Asks the run under way to stop at its next element; false when the tab has none here. */
  halt(tab: string): boolean {
    const line = this.#lines.get(tab)
    if (line !== undefined) line.running.haltWanted = true
    return line !== undefined
  }

  /** Folds the waiting changes that stand directly before `run` into it. */
  #fold(line: TabLine, run: QueuedRun): void {
    if (run.kind === 'document') return
    const last = line.waiting.at(-1)
    if (last === undefined || last.run.kind !== 'change') return
    line.waiting.pop()
    run.values = { ...last.run.values, ...run.values }
    last.resolve(undefined)
  }

  #start(tab: string, run: QueuedRun, waiting: Waiting[]): Turn {
    const running = {
      run,
      yieldWanted: waiting.length > 0 && run.kind !== 'press',
      haltWanted: false,
    }
    this.#lines.set(tab, { running, waiting })
    return {
      isYieldWanted: () => running.yieldWanted,
      isHaltWanted: () => running.haltWanted,
      leave: () => {
        if (this.#lines.get(tab)?.running !== running) return
        const next = waiting.shift()
        if (next === undefined) this.#lines.delete(tab)
        else next.resolve(this.#start(tab, next.run, waiting))
      },
    }
  }
}
