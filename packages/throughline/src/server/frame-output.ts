/*
 * A view as frames: what changed since the view that the document shows, as far as this process knows that view.
 */
import { createDiff, type Diff, type ViewEntry } from '../diff/diff.ts'
import { serializeFrame, type Frame } from '../protocol/frame.ts'
import type { RunOutput } from '../script/run.ts'
import type { Play, TabAnswer, TabOutput } from '../script/tab-run.ts'
import type { ShownView, Views } from './views.ts'

/** Elements wait this long for company: one frame of the screen. */
const PATIENCE_MS = 16

/** What an answer in frames starts from. */
export interface FrameStart {
  readonly line: string
  readonly views: Views
  readonly page: string
  /** The newest run that the document has shown; 0 asks for the whole view. */
  readonly shownRun: number
  readonly title: string
  readonly write: (text: string) => void
}

/** Collects the frames of one answer. */
export class FrameOutput implements TabOutput {
  readonly patienceMs = PATIENCE_MS
  readonly showsNotices = true
  readonly canGo = true
  readonly #start: FrameStart
  readonly #notices: string[] = []
  #before: readonly ViewEntry[] | undefined
  #from: number | null
  #page: string
  #pending: string[] = []
  #hasSent = false
  #diff: Diff | undefined

  constructor(start: FrameStart) {
    this.#start = start
    this.#page = start.page
    const shown = start.views.shown(start.line)
    const isKnown = isStillShown(shown, start)
    this.#before = isKnown ? shown?.entries : undefined
    this.#from = isKnown ? (shown?.run ?? null) : null
    // Whatever comes of this answer, the document no longer shows what was noted.
    start.views.forget(start.line)
  }

  begin({ run, page }: Play): RunOutput {
    if (this.#hasSent || page !== this.#page) {
      this.#before = undefined
      this.#from = null
    }
    if (!this.#hasSent) this.#pending = []
    if (page !== this.#page) this.#pend({ type: 'go', url: page })
    this.#page = page
    this.#pend({ type: 'run', run, from: this.#from })
    const diff = createDiff(this.#before)
    this.#diff = diff
    return {
      appended: (id, markup) => this.#pendAll(diff.append(id, markup)),
      replaced: (id, markup) => this.#pendAll(diff.replace(id, markup)),
      removed: (id) => this.#pendAll(diff.remove(id)),
    }
  }

  notice(text: string): void {
    this.#notices.push(text)
  }

  send(): void {
    if (this.#pending.length === 0) return
    this.#start.write(this.#pending.join(''))
    this.#pending = []
    this.#hasSent = true
  }

  /** Ends the answer and notes what the document shows now. */
  close(answer: Extract<TabAnswer, { kind: 'shown' | 'yielded' }>): void {
    const { run, news } = answer
    const { views, line, title } = this.#start
    for (const text of this.#notices) this.#pend({ type: 'notice', text })
    if (answer.kind === 'yielded') {
      this.#pend({ type: 'end', run, title, news, yielded: true })
    } else {
      if (this.#from !== null) this.#pendAll(this.#diff?.finish() ?? [])
      views.show(line, { page: answer.page, run, entries: this.#diff?.view() ?? [] })
      this.#pend({ type: 'end', run, title, news })
    }
    this.send()
  }

  #pend(frame: Frame): void {
    this.#pending.push(serializeFrame(frame))
  }

  #pendAll(frames: readonly Frame[]): void {
    for (const frame of frames) this.#pend(frame)
  }
}

/** An older run than noted may be on its way to the browser; a newer one was shown by another node. */
function isStillShown(shown: ShownView | undefined, start: FrameStart): boolean {
  return (
    shown !== undefined &&
    shown.page === start.page &&
    start.shownRun > 0 &&
    start.shownRun <= shown.run
  )
}
