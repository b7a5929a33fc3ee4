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
  /** Status that was answered. */
  readonly status: number
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

/** Describes a request and the status it was answered with. */
export function toLoggedRequest(
  origin: OriginName,
  request: Request,
  status: number,
): LoggedRequest {
  const url = new URL(request.url)
  for (const name of secretParameters)
    if (url.searchParams.has(name)) url.searchParams.set(name, '…')
  const range = request.headers.get('range')
  return {
    origin,
    method: request.method,
    path: url.pathname.replace(/~hmac=[0-9a-f]+/, '~hmac=…'),
    query: url.search.replaceAll('%E2%80%A6', '…'),
    status,
    hasAuthorization: request.headers.has('authorization'),
    ...(range !== null && { range }),
  }
}
