/*
 * A file that a script offers by name, to be opened when a browser or program asks for it.
 */

/** One file of several that a script offers. */
export interface OfferedFile {
  /** The script's own name for it; unique among the files offered. */
  readonly key: string
  /** The name under which it is saved. */
  readonly name: string
  /** Exact length in bytes, if known. */
  readonly size?: number
  /** The media type, if known. */
  readonly type?: string
  /** Opens the file, from a byte on (0). Called when a browser or program asks for it. */
  open(start: number): Promise<{
    readonly size: number
    readonly body: AsyncIterable<Uint8Array>
    readonly validator?: string
  }>
}
