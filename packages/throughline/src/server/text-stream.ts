/*
 * A body that is written to as it comes about; nothing is sent before the first text.
 */

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
  const body = new ReadableStream<Uint8Array>({
    start(made) {
      controller = made
    },
    cancel() {
      controller = undefined
    },
  })
  return {
    body,
    started,
    write(text) {
      controller?.enqueue(encoder.encode(text))
      start()
    },
    close() {
      controller?.close()
      controller = undefined
    },
  }
}
