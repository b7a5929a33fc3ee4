/*
 * One request to a link that needs no credential: is what answers the file wanted, how long is it,
 * which version? Knows HTTP; must never know Vimeo's API, and sends no header that is not written here.
 *
 * A web page is never taken for a video: where a link has expired, the provider's home page may
 * answer with 200. So the media type decides, and must be a video's or unspecific.
 *
 * Source: RFC 9110 sections 8.3 (Content-Type), 8.8 (validators), 14.4 (Content-Range); RFC 6266.
 */
import { ThroughlineError } from 'throughline'

/** What a request to a link needs of the world. */
export interface Network {
  /** Plain `fetch`: it must add no credential. */
  readonly fetch: typeof fetch
  /** Resolves after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>
  /** Ends requests early. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without a byte after which a connection counts as broken (60,000). */
  readonly stallAfter?: number | undefined
}

/** What a link is to lead to. */
export type LinkPurpose = 'video' | 'captions' | 'picture'

/** What may help: the same after a while, a link that is new, or nothing. */
export type Remedy = 'patience' | 'fresh-link' | 'none'

/** A link did not lead to its file, or not to all of it. The message is a reason for the person. */
export class LinkError extends ThroughlineError {
  override readonly name = 'LinkError'
  /** What may help. */
  readonly remedy: Remedy
  /** Milliseconds that the server asks to wait; 0 if it did not say. */
  readonly pause: number

  constructor(reason: string, remedy: Remedy, cause?: unknown, pause = 0) {
    super('link.file-unavailable', reason, { attribution: 'person', cause })
    this.remedy = remedy
    this.pause = pause
  }
}

/** How a link is asked. */
export interface LinkRequest {
  /** HTTP method (`GET`). */
  readonly method?: 'GET' | 'HEAD'
  /** Further headers, e.g. `range`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds after which the request is given up, body included (no limit). */
  readonly limit?: number
  /** What the link is to lead to (a video). */
  readonly purpose?: LinkPurpose
}

/** Milliseconds without a byte after which a connection counts as broken, where nothing else is said. */
export const STALL_AFTER_MS = 60_000
/** More lead in a circle. */
const MOST_REDIRECTS = 10

/**
 * Requests a link, following redirects to where a link may lead.
 *
 * @returns A response with status 200 or 206 whose body is what was asked for; read it, best by
 *   {@link bytesOf}, or discard it.
 * @throws {@link LinkError} for any other answer, and when none came.
 */
export async function requestLink(
  network: Network,
  link: string,
  { method = 'GET', headers = {}, limit, purpose = 'video' }: LinkRequest = {},
): Promise<Response> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), network.stallAfter ?? STALL_AFTER_MS)
  const deadline = limit === undefined ? undefined : AbortSignal.timeout(limit)
  const signals = [network.signal, deadline, silence.signal].flatMap((signal) => signal ?? [])
  const init: RequestInit = {
    method,
    headers: {
      'accept-encoding': 'identity', // the length of a compressed answer is not the file's
      'user-agent': 'throughline-vimeo-exporter',
      ...headers,
    },
    credentials: 'omit',
    redirect: 'manual',
    signal: AbortSignal.any(signals),
  }
  let response: Response
  try {
    response = await follow(network, link, init)
  } catch (error) {
    if (error instanceof LinkError) throw error
    network.signal?.throwIfAborted()
    throw new LinkError('The file server could not be reached.', 'patience', error)
  } finally {
    clearTimeout(timer)
  }
  const problem = problemOf(response, purpose)
  if (problem === undefined) return response
  await discard(response)
  throw problem
}

/** Every step is checked before it is taken: a redirect may name anything. */
async function follow(network: Network, link: string, init: RequestInit): Promise<Response> {
  let url = usable(link)
  for (let steps = 0; ; steps += 1) {
    const response = await network.fetch(url.href, init)
    const { status, headers } = response
    const location = headers.get('location')
    const leads = [301, 302, 303, 307, 308].includes(status) && location !== null
    if (!leads || steps === MOST_REDIRECTS) return response
    await discard(response)
    url = usable(location, url)
  }
}

/**
 * Reads a body, which may be slow but not silent.
 *
 * @throws {@link LinkError} when no byte came for as long as the network allows. The time in which nobody
 *   asks for the next byte does not count.
 */
