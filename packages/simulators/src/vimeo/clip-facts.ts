/*
 * Reads what the simulator must know of one video file: its length and the size of its picture.
 * Only the headers are read, never the whole file.
 */
import { stat } from 'node:fs/promises'

import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny'

/** What a video file says of itself. */
export interface ClipFacts {
  /** File size in bytes. */
  readonly size: number
  /** When the file was last changed. */
  readonly modified: Date
  /** Length in seconds, not rounded. */
  readonly duration: number
  /** Picture width in pixels, as shown. */
  readonly width: number
  /** Picture height in pixels, as shown. */
  readonly height: number
  /** Whether there is sound. */
  readonly hasAudio: boolean
}

/**
 * Reads the facts of one file.
 *
 * @throws `Error` when the file cannot be read, is no video, or holds no picture track.
 */
export async function readClipFacts(path: string): Promise<ClipFacts> {
  const { size, mtime } = await stat(path)
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) })
  try {
    const picture = await input.getPrimaryVideoTrack()
    if (picture === null) throw new Error('it holds no picture track')
    // The header's figure is enough; some WebM files have none and must be walked through.
    const duration = (await input.getDurationFromMetadata()) ?? (await input.computeDuration())
    return {
      size,
      modified: mtime,
      duration,
      width: await picture.getDisplayWidth(),
      height: await picture.getDisplayHeight(),
      hasAudio: (await input.getPrimaryAudioTrack()) !== null,
    }
  } finally {
    input.dispose()
  }
}
