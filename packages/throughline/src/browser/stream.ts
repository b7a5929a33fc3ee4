/*
 * Reads the event stream: one news number after another, until it ends, falls silent or is aborted.
 */
import { HEADER } from '../protocol/fields.ts'
import { NEWS_PATH } from '../protocol/paths.ts'
import { readLines } from './frames.ts'

const LONGEST_SILENCE_MS = 40_000

/**
 * How a stream came to its end. `outdated`: the server does not know the token any more; a number: after so many
 * milliseconds the server asks to come back.
 */
export type StreamEnd = 'outdated' | number | undefined

/** Reads one stream to its end; `heard` is called with each number. */
export async function readStream(
  tab: string,
  token: string,
  signal: AbortSignal,
  heard: (news: number) => void,
): Promise<StreamEnd> {
  let end: StreamEnd
  const silence = new AbortController()
  const leave = () => silence.abort()
  let timer = setTimeout(leave, LONGEST_SILENCE_MS)
  signal.addEventListener('abort', leave)
  try {
    const response = await fetch(NEWS_PATH, {
      headers: { accept: 'text/event-stream', [HEADER.tab]: tab, [HEADER.token]: token },
      cache: 'no-store',
      signal: silence.signal,
    })
    if ([204, 401, 403, 409].includes(response.status)) return 'outdated'
    for await (const line of readLines(response)) {
      clearTimeout(timer)
      timer = setTimeout(leave, LONGEST_SILENCE_MS)
      if (line.startsWith('data:')) heard(Number(line.slice('data:'.length)))
      if (line.startsWith('retry:')) end = Number(line.slice('retry:'.length))
    }
  } catch {
    // Cut, silent or aborted: all the same to the caller, which opens another.
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
  return end
}
