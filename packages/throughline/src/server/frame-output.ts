/*
 * A view as frames: what changed since the view that the document shows, as far as this process knows that view.
 *
 * What the document shows is looked up when the first play begins, for only then have the answers before this one
 * ended.
 */
import { createDiff, type Diff } from '../diff/diff.ts'
import { serializeFrame, type Frame } from '../protocol/frame.ts'
import type { RunOutput } from '../script/run.ts'
import type { Play, TabAnswer, TabOutput } from '../script/tab-request.ts'
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
  /** The form token that fits the present cookie, where the document has an outdated one. */
  readonly token?: string | undefined
  readonly write: (text: string) => void
}

/** The view that the patches start from. */
type Known = Omit<ShownView, 'page'>

/** Collects the frames of one answer. */
export class FrameOutput implements TabOutput {
  readonly patienceMs = PATIENCE_MS
  readonly canGo = true
  readonly #start: FrameStart
  readonly #notices: string[] = []
  #known: Known | undefined
  #hasBegun = false
  /** The page that the document shows once all that was sent has arrived. */
  #sentPage: string
  #page: string
  #pending: string[] = []
  #hasSent = false
  #diff: Diff | undefined

  constructor(start: FrameStart) {
    this.#start = start
    this.#page = start.page
    this.#sentPage = start.page
  }

  begin({ run, page }: Play): RunOutput {
    if (!this.#hasBegun) this.#known = takeShown(this.#start)
    this.#hasBegun = true
    if (this.#hasSent || page !== this.#page) this.#known = undefined
    // Nobody has seen what an earlier play put here.
    if (!this.#hasSent) this.#pending = []
    this.#page = page
    const { token } = this.#start
    if (token !== undefined) this.#pend({ type: 'token', token })
    if (page !== this.#sentPage) this.#pend({ type: 'go', url: page })
    this.#pend({ type: 'run', run, from: this.#known?.run ?? null })
    const diff = createDiff(this.#known?.entries)
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

  collect(): () => void {
    const pending = this.#pending
    const count = pending.length
    return () => void (pending === this.#pending && this.#send(count))
  }

  /** Ends the answer, where everything in it is committed, and notes what the document shows now. */
  close(answer: Extract<TabAnswer, { kind: 'shown' | 'yielded' }>): void {
    const { run, news } = answer
    const { views, line, title } = this.#start
    if (answer.kind === 'yielded') {
      this.#dropPending(run)
      this.#pend({ type: 'end', run, title, news, yielded: true })
    } else {
      for (const text of this.#notices) this.#pend({ type: 'notice', text })
      if (this.#known !== undefined) this.#pendAll(this.#diff?.finish() ?? [])
      const since = this.#known?.since ?? 0
      views.show(line, { page: answer.page, run, since, entries: this.#diff?.view() ?? [] })
      this.#pend({ type: 'end', run, title, news })
    }
    this.#send(this.#pending.length)
  }

  /** What has not left need not be committed, where a run yielded: the answer of whoever took over brings it. */
  #dropPending(run: number): void {
    this.#pending = []
    if (this.#hasSent) return
    this.#pend({ type: 'run', run, from: null })
    const { views, line, page } = this.#start
    if (this.#known !== undefined) views.show(line, { page, ...this.#known })
  }

  #send(count: number): void {
    const text = this.#pending.splice(0, count).join('')
    if (text === '') return
    this.#start.write(text)
    this.#hasSent = true
    this.#sentPage = this.#page
  }

  #pend(frame: Frame): void {
    this.#pending.push(serializeFrame(frame))
  }

  #pendAll(frames: readonly Frame[]): void {
    for (const frame of frames) this.#pend(frame)
  }
}

/**
 * Takes what the document shows, if this process knows it: whatever comes of this answer, that is then no longer
 * what it shows.
 */
function takeShown({ views, line, page, shownRun }: FrameStart): Known | undefined {
  const shown = views.shown(line)
  views.forget(line)
  if (shown?.page !== page || shownRun === 0) return undefined
  // A newer run than noted was shown by another node. An older one may be on its way, but not one that is older than
  // the document: it is shown by another document of this tab, such as the one that was left for a provider.
  const isShown = shownRun <= shown.run && shownRun >= shown.since
  return isShown ? shown : undefined
}
