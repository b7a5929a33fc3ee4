/*
 * A `fetch` for small answers of servers that may be broken or hostile: no redirects, a cap on the decompressed
 * body, one deadline over everything, one attempt.
 *
 * It knows nothing of OAuth. Downloads do not go through here: the whole body is held in memory.
 */
import { ThroughlineError } from '../base/error.ts'
import { assertEndpoint } from './authorization-server.ts'
import { toPlace } from './oauth-error.ts'

/** How much of a server's time and bytes we take. */
export interface Bounds {
  /** Cap on the body after decompression, in bytes (1 MiB). */
  readonly maximumBytes?: number
  /** From the call to the last byte of the body, in milliseconds (10 s). */
  readonly deadlineMilliseconds?: number
}

const ONE_MEBIBYTE = 1_048_576
const TEN_SECONDS = 10_000

/** A `fetch` whose response is complete when its promise resolves. */
export type BoundedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * Wraps a `fetch`. The response has its body in memory, decompressed. A request is never repeated here.
 *
 * @throws From the wrapped function: `oauth.endpoint-refused`; `oauth.redirect-refused`; `oauth.answer-too-large`;
 *   `oauth.unavailable` for a deadline or a broken connection, with `details.reason`. When the caller's own
 *   `init.signal` aborts, its reason is thrown.
 */
export function createBoundedFetch(
  fetch: typeof globalThis.fetch,
  bounds: Bounds = {},
): BoundedFetch {
  const { maximumBytes = ONE_MEBIBYTE, deadlineMilliseconds = TEN_SECONDS } = bounds
  return async (input, init = {}) => {
    const url = assertEndpoint(String(input), 'url')
    const own = new AbortController()
    const deadline = setTimeout(() => own.abort(), deadlineMilliseconds)
    const signal = init.signal ? AbortSignal.any([own.signal, init.signal]) : own.signal
    const aborted = rejectedBy(signal)
    try {
      const request = await withSingleUseBody(init)
      const answer = fetch(url.href, { ...request, redirect: 'manual', signal })
      const response = await Promise.race([answer, aborted])
      assertNoRedirect(response, url)
      const body = await readBody(response, maximumBytes, aborted, url)
      return copyResponse(response, body)
    } catch (thrown) {
      if (thrown instanceof ThroughlineError) throw thrown
      if (init.signal?.aborted) throw init.signal.reason
      throw createUnavailableError(url, own.signal.aborted ? 'deadline' : toReason(thrown))
    } finally {
      clearTimeout(deadline)
      // Frees the socket of a body that was not read to its end; after the end it changes nothing.
      own.abort()
    }
  }
}

/**
 * Makes the body one that can be read once, and so sent once. After a 421 the platform's `fetch` repeats a request
 * whose body it can read again (Fetch standard, HTTP-network-or-cache fetch), and a code would go out twice.
 */
async function withSingleUseBody(init: RequestInit): Promise<RequestInit> {
  if (init.body === undefined || init.body === null) return init
  const whole = new Response(init.body)
  const bytes = await whole.blob()
  const headers = new Headers(init.headers)
  const impliedType = whole.headers.get('content-type')
  if (impliedType !== null && !headers.has('content-type')) headers.set('content-type', impliedType)
  headers.set('content-length', String(bytes.size))
  return { ...init, headers, body: bytes.stream(), duplex: 'half' }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  if (signal.aborted) reject(signal.reason)
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return promise
}

/** Reads the body chunk by chunk, so that what is beyond the cap is never held. */
async function readBody(
  response: Response,
  maximumBytes: number,
  aborted: Promise<never>,
  url: URL,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(response.headers.get('content-length') ?? 0)
  if (announced > maximumBytes) throw createTooLargeError(url, maximumBytes)
  const chunks: Uint8Array[] = []
  let size = 0
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader()
  while (reader) {
    const { done, value } = await Promise.race([reader.read(), aborted])
    if (done) break
    size += value.byteLength
    if (size > maximumBytes) throw createTooLargeError(url, maximumBytes)
    chunks.push(value)
  }
  return new Uint8Array(Buffer.concat(chunks, size))
}

/** Makes a response of what was read; its headers no longer speak of the bytes on the wire. */
function copyResponse(response: Response, body: Uint8Array<ArrayBuffer>): Response {
  const headers = new Headers(response.headers)
  headers.delete('content-encoding')
  headers.delete('content-length')
  const { status, statusText } = response
  return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers })
}

function assertNoRedirect(response: Response, url: URL): void {
  const { status, type } = response
  if (!response.redirected && type !== 'opaqueredirect' && (status < 300 || status > 399)) return
  throw new ThroughlineError(
    'oauth.redirect-refused',
    `${toPlace(url.href)} answered with a redirect (${status}), which is never followed: secrets go only to the URLs in the provider record. Correct the URL there.`,
    { attribution: 'provider', details: { endpoint: toPlace(url.href), status } },
  )
}

function createTooLargeError(url: URL, maximumBytes: number): ThroughlineError {
  return new ThroughlineError(
    'oauth.answer-too-large',
    `The answer of ${toPlace(url.href)} has more than ${maximumBytes} bytes; it was not read further.`,
    { attribution: 'provider', details: { endpoint: toPlace(url.href), expected: maximumBytes } },
  )
}

function createUnavailableError(url: URL, reason: string): ThroughlineError {
  const message =
    reason === 'deadline'
      ? `${toPlace(url.href)} did not answer completely in time.`
      : `${toPlace(url.href)} could not be reached, or broke off (${reason}).`
  return new ThroughlineError('oauth.unavailable', `${message} Try again later.`, {
    attribution: 'provider',
    details: { endpoint: toPlace(url.href), reason },
  })
}

/** Finds the system's name for a failure; messages and causes are left behind, for they may quote the request. */
export function toReason(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const { code } = error as { readonly code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code
  }
  return 'network'
}
