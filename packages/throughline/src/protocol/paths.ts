/*
 * Every URL path that is ours, once. All other paths are pages of the app.
 */

/** Answers 200 when the program is ready. */
export const HEALTH_PATH = '/healthz'

/** The event stream: news, never content. */
export const NEWS_PATH = '/-/news'

/** Stylesheet and browser program; a content hash stands in the name. */
export const ASSET_PATH = '/-/asset/'

/** The downloads: `/-/download/<id>`. */
export const DOWNLOAD_PATH = '/-/download/'

/** Files of a set: `/-/file/<id>/<place>/<name>`; without a place, the set itself. */
export const FILE_PATH = '/-/file/'

/** The redirect URI of a provider: `/oauth/callback/<provider>`. */
export const CALLBACK_PATH = '/oauth/callback/'

/** Tells whether a path is one of ours, so that no page may take it. */
export function isReservedPath(path: string): boolean {
  return path === HEALTH_PATH || path.startsWith('/-/') || path.startsWith(CALLBACK_PATH)
}
