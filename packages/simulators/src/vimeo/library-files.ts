/*
 * Which files of a folder are videos, and which stand beside one: `a.360p.mp4` is a rendition of `a.mp4`,
 * `a.en.vtt` its English captions. Names only; no file is opened.
 */
import type { Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** A video file and what stands beside it. Names are relative to the folder, with `/` between. */
export interface NamedVideo {
  readonly name: string
  /** Renditions, by their label such as `360p`. */
  readonly renditions: ReadonlyMap<string, string>
  /** Text tracks, by their language such as `en`. */
  readonly textTracks: ReadonlyMap<string, string>
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

/** The media type of a file, by its extension. */
export function mediaTypeOf(name: string): string {
  return mediaTypes[extname(name).toLowerCase()] ?? 'application/octet-stream'
}

/**
 * Reads the names of a folder's videos, subfolders included, in order; links are followed. Hidden files and folders
 * are passed over, and so are `node_modules` and files of other kinds. A subfolder that cannot be read is skipped with
 * one line to `log`.
 *
 * @throws `Error` when the folder itself cannot be read.
 */
export async function readVideoNames(
  videosDir: string,
  log: (line: string) => void,
): Promise<readonly NamedVideo[]> {
  try {
    return groupVideoNames((await readNames(videosDir, { name: '', above: [], log })).toSorted())
  } catch (cause) {
    const isFile = (cause as NodeJS.ErrnoException).code === 'ENOTDIR'
    const reason = isFile ? 'is no folder. Name the one' : 'cannot be read. Name one'
    throw new Error(`The folder of videos "${videosDir}" ${reason} that holds the videos.`, {
      cause,
    })
  }
}

/** Reads the names in a folder and below it, relative to the outermost. */
async function readNames(
  videosDir: string,
  folder: {
    /** Its own name, empty for the outermost. */
    readonly name: string
    /** Where the folders that it lies in really are: a link to one of them would lead around for ever. */
    readonly above: readonly string[]
    readonly log: (line: string) => void
  },
): Promise<readonly string[]> {
  const { log } = folder
  const path = join(videosDir, folder.name)
  const place = await realpath(path)
  if (folder.above.includes(place)) return []
  const above = [...folder.above, place]

  const names: string[] = []
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const name = folder.name === '' ? entry.name : `${folder.name}/${entry.name}`
    const found = entry.isSymbolicLink() ? await statIfThere(join(videosDir, name)) : entry
    if (found === undefined || found.isFile()) names.push(name)
    if (found?.isDirectory() !== true) continue
    try {
      names.push(...(await readNames(videosDir, { name, above, log })))
    } catch {
      log(`Skipped the folder ${join(videosDir, name)}: it cannot be read.`)
    }
  }
  return names
}

/** Follows a link; undefined where it leads nowhere. */
async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch {
    return undefined
  }
}

/** Groups names into videos. A name like a rendition's is a video of its own where there is nothing it could be of. */
export function groupVideoNames(names: readonly string[]): readonly NamedVideo[] {
  const videos = names.filter((name) => extname(name).toLowerCase() in mediaTypes)
  const stems = new Set(videos.map(stemOf))
  const beside = new Map<
    string,
    { renditions: Map<string, string>; textTracks: Map<string, string> }
  >()
  const besideOf = (stem: string) => {
    const found = beside.get(stem) ?? { renditions: new Map(), textTracks: new Map() }
    beside.set(stem, found)
    return found
  }

  const sources = videos.filter((name) => {
    const [, stem = '', rendition = ''] = /^(.+)\.(\d{3,4}p|[2-8]k)$/.exec(stemOf(name)) ?? []
    if (!stems.has(stem)) return true
    besideOf(stem).renditions.set(rendition, name)
    return false
  })
  for (const name of names) {
    const [, stem = '', language = ''] = /^(.+)\.([a-z]{2,3}(?:-\w+)*)\.vtt$/i.exec(name) ?? []
    if (stems.has(stem)) besideOf(stem).textTracks.set(language, name)
  }
  return sources.map((name) => ({ name, ...besideOf(stemOf(name)) }))
}

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length)
}
