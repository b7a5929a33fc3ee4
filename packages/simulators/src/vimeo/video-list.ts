/*
 * Which videos a list holds and in which order: `query`, `filter…`, `sort`, `direction`.
 *
 * @see https://developer.vimeo.com/api/reference
 */
import { createInvalidParameters, type InvalidParameter } from './answers.ts'
import type { LibraryVideo } from './library-video.ts'
import { orderNames, sortVideos } from './video-orders.ts'

/** How a list is chosen from. */
export interface VideoListOptions {
  /** Whether the caller may see a video. */
  readonly isShown: (video: LibraryVideo) => boolean
  readonly isPlayable: (video: LibraryVideo) => boolean
  /** Whether the list has an order of its own, which is the default then and called `manual`. */
  readonly isManual?: boolean
}

/** A list as a request asked for it. */
export interface ChosenVideos {
  readonly videos: readonly LibraryVideo[]
  /** How many there were before query and filters. */
  readonly unfiltered: number
}

const filters: Readonly<Record<string, (video: LibraryVideo, isPlayable: boolean) => boolean>> = {
  app_only: () => false,
  cold_privacy: ({ view }) => view === 'cold_storage',
  cold_storage: ({ view }) => view === 'cold_storage',
  embeddable: () => true,
  featured: () => false,
  live: () => false,
  no_placeholder: () => true,
  nolive: () => true,
  playable: (_video, isPlayable) => isPlayable,
  screen_recorded: () => false,
}

const booleanFilters = ['filter_embeddable', 'filter_playable', 'filter_screen_recorded'] as const
const searchedFields = ['title', 'description', 'chapters', 'tags']

/**
 * Chooses and orders the videos that a request asks for. Without `direction`, names rise and all else falls.
 *
 * @param videos The whole collection, the same list at each call: its orders are remembered.
 * @throws `VimeoRefusal` 400 (2204) naming each parameter that is not of its enum.
 */
export function chooseVideos(
  videos: readonly LibraryVideo[],
  parameters: URLSearchParams,
  options: VideoListOptions,
): ChosenVideos {
  const invalid = findInvalid(parameters, options.isManual === true)
  if (invalid.length > 0) throw createInvalidParameters(invalid)
  const { isShown, isPlayable, isManual = false } = options
  const sort = parameters.get('sort') ?? 'default'
  const keepsOrder = isManual && (sort === 'default' || sort === 'manual')
  const isRising =
    (parameters.get('direction') ?? (sort === 'alphabetical' || keepsOrder ? 'asc' : 'desc')) ===
    'asc'

  const shown = sortVideos(videos, keepsOrder ? 'manual' : sort, isRising).filter(isShown)
  const passes = createFilter(parameters, isPlayable)
  return { videos: shown.filter(passes), unfiltered: shown.length }
}

function findInvalid(parameters: URLSearchParams, isManual: boolean): InvalidParameter[] {
  const sort = parameters.get('sort') ?? 'default'
  const isDescendingOnly = sort === 'plays' || sort === 'likes'
  const unknownFields = listOf(parameters.get('query_fields')).filter(
    (name) => !searchedFields.includes(name),
  )
  const sorts = [...(isManual ? ['manual'] : []), ...orderNames]
  const enums: Readonly<Record<string, readonly string[]>> = {
    sort: sorts,
    direction: ['asc', 'desc'],
    filter: Object.keys(filters),
    ...Object.fromEntries(booleanFilters.map((name) => [name, ['true', 'false']])),
  }
  const rules: readonly (readonly [boolean, string, string])[] = [
    [
      isDescendingOnly && parameters.get('direction') === 'asc',
      'direction',
      `Sorting by ${sort} is possible with desc only.`,
    ],
    [
      parameters.get('filter') === 'embeddable' && !parameters.has('filter_embeddable'),
      'filter_embeddable',
      'It is needed with filter=embeddable.',
    ],
    [
      parameters.has('query') && parameters.has('containing_uri'),
      'containing_uri',
      'It is possible without query only.',
    ],
    [unknownFields.length > 0, 'query_fields', oneOf(searchedFields)],
  ]
  return [
    ...Object.entries(enums).flatMap(([field, values]) => {
      const value = parameters.get(field)
      return value === null || values.includes(value) ? [] : [{ field, message: oneOf(values) }]
    }),
    ...rules.flatMap(([isBroken, field, message]) => (isBroken ? [{ field, message }] : [])),
  ]
}

function createFilter(
  parameters: URLSearchParams,
  isPlayable: (video: LibraryVideo) => boolean,
): (video: LibraryVideo) => boolean {
  const passes = filters[parameters.get('filter') ?? '']
  const words = (parameters.get('query') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const fields = listOf(parameters.get('query_fields') ?? searchedFields.join())
  const tag = parameters.get('filter_tag')?.toLowerCase()
  const all = listOf(parameters.get('filter_tag_all_of'))
  const none = listOf(parameters.get('filter_tag_exclude'))
  const is = (field: (typeof booleanFilters)[number], actual: boolean): boolean =>
    (parameters.get(field) ?? String(actual)) === String(actual)
  return (video) => {
    const tags = video.tags.map((name) => name.toLowerCase())
    return (
      (passes?.(video, isPlayable(video)) ?? true) &&
      is('filter_embeddable', true) &&
      is('filter_playable', isPlayable(video)) &&
      is('filter_screen_recorded', false) &&
      (tag === undefined || tags.includes(tag)) &&
      all.every((name) => tags.includes(name)) &&
      !none.some((name) => tags.includes(name)) &&
      hasWords(video, words, fields)
    )
  }
}

function hasWords(
  { title, description, tags }: LibraryVideo,
  words: readonly string[],
  fields: readonly string[],
): boolean {
  if (words.length === 0) return true
  const texts: Readonly<Record<string, string>> = {
    title,
    description: description ?? '',
    tags: tags.join(' '),
  }
  const text = fields
    .map((name) => texts[name] ?? '')
    .join(' ')
    .toLowerCase()
  return words.every((word) => text.includes(word))
}

function listOf(text: string | null): readonly string[] {
  return (text ?? '').split(',').flatMap((part) => part.trim().toLowerCase() || [])
}

function oneOf(values: readonly string[]): string {
  return `Expected one of ${values.join(', ')}.`
}
