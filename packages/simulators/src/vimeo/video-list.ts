/*
 * Which videos a list holds and in which order: `query`, `filter`, `sort`, `direction`.
 *
 * @see vimeo-api.md 2.2
 */
import { createInvalidParameters } from './answers.ts'
import type { LibraryVideo } from './library.ts'
import { playsOf } from './video-representation.ts'

type Order = (left: LibraryVideo, right: LibraryVideo) => number

const byCreated: Order = (left, right) => left.created.getTime() - right.created.getTime()
const byModified: Order = (left, right) => left.modified.getTime() - right.modified.getTime()
const byPlays: Order = (left, right) => playsOf(left) - playsOf(right)

const orders: Readonly<Record<string, Order>> = {
  alphabetical: (left, right) => left.title.localeCompare(right.title, 'en'),
  date: byCreated,
  default: byCreated,
  duration: (left, right) => left.duration - right.duration,
  last_user_action_event_date: byModified,
  modified_time: byModified,
  likes: byPlays,
  plays: byPlays,
}

const filters: Readonly<Record<string, (video: LibraryVideo, isPlayable: boolean) => boolean>> = {
  app_only: () => false,
  embeddable: () => true,
  featured: () => false,
  live: () => false,
  no_placeholder: () => true,
  nolive: () => true,
  playable: (_video, isPlayable) => isPlayable,
  screen_recorded: () => false,
}

/**
 * Chooses and orders the videos that a request asks for. Without `direction`, names rise and all else falls.
 *
 * @throws `VimeoRefusal` 400 (2204) naming each parameter that is not of its enum.
 */
export function chooseVideos(
  videos: readonly LibraryVideo[],
  parameters: URLSearchParams,
  isPlayable: boolean,
): readonly LibraryVideo[] {
  const sort = parameters.get('sort') ?? 'default'
  const direction = parameters.get('direction') ?? (sort === 'alphabetical' ? 'asc' : 'desc')
  const filter = parameters.get('filter')
  const order = Object.hasOwn(orders, sort) ? orders[sort] : undefined
  const passes = filter !== null && Object.hasOwn(filters, filter) ? filters[filter] : undefined

  const invalid = [
    ...(order === undefined ? [{ field: 'sort', message: oneOf(Object.keys(orders)) }] : []),
    ...(direction !== 'asc' && direction !== 'desc'
      ? [{ field: 'direction', message: oneOf(['asc', 'desc']) }]
      : []),
    ...((sort === 'plays' || sort === 'likes') && direction === 'asc'
      ? [{ field: 'direction', message: `Sorting by ${sort} is possible with desc only.` }]
      : []),
    ...(filter !== null && passes === undefined
      ? [{ field: 'filter', message: oneOf(Object.keys(filters)) }]
      : []),
  ]
  if (order === undefined || invalid.length > 0) throw createInvalidParameters(invalid)

  const words = (parameters.get('query') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const sign = direction === 'desc' ? -1 : 1
  return videos
    .filter((video) => passes?.(video, isPlayable) ?? true)
    .filter(({ title, description }) => {
      const text = `${title} ${description ?? ''}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .toSorted((left, right) => sign * order(left, right) || left.id.localeCompare(right.id))
}

function oneOf(values: readonly string[]): string {
  return `Expected one of ${values.join(', ')}.`
}
