/*
 * Links to a chosen file, which expire: the one that is known first, then fresh ones to the very same file.
 * Must never follow one.
 */
import { LinkError } from './link.ts'
import type { LinkPurpose, Network } from './link.ts'
import { isSameFile } from './quality.ts'
import type { LinkSource } from './remote-file.ts'
import type { VideoFile } from './video.ts'
import { downloadableVideo, textTracksOf } from './vimeo.ts'
import type { TextTrack } from './vimeo.ts'
import { isNetworkFailure, VimeoError } from './vimeo-request.ts'
import type { Pace, VimeoConnection } from './vimeo-request.ts'

/** What is needed to ask Vimeo and to follow its links. */
export interface Reader {
  readonly connection: VimeoConnection
  readonly network: Network
  readonly pace: Pace
}

/** A file of a video at Vimeo, and a link to it. Plain data. */
export interface LinkedFile {
  readonly purpose: LinkPurpose
  /** The video's uri. */
  readonly uri: string
  readonly link: string
  /** When the link ends; absent if Vimeo did not say. */
  readonly linkEndsAt: Date | undefined
  /** Which of the video's files it is; absent for captions and pictures. */
  readonly file?: VideoFile
  /** Which of the video's captions it is, and in which language; absent for all else. */
  readonly track?: Pick<TextTrack, 'id' | 'language'>
}

/** Gives links to a file: the known one once if it has not ended, then fresh ones. */
export function linksTo(reader: Reader, linked: LinkedFile): LinkSource {
  const now = (reader.pace.now ?? Date.now)()
  const hasEnded = linked.linkEndsAt !== undefined && linked.linkEndsAt.getTime() <= now
  let known = hasEnded ? undefined : linked.link
  return async () => {
    const link = known ?? (await requestFreshLink(reader, linked))
    known = undefined
    return link
  }
}

async function requestFreshLink(reader: Reader, linked: LinkedFile): Promise<string> {
  let link: string | undefined
  try {
    link = await findLink(reader, linked)
  } catch (error) {
    throw new LinkError(reasonOf(error), mayPass(error) ? 'patience' : 'none', error)
  }
  if (link === undefined) throw new LinkError('Vimeo gives this file no more.', 'none')
  return link
}

async function findLink({ connection, pace }: Reader, linked: LinkedFile) {
  const { purpose, uri, file, track } = linked
  if (purpose === 'captions') {
    const tracks = await textTracksOf(connection, uri, pace)
    return tracks.find(({ id }) => id === track?.id)?.link
  }
  const pictures = purpose === 'picture'
  const video = await downloadableVideo(connection, uri, pace, { pictures })
  if (file === undefined) return video.picture
  return video.files.find((one) => isSameFile(one, file))?.link
}

/** What a connection says itself is final. */
function mayPass(error: unknown): boolean {
  if (error instanceof VimeoError) {
    return error.status === 0 || error.status >= 500 || error.status === 429
  }
  return isNetworkFailure(error)
}

function reasonOf(error: unknown): string {
  const isGone = error instanceof VimeoError ? error.status === 401 : !isNetworkFailure(error)
  return isGone
    ? 'The link to the file has ended, and the connection to Vimeo too. Connect again and download the rest.'
    : 'Vimeo gave no fresh link.'
}
