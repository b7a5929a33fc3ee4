/*
 * The bytes of a file, for as long as the session is there that it was asked for in: signing out, here or everywhere,
 * on whatever node, breaks off what is being sent.
 */
import { ThroughlineError } from '../base/error.ts'
import type { Program } from './program.ts'

/** How often it is looked whether the session is there: signing out takes effect within a second (SE-07). */
const LOOK_MS = 500

/** Gives the bytes of a source until the session ends; its end is that of the source. */
export function whileSignedIn(
  { identity: { sessions, clock } }: Pick<Program, 'identity'>,
  sessionKey: string,
  source: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  let lookedAt: number | undefined
  const look = async () => {
    const now = clock()
    if (lookedAt !== undefined && Math.abs(now - lookedAt) < LOOK_MS) return
    if ((await sessions.findSession(sessionKey)) === undefined) throw signedOut()
    lookedAt = now
  }
  return {
    [Symbol.asyncIterator]: () => ({
      // Looked at after the wait: what a slow source gives late is not sent to who has gone.
      async next() {
        const next = await iterator.next()
        await look()
        return next
      },
      async return() {
        await iterator.return?.()
        return { done: true, value: undefined }
      },
    }),
  }
}

function signedOut(): ThroughlineError {
  return new ThroughlineError(
    'server.signed-out',
    'The session that this file was asked for in has ended, so it was not sent to its end. Open the page and ask for it again.',
    { attribution: 'person' },
  )
}
