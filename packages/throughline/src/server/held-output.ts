/*
 * A view that nobody sees yet: a press without JavaScript answers 303, and the document that follows shows it.
 */
import type { Html } from '../html/escape.ts'
import type { RunOutput } from '../script/run.ts'
import type { TabOutput } from '../script/tab-request.ts'

/** Nothing leaves before the run has ended; what it writes is committed now and then all the same. */
const PATIENCE_MS = 250

/** Collects a view without sending it. */
export class HeldOutput implements TabOutput {
  readonly patienceMs = PATIENCE_MS
  readonly canGo = false
  readonly #notices: string[] = []
  #view = new Map<string, Html>()

  begin(): RunOutput {
    const view = new Map<string, Html>()
    this.#view = view
    return {
      appended: (id, markup) => void view.set(id, markup),
      replaced: (id, markup) => void view.set(id, markup),
      removed: (id) => void view.delete(id),
    }
  }

  notice(text: string): void {
    this.#notices.push(text)
  }

  collect(): () => void {
    return () => {}
  }

  /** What the person was told, in one text. */
  get told(): string | undefined {
    return this.#notices.length === 0 ? undefined : this.#notices.join(' ')
  }

  /** The elements in order. */
  markup(): string {
    return Array.from(this.#view.values(), (element) => element.toString()).join('')
  }
}
