/*
 * The optional `library.json` of a folder of videos: what its owner says about single files, checked.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What `library.json` may say about one file. Everything is optional. */
export interface LibraryNote {
  /** The video's name, instead of one made from the file name. */
  readonly title?: string
  /** When it was uploaded, ISO 8601, instead of the file's own date. */
  readonly created_time?: string
  /** Free text. */
  readonly description?: string
  /** Name or uri of the sample person who owns it. */
  readonly owner?: string
  /** Who may see it (`nobody`). */
  readonly view?: string
  /** State of its transcoding, instead of the switch's. */
  readonly transcode?: TranscodeState
  /** Path of the folder that it lies in, such as `Coast/Morning`, instead of the subfolder of its file. */
  readonly folder?: string
  /** Words that it is found by, with commas. */
  readonly tags?: string
  /** Name of a showcase that it is in. The order of `library.json` is the showcase's manual order. */
  readonly showcase?: string
}

/** How far Vimeo has come with the renditions of a video. */
export type TranscodeState = 'complete' | 'in_progress' | 'error'

const noteFields = [
  'title',
  'created_time',
  'description',
  'owner',
  'view',
  'transcode',
  'folder',
  'showcase',
  'tags',
]

/** The values of fields that have an enum. */
const enums: Readonly<Record<string, readonly string[]>> = {
  transcode: ['complete', 'in_progress', 'error'],
  view: [
    ...['anybody', 'nobody', 'contacts', 'disable', 'password', 'unlisted', 'users', 'team'],
    ...['ptv', 'ptvhide', 'stock', 'stock_purchased', 'cold_storage'],
  ],
}

/**
 * Loads the notes of a folder, by file name. A folder without `library.json` has none.
 *
 * @throws `Error` naming the file and the place when it is not what was described above.
 */
export async function loadLibraryNotes(
  videosDir: string,
): Promise<ReadonlyMap<string, LibraryNote>> {
  const path = join(videosDir, 'library.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
  return parseLibraryNotes(text, path)
}

/** Parses the text of a `library.json`; `path` is named in errors. */
export function parseLibraryNotes(text: string, path: string): ReadonlyMap<string, LibraryNote> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Error(`${path} is not valid JSON. Mend or remove it.`, { cause })
  }
  return checkLibraryNotes(value, path)
}

/**
 * Checks notes that are data already; `source` is named in errors.
 *
 * @throws `Error` naming the source and the place of what is wrong.
 */
export function checkLibraryNotes(
  value: unknown,
  source: string,
): ReadonlyMap<string, LibraryNote> {
  if (!isRecord(value))
    throw new Error(`${source} must hold one object whose keys are the names of video files.`)
  for (const [name, note] of Object.entries(value)) assertNote(note, `${source}, at "${name}"`)
  return new Map(Object.entries(value)) as ReadonlyMap<string, LibraryNote>
}

function assertNote(note: unknown, place: string): asserts note is LibraryNote {
  if (!isRecord(note)) throw new Error(`${place}: expected an object.`)
  for (const [field, value] of Object.entries(note)) {
    if (!noteFields.includes(field))
      throw new Error(`${place}: unknown field "${field}". Known are ${noteFields.join(', ')}.`)
    if (typeof value !== 'string') throw new Error(`${place}: "${field}" must be a string.`)
    const known = enums[field]
    if (known?.includes(value) === false)
      throw new Error(`${place}: "${field}" must be one of ${known.join(', ')}, not \`${value}\`.`)
  }
  const created = note['created_time']
  if (typeof created === 'string' && Number.isNaN(Date.parse(created)))
    throw new Error(`${place}: "created_time" must be an ISO 8601 time, not \`${created}\`.`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
