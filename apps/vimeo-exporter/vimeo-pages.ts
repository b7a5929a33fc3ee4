/*
 * A list at Vimeo, page by page, which may wait for Vimeo's limit of requests between two pages and then
 * says so. Must never know what is listed.
 *
 * Source: developer.vimeo.com/api/common-formats (paging).
 */
import { listOf, numberOf, recordOf, requestJson, VimeoError } from './vimeo-request.ts'
import type { Json, Pace, VimeoConnection } from './vimeo-request.ts'

/** A page that has come, or the time until which the next one has to wait. */
export type VimeoPage =
  | { readonly items: readonly Json[]; readonly total: number }
  | { readonly waitingUntil: Date }

/** More than anybody has; a list that never ends must not be followed for ever. */
const MOST_PAGES = 1000

/**
 * Reads a list.
 *
 * @param firstPath Path and query of the first page, `fields` included.
 * @throws {@link VimeoError} when Vimeo refuses, or names a next page that is not on its API.
 */
export async function* vimeoPages(
  connection: VimeoConnection,
  firstPath: string,
  pace: Pace,
): AsyncGenerator<VimeoPage, void, void> {
  const visited = new Set<string>()
  let path: string | undefined = firstPath
  while (path !== undefined && !visited.has(path)) {
    if (visited.size === MOST_PAGES) {
      throw new VimeoError('Vimeo gave a list that does not end. Try again later.', 200)
    }
    const { promise: waiting, resolve: onWaiting } = Promise.withResolvers<Date>()
    const asked = requestPage(connection, path, visited.size === 0, {
      ...pace,
      onWaiting(until) {
        pace.onWaiting?.(until)
        onWaiting(until)
      },
    })
    asked.catch(() => {}) // it is awaited below, perhaps after a reader has taken its time
    const first = await Promise.race([asked, waiting])
    if (first instanceof Date) yield { waitingUntil: first }
    const page: Json = await asked
    visited.add(path)
    yield { items: listOf(page['data']), total: numberOf(page['total']) ?? 0 }
    path = nextPathOf(page)
  }
}

/**
 * A page past the end is 404 at Vimeo, which happens when videos were deleted since the page
 * before. Where it says so of the first page, nothing is listed.
 */
async function requestPage(
  connection: VimeoConnection,
  path: string,
  isFirst: boolean,
  pace: Pace,
): Promise<Json> {
  try {
    return await requestJson(connection, path, pace)
  } catch (error) {
    if (!(error instanceof VimeoError) || error.status !== 404) throw error
    if (isFirst && error.said === '') throw error
    return {}
  }
}

/** The token goes with the next request, so a next page anywhere but on the API is refused. */
function nextPathOf(page: Json): string | undefined {
  const next = recordOf(page['paging'])['next']
  if (next === undefined || next === null || next === '') return undefined
  if (typeof next === 'string' && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next)) return next
  throw new VimeoError('Vimeo named a next page of the list that is not on its own server.', 200)
}
