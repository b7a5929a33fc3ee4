/*
 * What a request's plays write, session state and widget values, and when it is committed.
 *
 * Invariants:
 *  1. Write before ack: what the output has collected is let go only once everything written before it was
 *     collected is committed (`flush`).
 *  2. One write is under way at a time, in order (`inOrder`).
 */
import { SessionMemory } from '../session/memory.ts'
import type { TabValues } from '../session/tab-values.ts'
import type { HeldCommit, TabHold } from './tab-hold.ts'
import type { TabRequest } from './tab-request.ts'
import type { ScriptWorld } from './world.ts'

type Changes = ReturnType<SessionMemory['changes']>

/** The writes of one request. */
export class TabWrites {
  /** What the session remembers, as this request's plays see it. */
  readonly memory: SessionMemory
  /** The tab's widget values. */
  readonly values: TabValues
  readonly #world: ScriptWorld
  readonly #request: TabRequest
  readonly #hold: TabHold
  #writing: Promise<unknown> = Promise.resolve()

  constructor(world: ScriptWorld, request: TabRequest, hold: TabHold, values: TabValues) {
    const { ring, random } = world
    this.memory = new SessionMemory(ring, random, request.session.key, hold.started.state)
    this.values = values
    this.#world = world
    this.#request = request
    this.#hold = hold
  }

  /** Commits what has been written so far, then lets what the output held before leave. Never rejects. */
  flush(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#hold.isLost) return
      try {
        const letGo = this.#request.output.collect()
        if (await this.#commit(this.memory.changes())) letGo()
      } catch {
        // What can't be written is told when the run ends; until then nothing is acked.
      }
    })
  }

  /**
   * Commits the last of what was written, and frees the tab.
   *
   * @param refuse Called with the error about a value that can't be kept; all else is kept.
   * @param end Called after that: what else is written.
   * @returns False (and nothing is written) when the tab is no longer ours.
   */
  finish(refuse: (error: unknown) => void, end: () => HeldCommit['end']): Promise<boolean> {
    return this.#inOrder(() => this.#commit(this.#lastChanges(refuse), end()))
  }

  /** Changes one remembered name atomically, in the store where the session has a row. */
  changeState(
    name: string,
    initial: () => unknown,
    change: (value: unknown) => unknown,
  ): Promise<unknown> {
    return this.#inOrder(async () => {
      if (!(await this.#hold.establish())) return this.memory.changeHere(name, initial, change)
      // What this run has set before counts as the present value.
      if (this.memory.hasChanged(name)) await this.#commit(this.memory.changes())
      return this.memory.change(this.#world.sessions, name, initial, change)
    })
  }

  #inOrder<Result>(step: () => Promise<Result>): Promise<Result> {
    const written = this.#writing.then(step)
    this.#writing = written.catch(() => {})
    return written
  }

  #lastChanges(refuse: (error: unknown) => void): Changes {
    try {
      return this.memory.changes()
    } catch (error) {
      refuse(error)
      this.memory.dropUnkeepable()
      return this.memory.changes()
    }
  }

  /** Writes what differs from the store; false when the tab is no longer ours. */
  async #commit(changes: Changes, end?: HeldCommit['end']): Promise<boolean> {
    const { ring, random } = this.#world
    const { session, tabId } = this.#request
    if (changes.entries.length > 0) await this.#hold.establish()
    const values = this.values.changes(ring, random, session.key, tabId)
    const isEmpty = changes.entries.length === 0 && values.sealed === undefined
    if (isEmpty && end === undefined) return true
    const isCommitted = await this.#hold.commit({
      state: changes.entries,
      values: values.sealed,
      ...(end === undefined ? {} : { end }),
    })
    if (!isCommitted) return false
    changes.settle()
    values.settle()
    return true
  }
}
