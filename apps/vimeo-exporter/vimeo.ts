/*
 * The person's videos at Vimeo as plain data. Must never know a token, nor follow a link to a file.
 *
 * Answers are read tolerantly: a field that is missing, null or of another type is simply unknown,
 * and a list that is missing is empty, for Vimeo leaves `download` out where it gives no files.
 *
 * Source: developer.vimeo.com/api/reference/videos and /api/common-formats.
 */
import {
  dateOf,
  listOf,
  numberOf,
  recordOf,
  requestJson,
  textOf,
  VimeoError,
} from './vimeo-request.ts'
import type { Json, Pace, VimeoConnection } from './vimeo-request.ts'

/** A video as the list shows it. */
export interface Video {
  /** Vimeo's name for it, e.g. `/videos/700000001`. */
  readonly uri: string
  /** What its owner called it: any text, may be empty. */
  readonly title: string
  /** When it was uploaded; absent if Vimeo did not say. */
  readonly createdAt: Date | undefined
  /** Seconds; 0 while Vimeo has not computed it. */
  readonly duration: number
  /** Pixels; 0 if unknown. */
  readonly width: number
  /** Pixels; 0 if unknown. */
  readonly height: number
  /**
   * Bytes of the best file to download, approximate; absent if there is none or Vimeo did not say.
   */
  readonly size: number | undefined
  /** Whether Vimeo gives any file of it. */
  readonly hasFile: boolean
}

/** One of a video's files. */
export interface VideoFile {
  /** Where it can be fetched for some hours, without a token. */
  readonly link: string
  /** `source` (as uploaded), `uhd`, `hd`, `sd`, `mobile`; may be empty. */
  readonly quality: string
  /** E.g. `source`, `1080p`; may be empty. */
  readonly rendition: string
  /** Pixels; 0 if unknown. */
  readonly width: number
  /** Pixels; 0 if unknown. */
  readonly height: number
  /** Bytes, approximate; absent if Vimeo did not say. */
  readonly size: number | undefined
}

/** A video at the time of its download. */
export interface DownloadableVideo {
  /** Vimeo's name for it. */
  readonly uri: string
  /** What its owner called it: any text, may be empty. */
  readonly title: string
  /** When it was uploaded; absent if Vimeo did not say. */
  readonly createdAt: Date | undefined
  /** Vimeo's `transcode.status`: `complete`, `in_progress`, `error`; may be empty. */
  readonly transcoding: string
  /** Files with a link, the best one first; empty where Vimeo gives none. */
  readonly files: readonly VideoFile[]
}

const LIST_FIELDS = [
  'uri',
  'name',
  'created_time',
  'duration',
  'width',
  'height',
  'download.quality',
  'download.rendition',
  'download.width',
  'download.height',
  'download.size',
]
const DOWNLOAD_FIELDS = ['uri', 'name', 'created_time', 'transcode.status', 'download']

/** More than anybody has; a list that never ends must not be followed for ever. */
const MOST_PAGES = 1000

/**
 * Lists all videos of the account, the newest first.
 *
 * @returns Frozen records, each `uri` once (the list may move while it is read). Links are not
 *   asked for: they expire, and the list is kept.
 * @throws {@link VimeoError} when Vimeo refuses, or names a next page that is not on its API.
 * @see developer.vimeo.com/api/reference/videos#get_videos
 */
export async function videosOf(
  connection: VimeoConnection,
  pace: Pace = {},
): Promise<readonly Video[]> {
  const videos = new Map<string, Video>()
  const visited = new Set<string>()
  let path: string | undefined =
    `/me/videos?per_page=100&sort=date&direction=desc&fields=${LIST_FIELDS.join(',')}`
  while (path !== undefined && !visited.has(path)) {
    if (visited.size === MOST_PAGES) {
      throw new VimeoError('Vimeo gave a list of videos that does not end. Try again later.', 200)
    }
    const page: Json = await requestPage(connection, path, visited.size === 0, pace)
    visited.add(path)
    for (const video of listOf(page['data']).map(videoOf)) {
      if (video.uri !== '') videos.set(video.uri, video)
    }
    path = nextPathOf(page)
  }
  return Object.freeze([...videos.values()])
}

/**
 * Asks for one video's files, with links that are fresh.
 *
 * @param uri As {@link Video} has it; of `/videos/{id}:{hash}` only the id is used.
 * @throws `TypeError` when that is no video's uri.
 * @throws {@link VimeoError} when Vimeo refuses, e.g. with `status` 404 for a deleted video.
 * @see developer.vimeo.com/api/reference/videos#get_video
 */
export async function downloadableVideo(
  connection: VimeoConnection,
  uri: string,
  pace: Pace = {},
): Promise<DownloadableVideo> {
  const id = /^\/videos\/(\w+)(:\w+)?$/.exec(uri)?.[1]
  if (id === undefined) throw new TypeError(`"${uri}" is not a video's uri such as /videos/1234.`)
  const path = `/videos/${id}?fields=${DOWNLOAD_FIELDS.join(',')}`
  const video = await requestJson(connection, path, pace)
  return Object.freeze({
    uri,
    title: textOf(video['name']),
    createdAt: dateOf(video['created_time']),
    transcoding: textOf(recordOf(video['transcode'])['status']),
    files: Object.freeze(filesOf(video).filter((file) => file.link !== '')),
  })
}

function videoOf(video: Json): Video {
  const files = filesOf(video)
  return Object.freeze({
    uri: textOf(video['uri']),
    title: textOf(video['name']),
    createdAt: dateOf(video['created_time']),
    duration: numberOf(video['duration']) ?? 0,
    width: numberOf(video['width']) ?? 0,
    height: numberOf(video['height']) ?? 0,
    size: files[0]?.size,
    hasFile: files.length > 0,
  })
}

/**
 * The best first: the file as it was uploaded, then by pixels, then by bytes. Vimeo promises no
 * order.
 */
function filesOf(video: Json): VideoFile[] {
  return listOf(video['download'])
    .map(fileOf)
    .filter((file) => file.quality !== 'hls')
    .toSorted(
      (a, b) =>
        Number(isSource(b)) - Number(isSource(a)) ||
        b.width * b.height - a.width * a.height ||
        (b.size ?? 0) - (a.size ?? 0),
    )
}

function fileOf(file: Json): VideoFile {
  return Object.freeze({
    link: textOf(file['link']),
    quality: textOf(file['quality']),
    rendition: textOf(file['rendition']),
    width: numberOf(file['width']) ?? 0,
    height: numberOf(file['height']) ?? 0,
    size: numberOf(file['size']),
  })
}

function isSource(file: VideoFile): boolean {
  return file.quality === 'source' || file.rendition === 'source'
}

/**
 * A page past the end is 404 at Vimeo, which happens when videos were deleted since the page
 * before.
 */
async function requestPage(
  connection: VimeoConnection,
  path: string,
  isFirst: boolean,
  pace: Pace,
): Promise<Json> {
  try {
    return await requestJson(connection, path, pace)
  } catch (error) {
    if (!isFirst && error instanceof VimeoError && error.status === 404) return {}
    throw error
  }
}

/** The token goes with the next request, so a next page anywhere but on the API is refused. */
function nextPathOf(page: Json): string | undefined {
  const next = recordOf(page['paging'])['next']
  if (next === undefined || next === null || next === '') return undefined
  if (typeof next === 'string' && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next)) return next
  throw new VimeoError('Vimeo named a next page of the list that is not on its own server.', 200)
}
