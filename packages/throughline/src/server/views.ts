/*
 * The views that documents of this process show: enough of each to send only what changes.
 *
 * Losing one costs a whole view and nothing else: a node that lacks it says so, and the browser morphs.
 */
import type { ViewEntry } from '../diff/diff.ts'

/** Elements that are kept of all views together (about 100 bytes each), the least used views going first. */
const MOST_ENTRIES = 500_000
/** A view counts as so many elements more. */
const ENTRIES_OF_A_VIEW = 10

/** What a tab's document shows. */
export interface ShownView {
  readonly page: string
  readonly run: number
  /** The run that the document came with; 0 where frames have brought all of the view. */
  readonly since: number
  readonly entries: readonly ViewEntry[]
}

/** The views of this process's tabs, by line (session and tab). */
export class Views {
  readonly #shown = new Map<string, ShownView>()
  readonly #mostEntries: number
  #entries = 0

  constructor(mostEntries: number = MOST_ENTRIES) {
    this.#mostEntries = mostEntries
  }

  /** What a document shows, as far as this process knows. */
  shown(line: string): ShownView | undefined {
    return this.#shown.get(line)
  }

  /** Notes what a document shows now. */
  show(line: string, view: ShownView): void {
    this.forget(line)
    this.#shown.set(line, view)
    this.#entries += sizeOf(view)
    for (const oldest of this.#shown.keys()) {
      if (this.#entries <= this.#mostEntries) return
      this.forget(oldest)
    }
  }

  /** Notes that a document no longer shows what was noted. */
  forget(line: string): void {
    const view = this.#shown.get(line)
    if (view === undefined) return
    this.#shown.delete(line)
    this.#entries -= sizeOf(view)
  }
}

function sizeOf({ entries }: ShownView): number {
  return entries.length + ENTRIES_OF_A_VIEW
}
