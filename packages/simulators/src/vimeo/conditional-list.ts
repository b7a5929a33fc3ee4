/*
 * `If-Modified-Since` on lists of videos: has anything come since?
 */
import type { LibraryVideo } from './library-video.ts'
import { isVisible, type RestCall } from './rest-call.ts'

/** What a route answers in place of a body where the caller's copy is good still. */
export const NOT_MODIFIED: unique symbol = Symbol('not modified')

/**
 * Tells whether a list is what the caller has already. Adds `Last-Modified` to the answer; which times count is a
 * switch.
 */
export function isUnchanged(videos: readonly LibraryVideo[], call: RestCall): boolean {
  const { lastModified } = call.world.switches
  const visible = videos.filter((video) => isVisible(video, call))
  if (lastModified === 'none' || visible.length === 0) return false
  const time = visible.reduce((newest, video) => {
    const times = [video.created, ...(lastModified === 'modified' ? [video.modified] : [])]
    return Math.max(newest, ...times.map((each) => each.getTime()))
  }, 0)
  call.headers['last-modified'] = new Date(time).toUTCString()
  const since = Date.parse(call.request.headers.get('if-modified-since') ?? '')
  // The header knows whole seconds only.
  return Math.floor(time / 1000) * 1000 <= since
}
