/*
 * One document of a server, read over and over: kept for a while, asked for once whoever asks, and never lost to a
 * bad moment of the server.
 *
 *   young          → the copy
 *   old, or none   → one reading for all who wait; where it fails, the copy that there is
 *   needed anew    → the same, but at most once a minute, however often it is needed
 */
import type { Clock } from '../base/clock.ts'

/** A server that fails, or is asked by an attacker's doing, is asked again after this time only. */
const ASK_AGAIN_MS = 60_000

/** A copy of what a server says. */
export interface KeptCopy<Value> {
  /**
   * The copy; read first where there is none, read anew where it is old.
   *
   * @throws What the reading threw, where there is no copy at all.
   */
  readonly get: () => Promise<Value>
  /** The copy, read anew although it is young, unless that was tried less than a minute ago. */
  readonly renew: () => Promise<Value>
}

/**
 * Keeps a copy of what `read` gives.
 *
 * @param maximumAgeMs How long a copy is young.
 */
export function keepCopy<Value>(
  read: () => Promise<Value>,
  clock: Clock,
  maximumAgeMs: number,
): KeptCopy<Value> {
  let copy: { readonly value: Value; readonly readAt: number } | undefined
  let triedAt: number | undefined
  let underWay: Promise<Value> | undefined

  const readAnew = (): Promise<Value> => {
    underWay ??= readOnce().finally(() => (underWay = undefined))
    return underWay
  }
  const readOnce = async (): Promise<Value> => {
    triedAt = clock()
    try {
      const value = await read()
      copy = { value, readAt: clock() }
      return value
    } catch (error) {
      if (copy === undefined) throw error
      return copy.value
    }
  }
  // A clock that was set back is as far from the reading as one that has gone on.
  const isWithin = (at: number, milliseconds: number) => Math.abs(clock() - at) < milliseconds
  const wasJustTried = () => triedAt !== undefined && isWithin(triedAt, ASK_AGAIN_MS)
  return {
    get: async () => {
      if (copy === undefined) return readAnew()
      return isWithin(copy.readAt, maximumAgeMs) || wasJustTried() ? copy.value : readAnew()
    },
    renew: async () => (copy === undefined || !wasJustTried() ? readAnew() : copy.value),
  }
}
