/*
 * What a streamed answer is made of: one JSON object a line, in order.
 *
 *   run → (put | move | remove | notice)* → end        one run of the script
 *   run → … → go → run → … → end                       it switched to another page on the way
 *
 * `run.from` names the run whose view the patches start from; `null` means "from nothing": every element of the
 * view is put again, and what was not put by the time of `end` goes. The browser drops an answer that starts
 * from a view it does not show, and asks for the whole. It ignores any run older than the newest it has seen.
 */

/** Opens a run. */
export interface RunFrame {
  readonly type: 'run'
  readonly run: number
  readonly from: number | null
  /** The tab's id, when the server had to give it another. */
  readonly tab?: string
}

/** Puts an element: makes it or morphs it; with `after`, moves it behind that element (`''`: to the front). */
export interface PutFrame {
  readonly type: 'put'
  readonly id: string
  readonly html: string
  readonly after?: string
}

/** Moves an element, unchanged, behind another (`''`: to the front). */
export interface MoveFrame {
  readonly type: 'move'
  readonly id: string
  readonly after: string
}

/** Takes elements off the page. */
export interface RemoveFrame {
  readonly type: 'remove'
  readonly ids: readonly string[]
}

/** Tells the person something that is not part of the view. */
export interface NoticeFrame {
  readonly type: 'notice'
  readonly text: string
}

/** The document goes elsewhere: to another page of the app, whose frames follow, or away. */
export interface GoFrame {
  readonly type: 'go'
  readonly url: string
  /** True when nothing follows: the browser navigates there (another origin, a file, a new session). */
  readonly away?: boolean
}

/** A folder button was pressed: the files are listed there. Nothing follows. */
export interface FilesFrame {
  readonly type: 'files'
  readonly url: string
}

/** Ends the answer. */
export interface EndFrame {
  readonly type: 'end'
  readonly run: number
  /** What the document is called now. */
  readonly title: string
  /** The session's news number that this view has taken into account. */
  readonly news: number
  /** True when a later interaction took over: its answer completes the view. */
  readonly yielded?: boolean
}

/**
 * The form token is outdated (the cookie id was rotated): this one fits. Alone in an answer to a press: nothing has
 * been done, repeat with this one.
 */
export interface TokenFrame {
  readonly type: 'token'
  readonly token: string
}

export type Patch = PutFrame | MoveFrame | RemoveFrame
export type Frame = RunFrame | Patch | NoticeFrame | GoFrame | FilesFrame | EndFrame | TokenFrame

/** Writes one frame as a line; U+2028/2029 and `<` need no care in JSON that is never put into HTML. */
export function serializeFrame(frame: Frame): string {
  return `${JSON.stringify(frame)}\n`
}

/** Reads one line. The sender is our own server: a line that is no frame throws. */
export function parseFrame(line: string): Frame {
  return JSON.parse(line) as Frame
}
