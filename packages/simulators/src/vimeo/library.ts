/*
 * The library of the simulator: a folder of real video files, each turned into one video record.
 * Knows nothing of HTTP and of how Vimeo writes a video down.
 */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'

import { readClipFacts, type ClipFacts } from './clip-facts.ts'
import { loadLibraryNotes, type LibraryNote } from './library-notes.ts'
import type { SamplePeople, SamplePerson } from './people.ts'

/** One video of the library. */
export interface LibraryVideo extends ClipFacts {
  /** Nine digits, the same as long as the file keeps its name. */
  readonly id: string
  /** Whole path of the file. Never built from anything that a request holds. */
  readonly path: string
  /** Name of the file in its folder. */
  readonly fileName: string
  /** Media type of the file. */
  readonly mediaType: string
  /** The video's name, raw text. */
  readonly title: string
  /** Free text, null for none. */
  readonly description: string | null
  /** Whose it is. */
  readonly owner: SamplePerson
  /** Who may see it: `anybody`, `nobody` and the other values of `privacy.view`. */
  readonly view: string
  /** When it was uploaded. */
  readonly created: Date
}

/** All videos, in the order of their file names. */
export interface Library {
  /** Every video that could be read. */
  readonly videos: readonly LibraryVideo[]
  /** The same, by id. */
  readonly byId: ReadonlyMap<string, LibraryVideo>
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
  '.ts': 'video/mp2t',
  '.mts': 'video/mp2t',
  '.m2ts': 'video/mp2t',
  '.avi': 'video/x-msvideo',
  '.mpg': 'video/mpeg',
  '.mpeg': 'video/mpeg',
  '.wmv': 'video/x-ms-wmv',
}

/**
 * Reads a folder (not its subfolders). Files that are no videos by their extension are passed over;
 * a video that cannot be read is skipped with one line to `log`.
 *
 * @throws `Error` when the folder cannot be read or its `library.json` is wrong.
 */
export async function loadLibrary(options: {
  readonly videosDir: string
  readonly people: SamplePeople
  readonly log: (line: string) => void
}): Promise<Library> {
  const { videosDir, people, log } = options
  const names = await readVideoNames(videosDir)
  const notes = await loadLibraryNotes(videosDir)
  for (const name of notes.keys())
    if (!names.includes(name))
      log(`library.json speaks of "${name}", which is not in ${videosDir}.`)

  const byId = new Map<string, LibraryVideo>()
  for (const [index, fileName] of names.entries()) {
    const path = join(videosDir, fileName)
    const note = notes.get(fileName) ?? {}
    const owner = ownerOf(note, people, index)
    let facts: ClipFacts
    try {
      facts = await readClipFacts(path)
    } catch (error) {
      log(`Skipped ${path}: ${error instanceof Error ? firstLine(error.message) : String(error)}.`)
      continue
    }
    const id = createVideoId(fileName, byId)
    byId.set(id, {
      ...facts,
      id,
      path,
      fileName,
      mediaType: mediaTypes[extname(fileName).toLowerCase()] ?? 'application/octet-stream',
      title: note.title ?? toTitle(fileName),
      description: note.description ?? null,
      owner,
      view: note.view ?? 'nobody',
      created: note.created_time === undefined ? facts.modified : new Date(note.created_time),
    })
  }
  return { videos: [...byId.values()], byId }
}

/** Makes a readable title from a file name: `harbour-at-dawn.mp4` becomes `Harbour at dawn`. */
export function toTitle(fileName: string): string {
  const words = fileName
    .slice(0, fileName.length - extname(fileName).length)
    .replace(/[-_\s]+/gu, ' ')
    .trim()
  return words === '' ? fileName : words.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase())
}

async function readVideoNames(videosDir: string): Promise<readonly string[]> {
  let names: string[]
  try {
    names = await readdir(videosDir)
  } catch (cause) {
    throw new Error(`The folder of videos ${videosDir} cannot be read. Name one that exists.`, {
      cause,
    })
  }
  return names
    .filter((name) => !name.startsWith('.') && extname(name).toLowerCase() in mediaTypes)
    .toSorted()
}

function ownerOf(note: LibraryNote, people: SamplePeople, index: number): SamplePerson {
  // Without a note every third file goes to the second person, so that both own some.
  if (note.owner === undefined) return index % 3 === 2 ? people[1] : people[0]
  const owner = people.find(({ name, uri }) => name === note.owner || uri === note.owner)
  if (owner !== undefined) return owner
  const known = people.map(({ name }) => name).join(', ')
  throw new Error(`library.json names the owner "${note.owner}". Known are ${known}.`)
}

/** Nine digits from the file name, so that adding a file leaves the others' ids alone. */
function createVideoId(fileName: string, taken: ReadonlyMap<string, unknown>): string {
  let number = createHash('sha256').update(fileName).digest().readUInt32BE(0) % 100_000_000
  while (taken.has(String(700_000_000 + number))) number = (number + 1) % 100_000_000
  return String(700_000_000 + number)
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/\.$/, '')
}
