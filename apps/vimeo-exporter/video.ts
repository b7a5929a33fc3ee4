/*
 * A video of Vimeo as plain data, read tolerantly: a field that is missing, null or of another type is
 * simply unknown, and a list that is missing is empty, for Vimeo leaves `download` out where it gives no
 * files. Must never ask for anything.
 *
 * Source: developer.vimeo.com/api/reference/videos and /api/common-formats.
 */
import type { ListedFile } from './quality.ts'
import type { VideoFacts } from './reason.ts'
import { dateOf, listOf, numberOf, recordOf, textOf } from './vimeo-request.ts'
import type { Json } from './vimeo-request.ts'

/** A folder that a video lies in. */
export interface Folder {
  /** Vimeo's name for it. */
  readonly uri: string
  /** What its owner called it. */
  readonly name: string
}

/** A video as the list shows it: without links to files, for they expire, and the list is kept. */
export interface Video extends VideoFacts {
  /** Vimeo's name for it, e.g. `/videos/700000001`. */
  readonly uri: string
  /** What its owner called it: any text, may be empty. */
  readonly title: string
  /** What its owner wrote of it, 300 characters at most; absent if nothing. */
  readonly description: string | undefined
  /** When it was uploaded; absent if Vimeo did not say. */
  readonly createdAt: Date | undefined
  /** Seconds; 0 while Vimeo has not computed it. */
  readonly duration: number
  /** Pixels; 0 if unknown. */
  readonly width: number
  /** Pixels; 0 if unknown. */
  readonly height: number
  /** Who may see it: Vimeo's `privacy.view`, e.g. `anybody`, `nobody`; may be empty. */
  readonly view: string
  /** The folder it lies in, if any. */
  readonly folder: Folder | undefined
  /** A picture of it, about 200 pixels wide; absent if there is none. */
  readonly thumbnail: string | undefined
  /** What Vimeo gives to download; empty where it gives nothing. */
  readonly files: readonly ListedFile[]
  /** How many captions and subtitles it has; 1 where Vimeo says only that there are some. */
  readonly textTracks: number
}

/** One of a video's files, with a link. */
export interface VideoFile extends ListedFile {
  /** Where it can be fetched for some hours, without a token. */
  readonly link: string
  /** MD5 in hex; absent if Vimeo did not say. */
  readonly md5: string | undefined
  /** When the link ends; absent if Vimeo did not say. */
  readonly expiresAt: Date | undefined
}

/** A video at the time of its download. */
export interface DownloadableVideo extends VideoFacts {
  /** Vimeo's name for it. */
  readonly uri: string
  /** What its owner called it: any text, may be empty. */
  readonly title: string
  /** When it was uploaded; absent if Vimeo did not say. */
  readonly createdAt: Date | undefined
  /** Files with a link, in Vimeo's order, which means nothing; empty where it gives none. */
  readonly files: readonly VideoFile[]
  /** Link to the largest picture of it; absent if there is none or it was not asked for. */
  readonly picture: string | undefined
  /** How many captions and subtitles it has; 1 where Vimeo says only that there are some. */
  readonly textTracks: number
}

const COMMON_FIELDS = [
  ...['uri', 'name', 'created_time', 'status', 'transcode.status', 'user.uri', 'has_text_tracks'],
  'metadata.connections.texttracks.total',
]

/** The fields that {@link videoOf} reads; no link to a file is among them. */
export const LIST_FIELDS = [
  ...COMMON_FIELDS,
  ...['description', 'duration', 'width', 'height', 'privacy.view'],
  ...['parent_folder.uri', 'parent_folder.name', 'pictures.sizes.width', 'pictures.sizes.link'],
  ...['download.quality', 'download.rendition', 'download.width', 'download.height'],
  'download.size',
].join(',')

/** The fields that {@link downloadableOf} reads. */
export const DOWNLOAD_FIELDS = [...COMMON_FIELDS, 'download'].join(',')

/** The same, with pictures. */
export const DOWNLOAD_FIELDS_WITH_PICTURES = [
  DOWNLOAD_FIELDS,
  'pictures.sizes.width',
  'pictures.sizes.link',
].join(',')

