/*
 * The log of requests that a simulator received, for tests to read. Holds no secret: header values and bodies
 * are never kept, and secret parts of addresses are struck out.
 */

/** Which of the three servers received a request. */
export type OriginName = 'api' | 'player' | 'cdn'

/** One request. */
export interface LoggedRequest {
  /** Which server received it. */
  readonly origin: OriginName
  /** Method, upper case. */
  readonly method: string
  /** Path without query; signatures are struck out. */
  readonly path: string
  /** Query with its question mark, or empty; values that are secret or one-time are struck out. */
  readonly query: string
  /** When it came, ISO 8601, by the simulator's clock. */
  readonly time: string
  /** Status that was answered; 0 where nothing was. */
  readonly status: number
  /** Why the answer is as it is, where there is something to say. */
  readonly reason?: string
  /** Whether it carried an Authorization header. On player and CDN none should. */
  readonly hasAuthorization: boolean
  /** The Range header, if there was one. */
  readonly range?: string
}

const secretParameters = [
  'access_token',
  'client_secret',
  'code',
  'code_challenge',
  'code_verifier',
  'device_code',
  'refresh_token',
  'signature',
  'state',
  'user_code',
]

/** Describes a request and what became of it. */
export function toLoggedRequest(
  request: Request,
  outcome: Pick<LoggedRequest, 'origin' | 'status'> & {
    readonly time: Date
    readonly reason: string | undefined
  },
): LoggedRequest {
  const { origin, time, status, reason } = outcome
  const url = new URL(request.url)
  for (const name of secretParameters)
    if (url.searchParams.has(name)) url.searchParams.set(name, '…')
  const range = request.headers.get('range')
  return {
    origin,
    method: request.method,
    path: url.pathname.replace(/~hmac=[0-9a-f]+/, '~hmac=…'),
    query: url.search.replaceAll('%E2%80%A6', '…'),
    time: time.toISOString(),
    status,
    ...(reason !== undefined && { reason }),
    hasAuthorization: request.headers.has('authorization'),
    ...(range !== null && { range }),
  }
}
