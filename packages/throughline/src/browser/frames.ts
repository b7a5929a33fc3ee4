/*
 * Reads an answer's frames from its body, line by line, as they arrive.
 */
import { FRAMES_TYPE } from '../protocol/fields.ts'
import { parseFrame } from '../protocol/frame.ts'
import type { Frame } from '../protocol/frame.ts'

/** Tells whether an answer is made of frames. */
export function hasFrames(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith(FRAMES_TYPE) ?? false
}

/** Yields each frame of an answer. Throws when the connection is cut. */
export async function* readFrames(response: Response): AsyncGenerator<Frame> {
  for await (const line of readLines(response)) if (line.trim() !== '') yield parseFrame(line)
}

/** Yields each line of a body, without its end. A line that is cut off at the end is dropped. */
export async function* readLines(response: Response): AsyncGenerator<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (reader === undefined) return
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + value).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } finally {
    void reader.cancel().catch(() => {})
  }
}
