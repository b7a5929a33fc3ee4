/*
 * A body that is written to as it comes about; nothing is sent before the first text.
 */

/** A reader that leaves this many bytes unread is given up: it comes back and asks for the whole. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024

/** A body being written. */
export interface TextStream {
  readonly body: ReadableStream<Uint8Array>
  /** Resolves at the first write. */
  readonly started: Promise<void>
  write(text: string): void
  close(): void
}

/** Makes a body. Writes after the reader has gone are dropped. */
export function createTextStream(): TextStream {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let start = () => {}
  const started = new Promise<void>((resolve) => (start = resolve))
  const body = new ReadableStream<Uint8Array>(
    {
      start(made) {
        controller = made
      },
      cancel() {
        controller = undefined
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  )
  return {
    body,
    started,
    write(text) {
      controller?.enqueue(encoder.encode(text))
      start()
      if ((controller?.desiredSize ?? 0) >= -MOST_UNREAD_BYTES) return
      controller?.error(new Error('The reader has stopped reading.'))
      controller = undefined
    },
    close() {
      controller?.close()
      controller = undefined
    },
  }
}
