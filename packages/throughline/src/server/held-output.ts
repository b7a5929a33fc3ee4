/*
 * A view that nobody sees yet: a press without JavaScript answers 303, and the document that follows shows it.
 */
import type { RunOutput } from '../script/run.ts'
import type { TabOutput } from '../script/tab-request.ts'
import { CollectedView } from './collected-view.ts'

/** Nothing leaves before the run has ended; what it writes is committed now and then all the same. */
const PATIENCE_MS = 250

/** Collects a view without sending it. */
export class HeldOutput implements TabOutput {
  readonly patienceMs = PATIENCE_MS
  readonly canGo = false
  readonly #view = new CollectedView()

  begin(): RunOutput {
    return this.#view.begin()
  }

  notice(text: string): void {
    this.#view.notice(text)
  }

  collect(): () => void {
    return () => {}
  }

  /** What the person was told, in one text. */
  get told(): string | undefined {
    return this.#view.told
  }

  /** The elements in order. */
  markup(): string {
    return Array.from(this.#view.elements.values(), (element) => element.toString()).join('')
  }
}
