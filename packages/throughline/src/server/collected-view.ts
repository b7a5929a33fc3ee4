/*
 * A view that has not left yet, and the sentences beside it: what an output that sends whole elements holds.
 */
import type { Html } from '../html/escape.ts'
import type { RunOutput } from '../script/run.ts'

/** The elements of the newest play, in order, and what the person is told. */
export class CollectedView {
  readonly #notices: string[] = []
  #elements: ReadonlyMap<string, Html> = new Map()

  /** A play begins, with an empty view; what an earlier one still puts on its page changes nothing here. */
  begin(): RunOutput {
    const elements = new Map<string, Html>()
    this.#elements = elements
    return {
      appended: (id, markup) => void elements.set(id, markup),
      replaced: (id, markup) => void elements.set(id, markup),
      removed: (id) => void elements.delete(id),
    }
  }

  /** Takes a sentence to the person. */
  notice(text: string): void {
    this.#notices.push(text)
  }

  /** The elements of the newest play, by id: another map for each play. */
  get elements(): ReadonlyMap<string, Html> {
    return this.#elements
  }

  /** What the person is told, in one text. */
  get told(): string | undefined {
    return this.#notices.length === 0 ? undefined : this.#notices.join(' ')
  }
}