const LONGEST_DESCRIPTION = 300
const THUMBNAIL_WIDTH = 200

/** Reads the id in a video's uri, such as `/videos/1234` or `/videos/1234:abcd`; absent in anything else. */
export function videoIdOf(uri: string): string | undefined {
  return /^\/videos\/(\w+)(:\w+)?$/.exec(uri)?.[1]
}

/** Reads a video of the list. */
export function videoOf(video: Json): Video {
  return Object.freeze({
    ...factsOf(video),
    uri: textOf(video['uri']),
    title: textOf(video['name']),
    description: descriptionOf(video),
    createdAt: dateOf(video['created_time']),
    duration: numberOf(video['duration']) ?? 0,
    width: numberOf(video['width']) ?? 0,
    height: numberOf(video['height']) ?? 0,
    view: textOf(recordOf(video['privacy'])['view']),
    folder: folderOf(recordOf(video['parent_folder'])),
    thumbnail: thumbnailOf(video),
    files: Object.freeze(filesOf(video).map((file) => Object.freeze(listedFileOf(file)))),
    textTracks: textTracksIn(video),
  })
}

/** Reads a video that is about to be downloaded. */
export function downloadableOf(video: Json): DownloadableVideo {
  const files = filesOf(video).map((file) =>
    Object.freeze({
      ...listedFileOf(file),
      link: textOf(file['link']),
      md5: /^[\da-f]{32}$/i.exec(textOf(file['md5']))?.[0].toLowerCase(),
      expiresAt: dateOf(file['expires']),
    }),
  )
  return Object.freeze({
    ...factsOf(video),
    uri: textOf(video['uri']),
    title: textOf(video['name']),
    createdAt: dateOf(video['created_time']),
    files: Object.freeze(files.filter(({ link }) => link !== '')),
    picture: picturesOf(video).at(-1)?.link,
    textTracks: textTracksIn(video),
  })
}

function factsOf(video: Json): VideoFacts {
  return {
    status: textOf(video['status']),
    transcoding: textOf(recordOf(video['transcode'])['status']),
    ownerUri: textOf(recordOf(video['user'])['uri']),
  }
}

function descriptionOf(video: Json): string | undefined {
  const text = textOf(video['description']).trim()
  if (text.length <= LONGEST_DESCRIPTION) return text === '' ? undefined : text
  return `${text.slice(0, LONGEST_DESCRIPTION - 1).toWellFormed()}…`
}

function folderOf(folder: Json): Folder | undefined {
  const uri = textOf(folder['uri'])
  return uri === '' ? undefined : Object.freeze({ uri, name: textOf(folder['name']) })
}

/** The smallest that is wide enough, else the widest. */
function thumbnailOf(video: Json): string | undefined {
  const pictures = picturesOf(video)
  const found = pictures.find(({ width }) => width >= THUMBNAIL_WIDTH) ?? pictures.at(-1)
  return found && showable(found.link)
}

/** A page shows pictures from https alone, and from a simulator on this machine. */
function showable(link: string): string | undefined {
  const url = URL.parse(link)
  const isSimulator = url?.protocol === 'http:' && url.hostname === '127.0.0.1'
  return url?.protocol === 'https:' || isSimulator ? url?.href : undefined
}

/** The widest last. */
function picturesOf(video: Json) {
  return listOf(recordOf(video['pictures'])['sizes'])
    .map((size) => ({ width: numberOf(size['width']) ?? 0, link: textOf(size['link']) }))
    .filter(({ link }) => link !== '')
    .toSorted((a, b) => a.width - b.width)
}

function filesOf(video: Json): readonly Json[] {
  return listOf(video['download']).filter((file) => file['quality'] !== 'hls')
}

function listedFileOf(file: Json): ListedFile {
  return {
    quality: textOf(file['quality']),
    rendition: textOf(file['rendition']),
    width: numberOf(file['width']) ?? 0,
    height: numberOf(file['height']) ?? 0,
    size: numberOf(file['size']),
  }
}

function textTracksIn(video: Json): number {
  const { texttracks } = recordOf(recordOf(video['metadata'])['connections'])
  return numberOf(recordOf(texttracks)['total']) || Number(video['has_text_tracks'] === true)
}
