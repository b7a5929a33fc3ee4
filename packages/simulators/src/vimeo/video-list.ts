/*
 * Which videos a list holds and in which order: `query`, `filter`, `sort`, `direction`.
 *
 * @see vimeo-api.md 2.2
 */
import { createInvalidParameters } from './answers.ts'
import type { LibraryVideo } from './library-video.ts'
import { playsOf } from './video-representation.ts'

type Order = (left: LibraryVideo, right: LibraryVideo) => number

const collator = new Intl.Collator('en')
const byCreated: Order = (left, right) => left.created.getTime() - right.created.getTime()
const byModified: Order = (left, right) => left.modified.getTime() - right.modified.getTime()
const byPlays: Order = (left, right) => playsOf(left) - playsOf(right)

const orders: Readonly<Record<string, Order>> = {
  alphabetical: (left, right) => collator.compare(left.title, right.title),
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

/** Orders that were asked for once, by the list that they are of. Sorting ten thousand takes longer than a request. */
const sortedLists = new WeakMap<readonly LibraryVideo[], Map<string, readonly LibraryVideo[]>>()

/**
 * Chooses and orders the videos that a request asks for. Without `direction`, names rise and all else falls.
 *
 * @param videos The whole collection, the same list at each call: its orders are remembered.
 * @param options `isShown` leaves some out; with `isManual` the list's own order is the default, and called `manual`.
 * @throws `VimeoRefusal` 400 (2204) naming each parameter that is not of its enum.
 */
export function chooseVideos(
  videos: readonly LibraryVideo[],
  parameters: URLSearchParams,
  options: {
    readonly isShown: (video: LibraryVideo) => boolean
    readonly isPlayable: (video: LibraryVideo) => boolean
    readonly isManual?: boolean
  },
): readonly LibraryVideo[] {
  const { isShown, isPlayable, isManual = false } = options
  const sort = parameters.get('sort') ?? 'default'
  const keepsOrder = isManual && (sort === 'default' || sort === 'manual')
  const direction =
    parameters.get('direction') ?? (sort === 'alphabetical' || keepsOrder ? 'asc' : 'desc')
  const filter = parameters.get('filter')
  const order = Object.hasOwn(orders, sort) ? orders[sort] : undefined
  const passes = filter !== null && Object.hasOwn(filters, filter) ? filters[filter] : undefined
  const sorts = [...(isManual ? ['manual'] : []), ...Object.keys(orders)]
  const booleans = ['filter_embeddable', 'filter_playable', 'filter_screen_recorded'] as const

  const invalid = [
    ...(order === undefined && !keepsOrder ? [{ field: 'sort', message: oneOf(sorts) }] : []),
    ...(direction !== 'asc' && direction !== 'desc'
      ? [{ field: 'direction', message: oneOf(['asc', 'desc']) }]
      : []),
    ...((sort === 'plays' || sort === 'likes') && direction === 'asc'
      ? [{ field: 'direction', message: `Sorting by ${sort} is possible with desc only.` }]
      : []),
    ...(filter !== null && passes === undefined
      ? [{ field: 'filter', message: oneOf(Object.keys(filters)) }]
      : []),
    ...booleans
      .filter((field) => !['true', 'false', null].includes(parameters.get(field)))
      .map((field) => ({ field, message: oneOf(['true', 'false']) })),
    ...(parameters.has('query') && parameters.has('containing_uri')
      ? [{ field: 'containing_uri', message: 'It is possible without query only.' }]
      : []),
  ]
  if (invalid.length > 0) throw createInvalidParameters(invalid)

  const words = (parameters.get('query') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const fields = (parameters.get('query_fields') ?? 'title,description').split(',')
  const is = (field: (typeof booleans)[number], actual: boolean) =>
    parameters.get(field) === null || parameters.get(field) === String(actual)
  const sorted = keepsOrder
    ? direction === 'asc'
      ? videos
      : videos.toReversed()
    : sortVideos(videos, sort, direction === 'desc' ? -1 : 1)
  return sorted.filter(
    (video) =>
      isShown(video) &&
      (passes?.(video, isPlayable(video)) ?? true) &&
      is('filter_embeddable', true) &&
      is('filter_playable', isPlayable(video)) &&
      is('filter_screen_recorded', false) &&
      hasWords(video, words, fields),
  )
}

function hasWords(
  { title, description }: LibraryVideo,
  words: readonly string[],
  fields: readonly string[],
): boolean {
  if (words.length === 0) return true
  const texts = { title, description: description ?? '' }
  const text = Object.entries(texts).flatMap(([name, value]) =>
    fields.includes(name) ? value : [],
  )
  return words.every((word) => text.join(' ').toLowerCase().includes(word))
}

function sortVideos(
  videos: readonly LibraryVideo[],
  sort: string,
  sign: 1 | -1,
): readonly LibraryVideo[] {
  const known = sortedLists.get(videos) ?? new Map<string, readonly LibraryVideo[]>()
  sortedLists.set(videos, known)
  const key = `${sort} ${sign}`
  const order = orders[sort]
  const sorted =
    known.get(key) ??
    videos.toSorted(
      (left, right) => sign * (order?.(left, right) ?? 0) || (left.id < right.id ? -1 : 1),
    )
  known.set(key, sorted)
  return sorted
}

function oneOf(values: readonly string[]): string {
  return `Expected one of ${values.join(', ')}.`
}
