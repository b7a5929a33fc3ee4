/*
 * A view as a document: elements leave in the order of the page; what is replaced after it left is hidden by a
 * nonced rule and sent again.
 */
import { hashMarkup, type ViewEntry } from '../diff/diff.ts'
import { documentEnd, documentStart, hideElements, type DocumentStart } from '../html/document.ts'
import type { Html } from '../html/escape.ts'
import type { RunOutput } from '../script/run.ts'
import type { Play, TabOutput } from '../script/tab-run.ts'

/** A document waits this long for its first elements, in which it can still become a redirect. */
const PATIENCE_MS = 50

/** What a document needs besides its view. */
export interface DocumentFrame extends Omit<
  DocumentStart,
  'run' | 'number' | 'news' | 'incomplete'
> {
  readonly write: (text: string) => void
}

/** Collects one document. */
export class DocumentOutput implements TabOutput {
  readonly patienceMs = PATIENCE_MS
  readonly showsNotices = true
  readonly canGo = false
  readonly #frame: DocumentFrame
  #play: Play | undefined
  #entries = new Map<string, Html>()
  /** What has been sent of each element; `null`: hidden since. */
  readonly #sent = new Map<string, string | null>()
  readonly #notices: string[] = []
  #isOpen = false
  #isOutOfOrder = false

  constructor(frame: DocumentFrame) {
    this.#frame = frame
  }

  /** Whether bytes have left, so that the answer can no longer be a redirect. */
  get hasSent(): boolean {
    return this.#isOpen
  }

  begin(play: Play): RunOutput {
    this.#play = play
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

  send(): void {
    const { write, nonce } = this.#frame
    let text = ''
    if (!this.#isOpen) {
      this.#isOpen = true
      const { run = 0, nextNumber = 1, news = 0 } = this.#play ?? {}
      text += documentStart({ ...this.#frame, run, number: nextNumber, news }).toString()
    }
    const outdated: string[] = []
    for (const [id, sent] of this.#sent) {
      if (sent !== null && this.#entries.get(id)?.toString() !== sent) outdated.push(id)
    }
    for (const id of outdated) this.#sent.set(id, null)
    if (outdated.length > 0) {
      this.#isOutOfOrder = true
      text += hideElements(outdated, nonce).toString()
    }
    for (const [id, markup] of this.#entries) {
      const sent = this.#sent.get(id)
      if (sent !== undefined && sent !== null) continue
      this.#sent.set(id, markup.toString())
      text += markup.toString()
    }
    write(text)
  }

  /**
   * Ends the document.
   *
   * @returns What the document shows; undefined when its elements do not stand as the view has them, so that the
   *   browser program must ask.
   */
  close(hasInputs: boolean): readonly ViewEntry[] | undefined {
    this.send()
    const notice = this.#notices.length === 0 ? undefined : this.#notices.join(' ')
    this.#frame.write(documentEnd({ hasInputs, notice }).toString())
    if (this.#isOutOfOrder) return undefined
    return Array.from(this.#entries, ([id, markup]) => ({
      id,
      hash: hashMarkup(markup.toString()),
    }))
  }
}
