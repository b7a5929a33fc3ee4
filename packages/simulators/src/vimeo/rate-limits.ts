/*
 * The rate limit: requests per person and minute, by plan. A request without `fields` costs two.
 *
 * @see https://developer.vimeo.com/guidelines/rate-limiting
 */
import { createFullError, type VimeoRefusal } from './answers.ts'
import { toVimeoTime } from './representation.ts'
import type { VimeoPlan, VimeoSwitches } from './switches.ts'

/** Length of the counting window. */
const WINDOW_MILLISECONDS = 60_000

const requestsByPlan: Readonly<Record<VimeoPlan, number>> = {
  free: 25,
  starter: 125,
  standard: 250,
  advanced: 750,
  studio: 1500,
  enterprise: 2500,
  basic: 25,
  plus: 125,
  pro: 250,
  business: 500,
  live_premium: 750,
}

/** What one request left of the limit. */
export interface RateLimitState {
  /** The three headers of the answer. Their figures assume `fields`. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether the request was over the limit. */
  readonly isExceeded: boolean
}

/** Counts the requests of each person in windows of a minute, each starting with its first request. */
export class RateLimits {
  readonly #now: () => Date
  readonly #windows = new Map<string, { endsAt: number; used: number }>()

  constructor(now: () => Date) {
    this.#now = now
  }

  /** Counts one request of a person. One over the limit costs nothing further. */
  count(personUri: string, hasFields: boolean, switches: VimeoSwitches): RateLimitState {
    const time = this.#now().getTime()
    const limit = 2 * (switches.requestsPerMinute ?? requestsByPlan[switches.plan])
    let window = this.#windows.get(personUri)
    if (window === undefined || time >= window.endsAt) {
      window = { endsAt: time + WINDOW_MILLISECONDS, used: 0 }
      this.#windows.set(personUri, window)
    }
    const cost = hasFields ? 1 : 2
    const isExceeded = window.used + cost > limit
    window.used = Math.min(limit, window.used + cost)
    return {
      isExceeded,
      headers: {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(limit - window.used),
        'x-ratelimit-reset':
          switches.rateLimitReset === 'iso'
            ? toVimeoTime(new Date(window.endsAt))
            : String(Math.ceil(window.endsAt / 1000)),
      },
    }
  }
}

/** Makes the refusal of a request over the limit. */
export function createRateLimitError(
  { rateLimitCode, rateLimitText }: VimeoSwitches,
  headers: Readonly<Record<string, string>> = {},
): VimeoRefusal {
  return createFullError({
    status: 429,
    code: rateLimitCode,
    error: rateLimitText,
    developerMessage: 'Your application has made too many API requests.',
    headers,
  })
}
