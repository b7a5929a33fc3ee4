/*
 * Files that a script offers by name, opened one by one when a browser or another program asks for them.
 */

/** One file of several that a script offers. */
export interface OfferedFile {
  /** The script's own name for it; unique among the files offered. */
  readonly key: string
  /** The name under which it is saved. What no file system takes is replaced, and two alike are told apart. */
  readonly name: string
  /** Exact length in bytes, if known. */
  readonly size?: number
  /** The media type (`application/octet-stream`). */
  readonly type?: string
  /**
   * Opens the file, from a byte on (0). Called when a browser or program asks for it, never before.
   *
   * What it throws is told to the person where it was written for them (`attribution: 'person'`).
   */
  open(start: number): Promise<OpenedFile>
}

/** A file that was opened. */
export interface OpenedFile {
  /** Length of the whole file in bytes, wherever it was opened. */
  readonly size: number
  /** The bytes from where it was opened; pulled only as fast as they are taken. */
  readonly body: AsyncIterable<Uint8Array>
  /** The same as long as the bytes are the same; without one, what broke off begins anew. */
  readonly validator?: string
}

/** What reads a list of links. */
export type LinkListFormat = 'aria2' | 'curl' | 'wget'

/** A set of files and what a press of its button leads to. */
export type FileSet = {
  readonly files: () => readonly OfferedFile[] | Promise<readonly OfferedFile[]>
} & (
  | { readonly use: 'folder' }
  | {
      readonly use: 'links'
      readonly format: LinkListFormat
      /** The list's file name. */
      readonly list: string
      /** How long its links lead anywhere. */
      readonly hours: number
    }
)
