/*
 * A view as a document: elements leave in the order of the page; what is replaced after it left is hidden by a
 * nonced rule and sent again.
 */
import { hashMarkup, type ViewEntry } from '../diff/diff.ts'
import {
  documentEnd,
  documentStart,
  goElsewhere,
  hideElements,
  type DocumentStart,
} from '../html/document.ts'
import type { Html } from '../html/escape.ts'
import type { RunOutput } from '../script/run.ts'
import type { Play, TabOutput } from '../script/tab-request.ts'
import { CollectedView } from './collected-view.ts'

/** A document waits this long for its first elements, in which it can still become a redirect. */
const PATIENCE_MS = 50

/** What a document needs besides its view. */
export interface DocumentFrame extends Omit<DocumentStart, 'run' | 'number' | 'news'> {
  readonly write: (text: string) => void
}

/** Collects one document. */
export class DocumentOutput implements TabOutput {
  readonly patienceMs = PATIENCE_MS
  readonly canGo = false
  readonly #frame: DocumentFrame
  readonly #view = new CollectedView()
  #play: Play | undefined
  /** What has left and is not hidden, as it stands on the page. */
  readonly #standing = new Map<string, string>()
  #isOpen = false

  constructor(frame: DocumentFrame) {
    this.#frame = frame
  }

  /** Whether bytes have left, so that the answer can no longer be a redirect. */
  get hasSent(): boolean {
    return this.#isOpen
  }

  begin(play: Play): RunOutput {
    this.#play = play
    return this.#view.begin()
  }

  notice(text: string): void {
    this.#view.notice(text)
  }

  collect(): () => void {
    const { elements } = this.#view
    const collected = [...elements]
    // A play that has begun meanwhile has other elements.
    return () => void (elements === this.#view.elements && this.#send(collected))
  }

  /**
   * Ends the document, where everything in it is committed.
   *
   * @returns What the document shows; undefined when its elements do not stand as the view has them, so that the
   *   browser program must ask.
   */
  close(hasInputs: boolean): readonly ViewEntry[] | undefined {
    const { elements, told } = this.#view
    this.#send([...elements])
    const ids = [...elements.keys()]
    const incomplete = [...this.#standing.keys()].some((id, place) => id !== ids[place])
    this.#frame.write(documentEnd({ hasInputs, notice: told, incomplete }).toString())
    if (incomplete) return undefined
    return Array.from(this.#standing, ([id, text]) => ({ id, hash: hashMarkup(text) }))
  }

  /** Ends a document whose bytes have left by leading elsewhere; what has not left stays away. */
  leave(path: string): void {
    const { write, nonce } = this.#frame
    write(goElsewhere(path, nonce).toString())
    write(documentEnd({ hasInputs: false }).toString())
  }

  #send(elements: readonly (readonly [id: string, markup: Html])[]): void {
    const wanted = new Map(elements.map(([id, markup]) => [id, markup.toString()]))
    let text = this.#isOpen ? '' : this.#start()
    this.#isOpen = true
    const outdated = [...this.#standing].filter(([id, sent]) => wanted.get(id) !== sent)
    for (const [id] of outdated) this.#standing.delete(id)
    if (outdated.length > 0) {
      const ids = outdated.map(([id]) => id)
      text += hideElements(ids, this.#frame.nonce).toString()
    }
    for (const [id, markup] of wanted) {
      if (this.#standing.has(id)) continue
      this.#standing.set(id, markup)
      text += markup
    }
    if (text !== '') this.#frame.write(text)
  }

  #start(): string {
    const { run = 0, nextNumber = 1, news = 0 } = this.#play ?? {}
    return documentStart({ ...this.#frame, run, number: nextNumber, news }).toString()
  }
}
