/*
 * What a person can filter their videos by: words, folder, year, who may see them. Plain data in and out.
 */
import type { SelectOption } from 'throughline'
import type { Video } from './video.ts'

/** What narrows the list; an empty text, or none, narrows nothing. */
export interface Filter {
  /** All of these words stand in title or description. */
  readonly words?: string
  /** Uri of a folder, or `none`. */
  readonly folder?: string
  /** Four digits. */
  readonly year?: string
  /** Vimeo's `privacy.view`. */
  readonly view?: string
}

/** Stands for the videos that lie in no folder. */
const NO_FOLDER = 'none'

const VIEWS: Readonly<Record<string, string>> = {
  anybody: 'Everyone',
  contacts: 'People I follow',
  disable: 'Hidden from Vimeo',
  nobody: 'Only me',
  password: 'With a password',
  team: 'My team',
  unlisted: 'With the link',
  users: 'Chosen people',
}

/** Says who may see a video. */
function toViewName(view: string): string {
  return VIEWS[view] ?? view
}

/** Lists the folders that occur, by name; nothing to choose where there is none. */
export function folderOptions(videos: readonly Video[]): readonly SelectOption[] {
  const names = new Map(
    videos.flatMap(({ folder }) =>
      folder === undefined ? [] : [[folder.uri, folder.name] as const],
    ),
  )
  const folders = [...names].map(([value, name]) => ({ value, label: name || 'Untitled folder' }))
  if (folders.length === 0) return []
  const sorted = folders.toSorted((a, b) => a.label.localeCompare(b.label))
  return [
    { value: '', label: 'All folders' },
    ...sorted,
    { value: NO_FOLDER, label: 'In no folder' },
  ]
}

/** Lists the years in which videos were uploaded, the latest first. */
export function yearOptions(videos: readonly Video[]): readonly SelectOption[] {
  const years = new Set(videos.flatMap(({ createdAt }) => (createdAt ? [yearOf(createdAt)] : [])))
  if (years.size < 2) return []
  const sorted = [...years].toSorted().toReversed()
  return [{ value: '', label: 'Any year' }, ...sorted.map((year) => ({ value: year, label: year }))]
}

/** Lists who may see the videos, as far as it occurs. */
export function viewOptions(videos: readonly Video[]): readonly SelectOption[] {
  const views = [...new Set(videos.map(({ view }) => view))].filter((view) => view !== '')
  if (views.length < 2) return []
  const options = views.map((value) => ({ value, label: toViewName(value) }))
  return [{ value: '', label: 'Whoever may see it' }, ...options]
}

/** Makes the test whether a video is among those that a filter leaves. */
export function createFilter(filter: Filter): (video: Video) => boolean {
  const { words = '', folder = '', year = '', view = '' } = filter
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return (video) => {
    if (folder !== '' && (video.folder?.uri ?? NO_FOLDER) !== folder) return false
    if (year !== '' && (video.createdAt === undefined || yearOf(video.createdAt) !== year))
      return false
    if (view !== '' && video.view !== view) return false
    const text = `${video.title} ${video.description ?? ''}`.toLocaleLowerCase()
    return wanted.every((word) => text.includes(word))
  }
}

function yearOf(date: Date): string {
  return String(date.getUTCFullYear())
}
