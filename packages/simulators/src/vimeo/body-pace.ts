/*
 * How the bytes of a body leave: no faster than so, and up to where the connection breaks or falls silent.
 * Knows nothing of files and of HTTP.
 */
import { setTimeout as wait } from 'node:timers/promises'

/** What is done to a body. */
export interface Pace {
  /** Breaks off after so many bytes; null for never. */
  readonly cutAfterBytes: number | null
  /** Falls silent after so many bytes; null for never. */
  readonly stallAfterBytes: number | null
  /** Null for as fast as they are taken. */
  readonly bytesPerSecond: number | null
  /** Breaks the connection. */
  readonly breakConnection: () => void
}

/** A slow body leaves in so many pieces a second. */
const PIECES_PER_SECOND = 10

/** Lets a body leave at a pace. Where nothing is asked for, it is the body itself. */
export function paceBody(body: ReadableStream<Uint8Array>, pace: Pace): ReadableStream<Uint8Array> {
  const { cutAfterBytes, stallAfterBytes, bytesPerSecond, breakConnection } = pace
  if (cutAfterBytes === null && stallAfterBytes === null && bytesPerSecond === null) return body
  const reader = body.getReader()
  const [cut, stall] = [cutAfterBytes ?? Infinity, stallAfterBytes ?? Infinity]
  const piece = bytesPerSecond === null ? Infinity : Math.ceil(bytesPerSecond / PIECES_PER_SECOND)
  let sent = 0
  let rest = new Uint8Array()
  return new ReadableStream<Uint8Array>(
    {
      // It breaks off when more is asked for, which is after what came before was written, and without an error of
      // ours that somebody would report.
      async pull(controller) {
        if (sent >= cut) return breakConnection()
        if (sent >= stall) return silence()
        if (rest.length === 0) {
          const { done, value } = await reader.read()
          if (done) return controller.close()
          rest = value as Uint8Array<ArrayBuffer>
        }
        // The timer must not keep a program alive whose simulator was closed.
        if (bytesPerSecond !== null && sent > 0)
          await wait((1000 * piece) / bytesPerSecond, undefined, { ref: false })
        const chunk = rest.subarray(0, Math.min(piece, cut - sent, stall - sent))
        rest = rest.subarray(chunk.length)
        sent += chunk.length
        controller.enqueue(chunk)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/** Lets so many bytes of a body leave and then nothing more. */
export function stallBody(
  body: ReadableStream<Uint8Array>,
  stallAfterBytes: number,
): ReadableStream<Uint8Array> {
  const breakConnection = () => {}
  return paceBody(body, {
    cutAfterBytes: null,
    stallAfterBytes,
    bytesPerSecond: null,
    breakConnection,
  })
}

function silence(): Promise<void> {
  return new Promise(() => {})
}