export async function* bytesOf(
  network: Network,
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader()
  const stallAfter = network.stallAfter ?? STALL_AFTER_MS
  let isSilent = false
  try {
    for (;;) {
      const timer = setTimeout(() => {
        isSilent = true
        void reader.cancel()
      }, stallAfter)
      const { done, value } = await reader.read().finally(() => clearTimeout(timer))
      if (isSilent) throw new LinkError('The file server sent nothing any more.', 'patience')
      if (done) return
      yield value
    }
  } finally {
    // Awaited by nobody: a body that broke rejects, and that is known already.
    reader.cancel().catch(() => {})
  }
}

/**
 * Ends a response whose body is not wanted. A single byte is read, so that the connection can be
 * used again; where it does not come, nothing is lost.
 */
export async function discard(response: Response): Promise<void> {
  const isByte = response.headers.get('content-length') === '1'
  const ended = isByte ? response.arrayBuffer() : response.body?.cancel()
  await Promise.resolve(ended).catch(() => {})
}

/** Plain HTTP is for simulators on this machine, and nothing secure leads there. */
function usable(link: string, from?: URL): URL {
  const url = URL.parse(link, from?.href)
  const isLoopback = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost'
  const mayBePlain = isLoopback && from?.protocol !== 'https:'
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && mayBePlain)) return url
  throw new LinkError('The link to the file is not a secure web address.', 'none')
}

const TYPES: Readonly<Record<LinkPurpose, RegExp>> = {
  video: /^(video\/.+|(application|binary)\/octet-stream|application\/(mp4|mxf))$/,
  captions: /^(text\/(vtt|plain)|(application|binary)\/octet-stream)$/,
  picture: /^image\/[\w.+-]+$/,
}
const NOUNS: Readonly<Record<LinkPurpose, string>> = {
  video: 'a video',
  captions: 'captions',
  picture: 'a picture',
}
const LONGEST_PAUSE_S = 60

function problemOf(response: Response, purpose: LinkPurpose): LinkError | undefined {
  const { status, headers } = response
  if (status === 429 || status >= 500) {
    const seconds = Math.min(Number(headers.get('retry-after')) || 0, LONGEST_PAUSE_S)
    const reason = `The file server is busy or out of order (${status}).`
    return new LinkError(reason, 'patience', undefined, Math.max(0, seconds) * 1000)
  }
  if (status === 404 || status === 410) {
    return new LinkError(`The link to the file is no longer valid (${status}).`, 'fresh-link')
  }
  if (status !== 200 && status !== 206) {
    return new LinkError(`The file server refused to give the file (${status}).`, 'fresh-link')
  }
  const type = contentTypeOf(response)
  if (!TYPES[purpose].test(type)) {
    const reason = `The link led to something else than ${NOUNS[purpose]} (${type}).`
    return new LinkError(reason, 'fresh-link')
  }
  if (!['', 'identity'].includes(headers.get('content-encoding') ?? '')) {
    return new LinkError('The file server changes the file on its way.', 'none')
  }
  return undefined
}

/**
 * Reads the media type without parameters, in lower case. None at all means "bytes" (RFC 9110,
 * 8.3).
 */
export function contentTypeOf({ headers }: Response): string {
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  return type === undefined || type === '' ? 'application/octet-stream' : type
}

/**
 * Reads how many bytes the whole file has, also from an answer with a part of it; absent if not
 * told.
 */
export function wholeSizeOf({ status, headers }: Response): number | undefined {
  const text =
    status === 206
      ? /^bytes \d+-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]
      : headers.get('content-length')
  return text !== undefined && text !== null && /^\d+$/.test(text) ? Number(text) : undefined
}

/** Reads at which byte of the file the body starts; absent if a partial answer does not tell. */
export function startOf({ status, headers }: Response): number | undefined {
  if (status !== 206) return 0
  const text = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1]
  return text === undefined ? undefined : Number(text)
}

/**
 * Reads what `If-Range` may name: the ETag unless it is weak, else Last-Modified; absent without
 * either.
 */
export function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get('etag')
  if (etag?.startsWith('"')) return etag
  return headers.get('last-modified') ?? undefined
}

/** Reads the names under which the file is known: as the server names it, then by its addresses. */
export function namesOf(response: Response, link: string): string[] {
  const disposition = response.headers.get('content-disposition') ?? ''
  const given = /filename\*?=(?:[\w-]+'[^']*')?"?([^";]+)/i.exec(disposition)?.[1]
  const urls = [response.url, link].flatMap((url) => URL.parse(url) ?? [])
  const seen = urls.flatMap((url) => [url.searchParams.get('filename'), url.pathname])
  return [given, ...seen].flatMap((name) => name ?? [])
}
