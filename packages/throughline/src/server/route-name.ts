/*
 * What a request asked for, as it may be logged and counted: by names of ours, without an id, a query or a guess.
 */
import {
  ASSET_PATH,
  CALLBACK_PATH,
  DOWNLOAD_PATH,
  FILE_PATH,
  HEALTH_PATH,
  NEWS_PATH,
} from '../protocol/paths.ts'

/** One of a few, whatever is asked for. */
export type RouteName =
  | 'page'
  | 'press'
  | 'callback'
  | 'news'
  | 'download'
  | 'file'
  | 'asset'
  | 'health'
  | 'other'

/** What was asked for. */
export interface NamedRoute {
  readonly route: RouteName
  /** A page of the app, or the part of a path that is ours; whatever else stood there is left out. */
  readonly path: string
}

/** What follows these is an id, a proof or a hash. */
const PREFIXES: readonly (readonly [RouteName, string])[] = [
  ['callback', CALLBACK_PATH],
  ['download', DOWNLOAD_PATH],
  ['file', FILE_PATH],
  ['asset', ASSET_PATH],
]

/** Names what a request asks for. */
export function nameRoute(
  pages: { has(path: string): boolean },
  method: string,
  path: string,
): NamedRoute {
  if (path === HEALTH_PATH) return { route: 'health', path }
  if (path === NEWS_PATH) return { route: 'news', path }
  if (pages.has(path)) return { route: method === 'POST' ? 'press' : 'page', path }
  const found = PREFIXES.find(([, prefix]) => path.startsWith(prefix))
  return found === undefined
    ? { route: 'other', path: '…' }
    : { route: found[0], path: `${found[1]}…` }
}
