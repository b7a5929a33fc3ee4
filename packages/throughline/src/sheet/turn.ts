/*
 * One writer at a time: processes that share a session store take turns, and so keep within what Google allows them
 * together.
 */
import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { createId, type Random } from '../base/random.ts'
import type { Lease, SessionStore } from '../store/session-store.ts'

/** What turns are taken with. */
export interface TurnContext {
  readonly sessions: Pick<SessionStore, 'takeLease' | 'renewLease' | 'releaseLease'>
  readonly clock: Clock
  readonly random: Random
  /** Names what is written to. */
  readonly name: string
}

/** Whoever is killed in its turn holds up the others for so long. */
const LEASE_MS = 15_000
const ASK_AGAIN_MS = 25

/** Does something while nobody else does, in this process or another. */
export async function inTurn<Result>(
  { sessions, clock, random, name }: TurnContext,
  work: () => Promise<Result>,
): Promise<Result> {
  const owner = createId(random)
  const take = async (what: string): Promise<Lease> => {
    for (;;) {
      const lease = await sessions.takeLease(what, owner, clock(), clock() + LEASE_MS)
      if (lease !== undefined) return lease
      await setTimeout(ASK_AGAIN_MS)
    }
  }
  // Who has just had a turn finds whoever waits in front, and cannot take one after the other.
  const next = await take(`${name}/next`)
  const held = await take(name)
  await sessions.releaseLease(next)
  const renewal = setInterval(() => {
    // A lease that lapses lets another write at the same time: no change overwrites what was not read.
    sessions.renewLease(held, clock() + LEASE_MS).catch(() => {})
  }, LEASE_MS / 3)
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    await sessions.releaseLease(held)
  }
}
