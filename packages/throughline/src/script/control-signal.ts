/*
 * How a run ends, and the signals that end it early.
 *
 * A signal is recorded in its run before it is thrown, and honoured even where the script caught it: JavaScript
 * has no exception that a `catch` cannot swallow. From then on every call into Throughline throws it again.
 */
import type { Download, Preparing } from '../context/download.ts'
import type { FileSet } from '../context/offered-file.ts'
import type { CallSite } from './call-site.ts'

/** What a press offers, and for how long. */
export interface Offer {
  readonly use: 'file' | FileSet['use']
  readonly hours: number
}

/** How a run ended. */
export type RunEnd =
  /** The script returned, or asked to stop here: the page stays. */
  | { readonly kind: 'finished' }
  /** Run again from the first line. */
  | { readonly kind: 'rerun' }
  /** Run another page. */
  | { readonly kind: 'switched'; readonly path: string }
  /** A later interaction takes over. */
  | { readonly kind: 'yielded' }
  /** The person asked for it to stop. */
  | { readonly kind: 'halted' }
  /** Send the browser off to a provider. */
  | { readonly kind: 'left'; readonly url: string; readonly providerTitle: string }
  /** A button that offers files was pressed: tell the browser where they are. */
  | ({ readonly kind: 'offered'; readonly widgetId: string } & Offer)
  /** This run was begun to send a file, and here it is. */
  | {
      readonly kind: 'found'
      readonly file: string
      readonly from: (preparing: Preparing) => Download | Promise<Download>
    }
  /** This run was begun to find a set of files, and here it is. */
  | { readonly kind: 'found-files'; readonly set: FileSet }
  /** The session was signed out. */
  | { readonly kind: 'signed-out'; readonly everywhere: boolean }
  /** The script threw. */
  | { readonly kind: 'failed'; readonly error: unknown }

/** Thrown through the script to end its run; not an error. */
export class ControlSignal {
  readonly end: RunEnd
  /** Where a call was made after the run had ended; noted in development alone. */
  lateSite: CallSite | undefined

  constructor(end: RunEnd) {
    this.end = end
  }
}
