/*
 * What a program counts of itself. Labels are names of ours (a route, a status, an event), never what a request said.
 */
import type { SecurityEvent } from '../connect/security-event.ts'
import { Counter, Histogram } from './metrics-text.ts'

/** Upper bounds of how long answers take, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]
const REFRESH = /^grant\.(refreshed|refresh-failed|ended)$/

/** The counts of one program. */
export class Meter {
  readonly requests = new Counter(
    'throughline_requests_total',
    'Requests that were answered, or left before that.',
    ['route', 'status'],
  )
  readonly seconds = new Histogram(
    'throughline_request_seconds',
    'From a request to the last byte of its answer.',
    ['route'],
    SECONDS,
  )
  readonly presses = new Counter('throughline_presses_total', 'Presses of buttons.')
  readonly #events = new Counter(
    'throughline_events_total',
    'What happened to connections and sessions.',
    ['event'],
  )
  readonly #refreshes = new Counter(
    'throughline_refreshes_total',
    'Access tokens that were to be renewed, by what came of it.',
    ['outcome'],
  )
  readonly #providerCalls = new Counter(
    'throughline_provider_calls_total',
    'Requests to providers and their APIs: 2xx, 3xx, 4xx, 5xx, or failed where no answer came.',
    ['outcome'],
  )

  /** Counts an event; a refresh by its outcome too. */
  event({ event }: SecurityEvent): void {
    this.#events.add(event)
    const outcome = REFRESH.exec(event)?.[1]
    if (outcome !== undefined) this.#refreshes.add(outcome)
  }

  /** A `fetch` whose answers are counted. */
  counted(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      try {
        const response = await fetch(input, init)
        this.#providerCalls.add(`${Math.floor(response.status / 100)}xx`)
        return response
      } catch (error) {
        this.#providerCalls.add('failed')
        throw error
      }
    }
  }

  toString(): string {
    const { requests, seconds, presses } = this
    return [requests, seconds, presses, this.#events, this.#refreshes, this.#providerCalls].join('')
  }
}
