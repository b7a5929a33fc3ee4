/*
 * The orders of a list of videos. Each is made once for a list and remembered, for sorting ten thousand takes longer
 * than a request should.
 */
import type { LibraryVideo } from './library-video.ts'
import { playsOf } from './video-representation.ts'

type Order = (left: LibraryVideo, right: LibraryVideo) => number

const collator = new Intl.Collator('en')
const byCreated: Order = (left, right) => left.created.getTime() - right.created.getTime()
const byModified: Order = (left, right) => left.modified.getTime() - right.modified.getTime()
const byPlays: Order = (left, right) => playsOf(left) - playsOf(right)

const orders: Readonly<Record<string, Order>> = {
  alphabetical: (left, right) => collator.compare(left.title, right.title),
  comments: byPlays,
  date: byCreated,
  default: byCreated,
  duration: (left, right) => left.duration - right.duration,
  last_user_action_event_date: byModified,
  modified_time: byModified,
  likes: byPlays,
  plays: byPlays,
}

/** Values of `sort` that every list of videos takes. */
export const orderNames: readonly string[] = Object.keys(orders)

const remembered = new WeakMap<readonly LibraryVideo[], Map<string, readonly LibraryVideo[]>>()

/**
 * Puts a list in order; videos that are equal by it follow their ids.
 *
 * @param sort One of `orderNames`, or `manual` for the list's own order.
 */
export function sortVideos(
  videos: readonly LibraryVideo[],
  sort: string,
  isRising: boolean,
): readonly LibraryVideo[] {
  const known = remembered.get(videos) ?? new Map<string, readonly LibraryVideo[]>()
  remembered.set(videos, known)
  const key = `${sort} ${isRising}`
  const sorted = known.get(key) ?? toSorted(videos, sort, isRising)
  known.set(key, sorted)
  return sorted
}

function toSorted(
  videos: readonly LibraryVideo[],
  sort: string,
  isRising: boolean,
): readonly LibraryVideo[] {
  const order = orders[sort]
  if (order === undefined) return isRising ? videos : videos.toReversed()
  const sign = isRising ? 1 : -1
  return videos.toSorted(
    (left, right) => sign * order(left, right) || (left.id < right.id ? -1 : 1),
  )
}
