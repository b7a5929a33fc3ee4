/*
 * When a tab runs again: one run at a time, nothing pressed is lost, changes of value fold into one.
 *
 *   arrives \ running   press     change    document
 *   press               waits     yields    yields     presses act in their order
 *   change, question    waits     yields    yields     those that wait fold into the newest, with all they brought
 *   document            waits     yields    waits      never folded away; two documents of one tab must not oust
 *                                                      each other for ever
 *
 * This is the queue of one process; across processes a run holds its tab in the session store.
 */
import { MOST_CHARACTERS, sizeOf } from './interaction-size.ts'
import type { RunKind, SentInteraction } from './tab-request.ts'

/** One request for a run. */
export interface QueuedRun {
  readonly kind: RunKind
  /** The page it is for: values of another are not its own. */
  readonly page: string
  readonly interaction?: SentInteraction | undefined
}

/** The right to run, until `leave` is called. */
export interface Turn {
  /** What is to be applied: what was sent, with all that was folded into it. */
  readonly interaction: SentInteraction | undefined
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

interface Running {
  readonly kind: RunKind
  isYieldWanted: boolean
  isHaltWanted: boolean
}

interface TabLine {
  readonly running: Running
  readonly waiting: Waiting[]
}

/** Requests that may wait for one tab; a person does not press so often. */
const MOST_WAITING = 200

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
    if (ousts(run, line.running)) line.running.isYieldWanted = true
    const folded = fold(line.waiting, run)
    return new Promise((resolve) => line.waiting.push({ run: folded, resolve }))
  }

  /** Whether so many requests wait for a tab that one more is turned away. */
  isFull(tab: string): boolean {
    return (this.#lines.get(tab)?.waiting.length ?? 0) >= MOST_WAITING
  }

  /** Whether no tab has a run under way here. */
  get isIdle(): boolean {
    return this.#lines.size === 0
  }

  /** Asks the run under way to stop at its next element; false when the tab has none here. */
  halt(tab: string): boolean {
    const line = this.#lines.get(tab)
    if (line !== undefined) line.running.isHaltWanted = true
    return line !== undefined
  }

  #start(tab: string, run: QueuedRun, waiting: Waiting[]): Turn {
    const running: Running = { kind: run.kind, isYieldWanted: false, isHaltWanted: false }
    running.isYieldWanted = waiting.some((later) => ousts(later.run, running))
    this.#lines.set(tab, { running, waiting })
    return {
      interaction: run.interaction,
      isYieldWanted: () => running.isYieldWanted,
      isHaltWanted: () => running.isHaltWanted,
      leave: () => {
        if (this.#lines.get(tab)?.running !== running) return
        const next = waiting.shift()
        if (next === undefined) this.#lines.delete(tab)
        else next.resolve(this.#start(tab, next.run, waiting))
      },
    }
  }
}

function ousts(later: QueuedRun, running: Running): boolean {
  if (running.kind === 'press') return false
  return running.kind === 'change' || later.kind !== 'document'
}

/** Takes the waiting change that stands directly before `run` out of the line, and into `run`. */
function fold(waiting: Waiting[], run: QueuedRun): QueuedRun {
  const last = waiting.at(-1)
  if (run.kind === 'document' || last?.run.kind !== 'change' || last.run.page !== run.page) {
    return run
  }
  waiting.pop()
  last.resolve(undefined)
  return { ...run, interaction: merge(last.run.interaction, run.interaction) }
}

/**
 * Requests may overtake each other on the way: of two values the one with the higher number is the newer. What is more
 * than a tab may keep is refused as a whole when its turn comes, and need not grow until then.
 */
function merge(
  change: SentInteraction | undefined,
  next: SentInteraction | undefined,
): SentInteraction | undefined {
  if (change === undefined || next === undefined) return next ?? change
  const [older, newer] = change.number <= next.number ? [change, next] : [next, change]
  const { number } = newer
  if (sizeOf(change) > MOST_CHARACTERS) return { ...next, number, values: change.values }
  return { ...next, number, values: { ...older.values, ...newer.values } }
}
