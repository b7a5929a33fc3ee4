/*
 * A library as large as one likes, over the few files that there are: each video stands for one of them and differs
 * in title, date, folder and privacy. The same at every start.
 */
import type { FolderTree } from './library-folders.ts'
import type { LibraryVideo } from './library-video.ts'
import type { SamplePerson } from './people.ts'

const FIRST_ID = 800_000_000
const FIRST_DATE = Date.parse('2012-01-01T09:00:00Z')
const LAST_DATE = Date.parse('2026-10-31T09:00:00Z')

const kinds = ['Interview', 'Trailer', 'Webinar', 'Lecture', 'Rough cut', 'Concert', 'Drone flight']
const places = [
  'Lisbon',
  'Zürich',
  'Kyōto',
  'Oslo',
  'the harbour',
  'the studio',
  'Reykjavík',
  'Lima',
]
const views = ['nobody', 'nobody', 'nobody', 'anybody', 'unlisted', 'disable', 'password']

/**
 * Makes so many videos, all of one person.
 *
 * @throws `Error` where there is no file that they could stand for.
 */
export function generateVideos(
  count: number,
  options: {
    readonly files: readonly LibraryVideo[]
    readonly owner: SamplePerson
    readonly folders: FolderTree
  },
): readonly LibraryVideo[] {
  const { files, owner, folders } = options
  if (count > 0 && files.length === 0)
    throw new Error('There is no video to generate others from. Name a folder that holds one.')
  return Array.from({ length: count }, (_, index) => {
    const file = pick(files, index)
    const kind = pick(kinds, index * 5)
    // A step that shares no divisor with the span scatters the dates: neighbours differ by months.
    const created = FIRST_DATE + ((index * 7_919_317_003) % (LAST_DATE - FIRST_DATE))
    return {
      ...file,
      id: String(FIRST_ID + index),
      title: `${kind} in ${pick(places, index * 3)} ${String(index + 1).padStart(5, '0')}`,
      description: index % 4 === 0 ? `${kind}, number ${index + 1}.` : null,
      owner,
      view: pick(views, index),
      created: new Date(created),
      modified: new Date(created + (index % 50) * 86_400_000),
      folder: folders.at(owner, folderOf(index, kind)),
      showcase: undefined,
    }
  })
}

/** Every third lies in no folder, some in one for its kind, the rest in a year's below that. */
function folderOf(index: number, kind: string): string {
  if (index % 3 === 0) return ''
  return index % 3 === 1 ? kind : `${kind}/${2012 + (index % 15)}`
}

function pick<Value>(values: readonly Value[], index: number): Value {
  return values[index % values.length] as Value
}
