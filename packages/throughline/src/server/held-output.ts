/*
 * A view that nobody sees yet: a press without JavaScript answers 303, and the document that follows shows it.
 */
import type { Html } from '../html/escape.ts'
import type { RunOutput } from '../script/run.ts'
import type { TabOutput } from '../script/tab-run.ts'

/** Nothing leaves before the run has ended. */
const PATIENCE_MS = 250

/** Collects a view without sending it. */
export class HeldOutput implements TabOutput {
  readonly patienceMs = PATIENCE_MS
  readonly showsNotices = true
  readonly canGo = false
  readonly #notices: string[] = []
  #entries = new Map<string, Html>()

  begin(): RunOutput {
    this.#entries = new Map()
    return {
      appended: (id, markup) => void this.#entries.set(id, markup),
      replaced: (id, markup) => void this.#entries.set(id, markup),
      removed: (id) => void this.#entries.delete(id),
    }
  }

  notice(text: string): void {
    this.#notices.push(text)
  }

  send(): void {}

  /** What the person was told, in one text. */
  get told(): string | undefined {
    return this.#notices.length === 0 ? undefined : this.#notices.join(' ')
  }

  markups(): readonly Html[] {
    return [...this.#entries.values()]
  }
}
