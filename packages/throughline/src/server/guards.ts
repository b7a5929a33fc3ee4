/*
 * Which requests are for us, and which come from pages of ours: decided before any body is read.
 */
import { HEALTH_PATH } from '../protocol/paths.ts'

/** What a guard found wrong. */
export interface Refusal {
  readonly status: 400 | 403 | 405 | 413 | 414 | 415 | 421
  readonly sentence: string
}

/** Names that a loopback program is also called by; people are sent to the one that is its origin. */
const LOOPBACK_NAMES = ['localhost', '[::1]', '127.0.0.1']

/**
 * Tells whether a request names us: `Host` is compared with the program's one origin and never builds a URL.
 *
 * @returns `'ours'`; `'elsewhere'` when a browser should be sent to the origin first; a refusal.
 */
export function checkHost(
  request: Request,
  path: string,
  publicUrl: URL,
): 'ours' | 'elsewhere' | Refusal {
  if (path === HEALTH_PATH) return 'ours'
  const host = request.headers.get('host') ?? ''
  if (host === publicUrl.host) return 'ours'
  const name = host.replace(/:\d+$/, '')
  const isLoopback = LOOPBACK_NAMES.includes(publicUrl.hostname) && LOOPBACK_NAMES.includes(name)
  const isSamePort = host.slice(name.length) === (publicUrl.port === '' ? '' : `:${publicUrl.port}`)
  if (isLoopback && isSamePort && request.method === 'GET') return 'elsewhere'
  return {
    status: 421,
    sentence: `This program answers at ${publicUrl.origin} only. Open that address.`,
  }
}

/** Whether a request was made by a page of ours, as far as its headers tell. */
export function isFromOurPage(request: Request, publicUrl: URL): boolean {
  const origin = request.headers.get('origin')
  if (origin !== null) return origin === publicUrl.origin
  return request.headers.get('sec-fetch-site') === 'same-origin'
}

/** Refuses what may change something and does not come from a page of ours. */
export function checkPost(request: Request, publicUrl: URL): Refusal | undefined {
  if (!isFromOurPage(request, publicUrl)) {
    return {
      status: 403,
      sentence: 'This did not come from a page of this program. Open the page and try again there.',
    }
  }
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    return { status: 415, sentence: 'Expected application/x-www-form-urlencoded.' }
  }
  return undefined
}

/**
 * Whether a page is asked for to be shown, as far as the headers tell: not as a picture, in a frame or by a script.
 * (Each document is a tab; pictures in a text of others could make so many that the person's own tabs go.)
 */
export function isToBeShown(request: Request): boolean {
  const { headers } = request
  return (headers.get('sec-fetch-dest') ?? 'document') === 'document'
}

/**
 * Whether the browser fetches ahead of the person: nothing may be used up for it.
 *
 * @see Nextcloud's and Streamlit's reports of preloads that burnt a code
 */
export function isSpeculative(request: Request): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /\b(?:prefetch|prerender|preview)\b/i.test(request.headers.get(name) ?? ''),
  )
}
