/*
 * The log of requests that a simulator received. Holds no secret: headers and bodies are not kept.
 */

/** One request. */
export interface LoggedRequest {
  /** Method, upper case. */
  readonly method: string
  /** Path, decoded. */
  readonly path: string
  /** Query with its question mark, or empty. */
  readonly query: string
  /** Whether it was counted as a read or a write; undefined for tokens, and what is no call at all. */
  readonly kind?: 'read' | 'write'
  /** When it came, ISO 8601, by the simulator's clock. */
  readonly time: string
  /** Status that was answered; 0 where nothing was. */
  readonly status: number
  /** What an error said, or what a switch did. */
  readonly reason?: string
}

/** Longest log that is kept; older requests fall out. */
export const MOST_REQUESTS = 10_000
