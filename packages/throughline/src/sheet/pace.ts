/*
 * No more requests in a minute than Google allows, whatever the number of processes.
 *
 * 1. There are so many places, each a lease of a minute that nobody gives back: whoever finds one free makes its request.
 *    So no sixty seconds see more requests than there are places.
 * 2. Few requests go out at once. A process that has made many of late spreads the next ones over the minute, so that
 *    nobody waits for the whole of it.
 */
import { setTimeout } from 'node:timers/promises'
import { createId } from '../base/random.ts'
import type { TurnContext } from './turn.ts'

/** Waits until one more request may be made. */
export type Pace = () => Promise<void>

const MINUTE_MS = 60_000
/** Of 60: the rest is for `throughline doctor`, and for other programs of the same service account. */
const PLACES = 55
/** So many in a minute are made without a pause. */
const AT_ONCE = 20
const PAUSE_MS = 1100
const ASK_AGAIN_MS = 250

/** Makes the pace of one kind of request. @param kind Names it, among those of one sheet. */
export function createPace({ sessions, clock, name, random }: TurnContext, kind: string): Pace {
  /** When this process has made its requests of late, by a clock that nobody sets. */
  let made: readonly number[] = []

  async function takePlace(): Promise<boolean> {
    const owner = createId(random)
    const now = clock()
    for (let place = 0; place < PLACES; place += 1) {
      const lease = `${name}/${kind}/${place}`
      if ((await sessions.takeLease(lease, owner, now, now + MINUTE_MS)) !== undefined) return true
    }
    return false
  }

  return async () => {
    const now = performance.now()
    made = made.filter((time) => time > now - MINUTE_MS)
    const last = made.at(-1)
    if (last !== undefined && made.length >= AT_ONCE) {
      await setTimeout(Math.max(0, last + PAUSE_MS - now))
    }
    while (!(await takePlace())) await setTimeout(ASK_AGAIN_MS)
    made = [...made, performance.now()]
  }
}

/** For a server that counts nothing. */
export const unpaced: Pace = () => Promise.resolve()
