/*
 * Vimeo's rate limit as its answers tell it: requests per person and minute. Waits before Vimeo would
 * refuse, for who goes on asking is blocked. Must never know what is asked for.
 *
 * The figures of the headers assume `fields`, which every request of ours sends.
 *
 * Source: developer.vimeo.com/guidelines/rate-limiting.
 */

/** What the answers of one connection said last. */
interface Quota {
  remaining: number
  resetsAt: number
}

/** Vimeo counts requests by the minute; one second more for clocks that differ. */
const LONGEST_PAUSE_MS = 61_000
const CLOCKS_DIFFER_MS = 1000

const quotas = new WeakMap<object, Quota>()

/**
 * Counts a request that is about to be sent.
 *
 * @returns Milliseconds to wait first; 0 when the request may go at once.
 */
export function pauseBefore(connection: object, now: number): number {
  const quota = quotas.get(connection)
  if (quota === undefined) return 0
  if (now > quota.resetsAt) {
    quotas.delete(connection)
    return 0
  }
  if (quota.remaining <= 0) return bounded(quota.resetsAt - now + CLOCKS_DIFFER_MS)
  quota.remaining -= 1
  return 0
}

/** Notes what an answer says is left of the minute. */
export function noteQuota(connection: object, { headers }: Response): void {
  const remaining = headers.get('x-ratelimit-remaining') ?? ''
  const resetsAt = resetOf(headers)
  if (!/^\d+$/.test(remaining) || resetsAt === undefined) return
  const known = quotas.get(connection)
  // Answers overtake each other: within one window the smallest figure is the newest.
  const isSameWindow = known !== undefined && Math.abs(known.resetsAt - resetsAt) < 2000
  const least = isSameWindow ? Math.min(known.remaining, Number(remaining)) : Number(remaining)
  quotas.set(connection, { remaining: least, resetsAt })
}

/** Returns how many milliseconds to wait after a 429. */
export function pauseAfterRefusal({ headers }: Response, now: number): number {
  const resetsAt = resetOf(headers)
  return resetsAt === undefined ? LONGEST_PAUSE_MS : bounded(resetsAt - now + CLOCKS_DIFFER_MS)
}

/** `X-RateLimit-Reset` is an ISO date-time, in old documents epoch seconds. */
function resetOf(headers: Headers): number | undefined {
  const reset = headers.get('x-ratelimit-reset') ?? ''
  const at = /^\d+$/.test(reset) ? Number(reset) * 1000 : Date.parse(reset)
  return Number.isNaN(at) ? undefined : at
}

function bounded(pause: number): number {
  return Math.min(Math.max(pause, CLOCKS_DIFFER_MS), LONGEST_PAUSE_MS)
}
