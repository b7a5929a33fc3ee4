/*
 * The library of the simulator: a folder of real video files, each turned into one video record.
 * Knows nothing of HTTP and of how Vimeo writes a video down.
 */
import { createHash } from 'node:crypto'
import { basename, extname, join } from 'node:path'

import { readClipFacts } from './clip-facts.ts'
import { generateVideos } from './generated-library.ts'
import { mediaTypeOf, readVideoNames, type NamedVideo } from './library-files.ts'
import {
  createShowcase,
  FolderTree,
  MAX_DEPTH,
  type LibraryFolder,
  type LibraryShowcase,
} from './library-folders.ts'
import { checkLibraryNotes, loadLibraryNotes, type LibraryNote } from './library-notes.ts'
import type {
  LibraryFile,
  LibraryRendition,
  LibraryTextTrack,
  LibraryVideo,
} from './library-video.ts'
import type { SamplePeople, SamplePerson } from './people.ts'

/** All videos, in the order of their file names. */
export interface Library {
  /** Every video that could be read. */
  readonly videos: readonly LibraryVideo[]
  /** The same, by id. */
  readonly byId: ReadonlyMap<string, LibraryVideo>
  /** The same, by the uri of their owner. */
  readonly byOwner: ReadonlyMap<string, readonly LibraryVideo[]>
  /** Captions of all videos, by their id. */
  readonly textTracks: ReadonlyMap<string, LibraryTextTrack>
  readonly folders: readonly LibraryFolder[]
  /** The videos that lie in a folder itself. */
  readonly byFolder: ReadonlyMap<LibraryFolder | undefined, readonly LibraryVideo[]>
  /** Showcases, each with its videos in the order of `library.json`. */
  readonly showcases: ReadonlyMap<LibraryShowcase, readonly LibraryVideo[]>
}

/**
 * Reads a folder and its subfolders, which become folders of the owners. Files that are no videos by their extension
 * are passed over; a video that cannot be read is skipped with one line to `log`.
 *
 * @param options With `generate`, so many videos of the first person stand over the files in place of one for each.
 * @throws `Error` when the folder cannot be read or its `library.json` is wrong.
 */
export async function loadLibrary(options: {
  readonly videosDir: string
  readonly people: SamplePeople
  readonly log: (line: string) => void
  readonly generate?: number
  /** What is said of single files, in place of the folder's own `library.json`. */
  readonly notes?: Readonly<Record<string, LibraryNote>>
}): Promise<Library> {
  const { videosDir, people, log, generate } = options
  const named = await readVideoNames(videosDir, log)
  const notes =
    options.notes === undefined
      ? await loadLibraryNotes(videosDir)
      : checkLibraryNotes(options.notes, 'The option "library"')
  const names = new Set(named.map(({ name }) => name))
  for (const name of notes.keys())
    if (!names.has(name)) log(`library.json speaks of "${name}", which is not in ${videosDir}.`)

  const tree = new FolderTree()
  const showcases = new Map<string, LibraryShowcase>()
  const byId = new Map<string, LibraryVideo>()
  for (const [index, { name, renditions, textTracks }] of named.entries()) {
    const note = notes.get(name) ?? {}
    const owner = ownerOf(note, people, index)
    const file = await readFileOf(videosDir, name, log)
    if (file === undefined) continue
    const id = createVideoId(name, byId)
    byId.set(id, {
      ...file,
      id,
      title: note.title ?? toTitle(file.fileName),
      description: note.description ?? null,
      tags: (note.tags ?? '').split(',').flatMap((tag) => tag.trim() || []),
      owner,
      view: note.view ?? 'nobody',
      created: note.created_time === undefined ? file.modified : new Date(note.created_time),
      transcode: note.transcode,
      renditions: await readRenditions(videosDir, renditions, log),
      textTracks: toTextTracks(videosDir, textTracks),
      folder: tree.at(owner, note.folder ?? toFolderPath(name)),
      showcase:
        note.showcase === undefined ? undefined : showcaseOf(showcases, owner, note.showcase),
    })
  }
  const files = [...byId.values()]
  if (generate === undefined) {
    if (files.length === 0)
      log(`There is no video in "${videosDir}" that can be read: both people have none.`)
    const order = [...notes.keys()].flatMap((name) =>
      files.filter(({ path }) => path === join(videosDir, name)),
    )
    return toLibrary(files, tree, order)
  }
  const folders = new FolderTree()
  return toLibrary(generateVideos(generate, { files, owner: people[0], folders }), folders, [])
}

function toLibrary(
  videos: readonly LibraryVideo[],
  { folders }: FolderTree,
  manualOrder: readonly LibraryVideo[],
): Library {
  const shown = manualOrder.filter(({ showcase }) => showcase !== undefined)
  return {
    videos,
    byId: new Map(videos.map((video) => [video.id, video])),
    byOwner: Map.groupBy(videos, ({ owner }) => owner.uri),
    textTracks: new Map(
      videos.flatMap(({ textTracks }) => textTracks).map((track) => [track.id, track]),
    ),
    folders,
    byFolder: Map.groupBy(videos, ({ folder }) => folder),
    showcases: Map.groupBy(shown, ({ showcase }) => showcase as LibraryShowcase),
  }
}

/** Reads one file; undefined, with a line to the log, where it is no video. */
async function readFileOf(
  videosDir: string,
  name: string,
  log: (line: string) => void,
): Promise<LibraryFile | undefined> {
  const path = join(videosDir, name)
  try {
    const facts = await readClipFacts(path)
    return { ...facts, path, fileName: basename(name), mediaType: mediaTypeOf(name) }
  } catch (error) {
    // A stream's extension is TypeScript's too, and what is none was not meant as a video.
    if (!/\.ts$/i.test(name))
      log(`Skipped ${path.replaceAll(/\p{Cc}/gu, '?')}: ${(error as Error).message}.`)
    return undefined
  }
}

async function readRenditions(
  videosDir: string,
  named: NamedVideo['renditions'],
  log: (line: string) => void,
): Promise<readonly LibraryRendition[]> {
  const renditions: LibraryRendition[] = []
  for (const [rendition, name] of named) {
    const file = await readFileOf(videosDir, name, log)
    if (file !== undefined) renditions.push({ ...file, rendition })
  }
  return renditions.toSorted((left, right) => right.height - left.height)
}

function toTextTracks(
  videosDir: string,
  named: NamedVideo['textTracks'],
): readonly LibraryTextTrack[] {
  return [...named].map(([language, name]) => ({
    id: createVideoId(name, new Map()),
    language,
    fileName: basename(name),
    path: join(videosDir, name),
  }))
}

function showcaseOf(
  known: Map<string, LibraryShowcase>,
  owner: SamplePerson,
  name: string,
): LibraryShowcase {
  const key = `${owner.uri}/${name}`
  const showcase = known.get(key) ?? createShowcase(owner, name)
  known.set(key, showcase)
  return showcase
}

/** Makes a readable title from a file name: `harbour-at-dawn.mp4` becomes `Harbour at dawn`. */
export function toTitle(fileName: string): string {
  const words = fileName
    .slice(0, fileName.length - extname(fileName).length)
    .replace(/[-_\s]+/gu, ' ')
    .trim()
  return words === '' ? fileName : words.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase())
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

/** The folder of a file, as deep as folders go: what lies deeper is shown in the last one. */
function toFolderPath(name: string): string {
  return name.split('/').slice(0, -1).slice(0, MAX_DEPTH).join('/')
}
