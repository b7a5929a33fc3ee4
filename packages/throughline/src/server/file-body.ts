/*
 * One opened file, or a range of it, as the body of an answer: exactly as long as the answer says, or broken off.
 */
import { ThroughlineError } from '../base/error.ts'

/**
 * Sends so many bytes of a source, as fast as they are taken.
 *
 * @param isRest Whether the source should end with them.
 * @param done Called once: with an error where the source gave too few or too many.
 */
export function fileBody(
  source: AsyncIterable<Uint8Array>,
  length: number,
  isRest: boolean,
  done: (error?: unknown) => void,
): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  let left = length
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await iterator.next()
          if (next.done === true) throw wrongSize(length, length - left)
          const { value } = next
          const given = length - left + value.byteLength
          const chunk = value.subarray(0, left)
          left -= chunk.byteLength
          controller.enqueue(chunk)
          if (left > 0) return
          controller.close()
          done(isRest && given > length ? wrongSize(length, given) : undefined)
          await closeSource(iterator)
        } catch (error) {
          controller.error(error)
          done(error)
          await closeSource(iterator)
        }
      },
      async cancel() {
        done()
        await closeSource(iterator)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Ends a source of which nothing is wanted. */
export function discardSource(source: AsyncIterable<Uint8Array>): Promise<void> {
  return closeSource(source[Symbol.asyncIterator]())
}

async function closeSource(source: AsyncIterator<Uint8Array>): Promise<void> {
  // What fails while it is ended is of no use to anybody.
  await source.return?.().catch(() => {})
}

function wrongSize(length: number, bytes: number): ThroughlineError {
  return new ThroughlineError(
    'server.file-size',
    `An offered file was to give ${length} bytes from where it was opened, and gave ${bytes}. ` +
      'open() returns the whole file’s exact length, and the bytes from "start" to its end.',
    { attribution: 'script', details: { length, bytes } },
  )
}
