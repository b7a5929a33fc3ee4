/*
 * Reads what the simulator must know of one video file: its length and what its picture is like.
 * The headers and a few pictures are read, never the whole file.
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
  /** Pictures per second, to two decimals. */
  readonly fps: number
  /** How the picture is encoded, in the API's word; null for what it has no word for. */
  readonly codec: 'H264' | 'HEVC' | 'AV1' | null
}

/** A file that can be read and is of no use. The message is a phrase. */
class UnusableClip extends Error {}

/** So many pictures tell how fast they follow one another. */
const COUNTED_PICTURES = 50

const codecs: Readonly<Record<string, ClipFacts['codec']>> = {
  avc: 'H264',
  hevc: 'HEVC',
  av1: 'AV1',
}

/**
 * Reads the facts of one file.
 *
 * @throws `Error` whose message is a phrase, when the file cannot be read, is no video, or holds no picture track.
 */
export async function readClipFacts(path: string): Promise<ClipFacts> {
  try {
    return await readFacts(path)
  } catch (cause) {
    throw new Error(describeFailure(cause as NodeJS.ErrnoException), { cause })
  }
}

/** Says what is wrong with a file. A parser's own words are not for the file's owner. */
function describeFailure(error: NodeJS.ErrnoException): string {
  if (error instanceof UnusableClip) return error.message
  if (error.code === 'ENOENT') return 'it is a link that leads nowhere'
  if (error.code !== undefined) return `it cannot be read (${error.code})`
  return 'it is broken, or no mp4, mov, webm, mkv or ts file'
}

async function readFacts(path: string): Promise<ClipFacts> {
  const { size, mtime } = await stat(path)
  if (size === 0) throw new UnusableClip('it is empty')
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) })
  try {
    const picture = await input.getPrimaryVideoTrack()
    if (picture === null) throw new UnusableClip('it holds no picture')
    // The header's figure is enough; some WebM files have none and must be walked through.
    const duration = (await input.getDurationFromMetadata()) ?? (await input.computeDuration())
    const { averagePacketRate } = await picture.computePacketStats(COUNTED_PICTURES)
    return {
      size,
      modified: mtime,
      duration,
      width: await picture.getDisplayWidth(),
      height: await picture.getDisplayHeight(),
      hasAudio: (await input.getPrimaryAudioTrack()) !== null,
      fps: Math.round(averagePacketRate * 100) / 100,
      codec: codecs[(await picture.getCodec()) ?? ''] ?? null,
    }
  } finally {
    input.dispose()
  }
}
