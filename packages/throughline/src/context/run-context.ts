/*
 * The run that a call belongs to, found through AsyncLocalStorage: the only ambient thing in the code.
 *
 * What an element may do to its run is here and nothing else, so that elements need not know what a run is.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { ThroughlineError } from '../base/error.ts'
import type { Download, DownloadOutcome, GoingDownload, Preparing } from './download.ts'
import type { FileSet } from './offered-file.ts'

/** One thing on a page, as frozen data. Each file in `elements/` says what its kind holds. */
export interface ElementData {
  readonly kind: string
}

/** What makes a widget the same one in the next run: its key, else its kind and label. */
export interface WidgetIdentity {
  readonly kind: string
  readonly label: string
  readonly key?: string | undefined
}

/** A widget as its run knows it. */
export interface Widget {
  /** Names the widget on its page: the element's id, and the name of its form field. */
  readonly id: string
  /** The field's values as they were last sent, in order; absent when the person never touched it. */
  readonly sent: readonly string[] | undefined
  /** Whether this very run was begun by a press of it. Reading it uses the press up. */
  readonly pressed: boolean
  /** Keeps these values from now on, as if the person had sent them. */
  keep(values: readonly string[]): void
}

/** An element that has its place in the view. */
export interface PlacedElement {
  readonly id: string
  /** Puts other data in the same place. */
  replace(element: ElementData): void
  /** Takes it off the page again. */
  remove(): void
}

/** What a call into Throughline may ask of the run it belongs to. */
export interface RunContext {
  /** The path of the page that runs. */
  readonly page: string
  /** Throws the control signal that is due, if any; every call begins with it. */
  checkpoint(): void
  /** Appends an element to the view. Widgets pass their id; others are numbered by kind. */
  append(element: ElementData, id?: string): PlacedElement
  /**
   * Claims a widget for this run.
   *
   * @param untouched The field's values while the widget shows its default: equal ones count as never touched.
   *   Empty for a button, which has no field.
   * @throws `script.duplicate-widget` when the page has one of the same identity; both lines are named.
   */
  widget(identity: WidgetIdentity, untouched: readonly string[]): Widget
  /**
   * Offers a file under a widget's id: if this run was begun to send it, `from` is called and the run stops here.
   *
   * @returns The outcome of a download that has ended, once; otherwise undefined.
   */
  offerDownload(
    widget: Widget,
    file: string,
    from: (preparing: Preparing) => Download | Promise<Download>,
  ): DownloadOutcome | undefined
  /**
   * Offers a set of files under a widget's id: if this run was begun to find it, the run stops here.
   *
   * @returns What came of a set that was saved, once; otherwise undefined.
   */
  offerFiles(widget: Widget, set: FileSet): DownloadOutcome | undefined
  /** How far the newest download of a widget has come, while it is under way; `stopped` where its sender is silent. */
  goingDownload(widget: Widget): GoingDownload | 'stopped' | undefined
  /** A link or form target inside the app, with what the document needs to stay the same tab. */
  pageUrl(path: string): string
}

const runs = new AsyncLocalStorage<RunContext>()

/** Runs `fn` so that calls into Throughline made by it belong to `context`. */
export function inRun<Result>(context: RunContext, fn: () => Result): Result {
  return runs.run(context, fn)
}

/** Runs `fn` so that calls into Throughline made by it belong to no run. */
export function outsideRun<Result>(fn: () => Result): Result {
  return runs.exit(fn)
}

/** The run that the caller belongs to, if any. */
export function presentRun(): RunContext | undefined {
  return runs.getStore()
}

/** Tells whether the caller belongs to this very run. */
export function isCurrentRun(context: RunContext): boolean {
  return runs.getStore() === context
}

/**
 * Finds the run that the caller belongs to.
 *
 * @param call The name the author knows, for the message.
 * @throws `context.outside-run`
 */
export function currentRun(call: string): RunContext {
  const context = runs.getStore()
  if (context !== undefined) return context
  throw new ThroughlineError(
    'context.outside-run',
    `${call} was called outside a run of the script. Call it inside a page function (and not from a timer, ` +
      'from a function given to cached(), or at module level).',
    { attribution: 'script' },
  )
}
