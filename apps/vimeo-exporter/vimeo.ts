/*
 * The calls to Vimeo that the exporter makes: the person's account, the list of their videos, and videos
 * with fresh links to their files. Must never know a token, nor follow a link to a file.
 *
 * Source: developer.vimeo.com/api/reference/videos and /api/reference/users.
 */
import type { AccountFacts } from './reason.ts'
import {
  DOWNLOAD_FIELDS,
  DOWNLOAD_FIELDS_WITH_PICTURES,
  downloadableOf,
  LIST_FIELDS,
  videoIdOf,
  videoOf,
} from './video.ts'
import type { DownloadableVideo, Video } from './video.ts'
import { vimeoPages } from './vimeo-pages.ts'
import { listOf, recordOf, requestJson, textOf } from './vimeo-request.ts'
import type { Pace, VimeoConnection } from './vimeo-request.ts'

/** How much of the list has come. */
export interface VideoList {
  /** The newest first, each `uri` once. */
  readonly videos: readonly Video[]
  /** How many there are as Vimeo says; 0 before it said. */
  readonly total: number
  /** Whether all have come. */
  readonly isWhole: boolean
  /** Vimeo's limit of requests makes the next page wait until then; absent if it does not. */
  readonly waitingUntil?: Date
}

/**
 * Lists all videos of the account, the newest first: what has come so far, then more, the whole last.
 *
 * @returns Frozen records, each `uri` once (the list may move while it is read).
 * @throws {@link VimeoError} when Vimeo refuses, or names a next page that is not on its API.
 * @see developer.vimeo.com/api/reference/videos#get_videos
 */
export async function* listVideos(
  connection: VimeoConnection,
  pace: Pace = {},
): AsyncGenerator<VideoList, void, void> {
  const videos = new Map<string, Video>()
  let total = 0
  const soFar = () => ({ videos: Object.freeze([...videos.values()]), total, isWhole: false })
  for await (const page of vimeoPages(connection, listPath(LIST_FIELDS), pace)) {
    if ('waitingUntil' in page) {
      yield Object.freeze({ ...soFar(), waitingUntil: page.waitingUntil })
      continue
    }
    for (const video of page.items.map(videoOf)) {
      if (video.uri !== '') videos.set(video.uri, video)
    }
    total = Math.max(page.total, videos.size)
    yield Object.freeze(soFar())
  }
  yield Object.freeze({ ...soFar(), isWhole: true })
}

/**
 * Asks for the person's account, as far as it decides which files Vimeo gives.
 *
 * @throws {@link VimeoError} when Vimeo refuses.
 * @see developer.vimeo.com/api/reference/users#get_user
 */
export async function accountOf(
  connection: VimeoConnection,
  pace: Pace = {},
): Promise<AccountFacts> {
  const me = await requestJson(connection, '/me?fields=uri,account,membership.type', pace)
  return Object.freeze({
    uri: textOf(me['uri']),
    plan: textOf(me['account']) || textOf(recordOf(me['membership'])['type']),
    scope: connection.scope,
  })
}

/** What is asked for beside the files. */
export interface DownloadFields {
  /** Whether pictures are wanted (no). */
  readonly pictures?: boolean | undefined
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
  fields: DownloadFields = {},
): Promise<DownloadableVideo> {
  const path = `/videos/${idOf(uri)}?fields=${downloadFields(fields)}`
  return { ...downloadableOf(await requestJson(connection, path, pace)), uri }
}

/** Fewer single calls than this are quicker than the list. */
const FEWEST_IN_BULK = 25
const VIDEOS_ON_A_PAGE = 100

/**
 * Asks for the files of many videos by reading the account's list, as long as that takes fewer calls than
 * asking for each.
 *
 * @param uris As {@link Video} has them.
 * @returns Those that were found, by uri; the rest has to be asked for one by one.
 * @throws {@link VimeoError} when Vimeo refuses.
 */
export async function downloadableVideos(
  connection: VimeoConnection,
  uris: readonly string[],
  pace: Pace = {},
  fields: DownloadFields = {},
): Promise<ReadonlyMap<string, DownloadableVideo>> {
  const found = new Map<string, DownloadableVideo>()
  if (uris.length <= FEWEST_IN_BULK) return found
  const missing = new Map(uris.map((uri) => [idOf(uri), uri]))
  let pagesRead = 0
  for await (const page of vimeoPages(connection, listPath(downloadFields(fields)), pace)) {
    if ('waitingUntil' in page) continue
    pagesRead += 1
    for (const video of page.items.map(downloadableOf)) {
      const id = videoIdOf(video.uri) ?? ''
      const uri = missing.get(id)
      if (uri === undefined) continue
      found.set(uri, { ...video, uri })
      missing.delete(id)
    }
    const pagesLeft = Math.ceil(page.total / VIDEOS_ON_A_PAGE) - pagesRead
    if (missing.size === 0 || missing.size <= pagesLeft) break
  }
  return found
}

/** A video's captions or subtitles in one language. */
export interface TextTrack {
  /** Unlike that of the video's other ones; a video may have several in one language. */
  readonly id: string
  /** Language as Vimeo has it, e.g. `en` or `pt-BR`; may be empty. */
  readonly language: string
  /** Where it can be fetched for a while, without a token. */
  readonly link: string
}

/**
 * Asks for a video's captions and subtitles, with links that are fresh.
 *
 * @throws {@link VimeoError} when Vimeo refuses.
 * @see developer.vimeo.com/api/reference/videos#get_text_tracks
 */
export async function textTracksOf(
  connection: VimeoConnection,
  uri: string,
  pace: Pace = {},
): Promise<readonly TextTrack[]> {
  const path = `/videos/${idOf(uri)}/texttracks?per_page=100&fields=uri,language,link`
  const { data } = await requestJson(connection, path, pace)
  const tracks = listOf(data).map((track) =>
    Object.freeze({
      id: textOf(track['uri']).split('/').at(-1) ?? '',
      language: textOf(track['language']),
      link: textOf(track['link']),
    }),
  )
  return tracks.filter(({ link }) => link !== '')
}

function listPath(fields: string): string {
  return `/me/videos?per_page=${VIDEOS_ON_A_PAGE}&sort=date&direction=desc&fields=${fields}`
}

function downloadFields({ pictures }: DownloadFields): string {
  return pictures === true ? DOWNLOAD_FIELDS_WITH_PICTURES : DOWNLOAD_FIELDS
}

function idOf(uri: string): string {
  const id = videoIdOf(uri)
  if (id === undefined) throw new TypeError(`"${uri}" is not a video's uri such as /videos/1234.`)
  return id
}
