/*
 * The views that documents of this process show: enough of each to send only what changes.
 *
 * Losing one costs a whole view and nothing else: a node that lacks it says so, and the browser morphs.
 */
import type { ViewEntry } from '../diff/diff.ts'
import type { Html } from '../html/escape.ts'

/** Views that are kept, the least used going first. */
const MOST_VIEWS = 10_000

/** What a tab's document shows. */
export interface ShownView {
  readonly page: string
  readonly run: number
  readonly entries: readonly ViewEntry[]
}

/** A view made by a press without JavaScript, to be shown once by the document that follows. */
export interface HeldView {
  readonly page: string
  readonly markups: readonly Html[]
  readonly hasInputs: boolean
  /** A sentence to the person that is not part of the view. */
  readonly notice: string | undefined
}

/** The views of this process's tabs, by line (session and tab). */
export class Views {
  readonly #shown = new Map<string, ShownView>()
  readonly #held = new Map<string, HeldView>()

  shown(line: string): ShownView | undefined {
    const view = this.#shown.get(line)
    if (view !== undefined) keepNewest(this.#shown, line, view)
    return view
  }

  show(line: string, view: ShownView): void {
    keepNewest(this.#shown, line, view)
  }

  forget(line: string): void {
    this.#shown.delete(line)
  }

  hold(line: string, view: HeldView): void {
    keepNewest(this.#held, line, view)
  }

  /** Takes the view that was held for a page, once. */
  takeHeld(line: string, page: string): HeldView | undefined {
    const view = this.#held.get(line)
    this.#held.delete(line)
    return view?.page === page ? view : undefined
  }
}

function keepNewest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MOST_VIEWS && oldest !== undefined) map.delete(oldest)
}
