/*
 * A file that a script offers, and what came of it.
 */

/** What a script gives for a press of a download button. */
export interface Download {
  /** The file's name; absent: the one given to the button. */
  readonly name?: string
  /** The media type (`application/octet-stream`). */
  readonly type?: string
  /** Exact length in bytes; absent when it is not known before the last byte. */
  readonly size?: number
  /** The bytes; pulled only as fast as the browser takes them. */
  readonly body: AsyncIterable<Uint8Array>
  /** Asked once when the bytes are out: what was and what was not in them. */
  readonly outcome?: () => DownloadSummary
  /** Asked about once a second while the bytes go out: what the person is shown. */
  readonly progress?: () => DownloadProgress
}

/** How far a download, or its preparation, has come. */
export interface DownloadProgress {
  /** What is being sent or prepared now, a short line: `Harbour at dawn`. */
  readonly text: string
  /** How many files have left. */
  readonly done?: number
  /** How many files there are, where there are several. */
  readonly total?: number
  /** What has failed so far. */
  readonly failures?: DownloadSummary['failures']
}

/** Whoever sends a download says so more often than this, in milliseconds; else it has stopped. */
export const SILENT_MS = 20_000

/** A download that is being prepared or sent, as its page shows it. */
export interface GoingDownload extends DownloadProgress {
  /** The name it is saved under. */
  readonly file: string
  /** Bytes that have left; absent while it is being prepared. */
  readonly bytes?: number
  /** Exact length in bytes, where it is known. */
  readonly size?: number
  /** How many have failed, where `failures` holds only the first of them. */
  readonly failed?: number
}

/** Tells the page how far the preparation has come, before the first byte. */
export type Preparing = (progress: DownloadProgress) => void

/** What was in a download and what was not. */
export interface DownloadSummary {
  /** Files that are whole. */
  readonly files: readonly {
    /** The name it is saved under. */
    readonly name: string
    /** Bytes. */
    readonly size: number
    /** The script's own name for it. */
    readonly key?: string
  }[]
  /** Files that are missing or damaged. */
  readonly failures: readonly {
    /** What the person knows it by. */
    readonly title: string
    /** Why; a sentence to the person. */
    readonly reason: string
    /** The script's own name for it. */
    readonly key?: string
  }[]
}

/** What came of a download that was sent to its last byte. */
export interface DownloadOutcome extends DownloadSummary {
  /** The name it was saved under. */
  readonly file: string
  /** Bytes sent. */
  readonly bytes: number
}
