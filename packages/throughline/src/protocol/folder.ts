/*
 * What server and browser tell each other of files that are saved into a folder.
 */

/** On `window`: the files of the last press are listed at the URL that is its `detail`. */
export const FILES_EVENT = 'tl-files'

/** The files of a press, in the script's order. */
export interface FolderList {
  readonly files: readonly {
    /** A name as `toFileName` makes it. */
    readonly name: string
    /** Path on our own origin. */
    readonly url: string
    /** Exact length in bytes, if known. */
    readonly size?: number
  }[]
}

/** What came of them: places in the list, each in one of both. */
export interface SavedFiles {
  /** The folder's own name. */
  readonly folder: string
  readonly saved: readonly (readonly [index: number, bytes: number])[]
  readonly failed: readonly (readonly [index: number, reason: string])[]
}
