/*
 * Prepares the chosen videos for their download: which file of each, its exact size, its name; and of those
 * that have no file, why. What it gives is plain data that may be kept for a while. Must never read a file.
 */
import type { Preparing } from 'throughline'
import { mapped } from './at-once.ts'
import { createFileNames, toPictureExtension, toStem, toVideoExtension } from './file-name.ts'
import type { LinkedFile, Reader } from './fresh-links.ts'
import { LinkError } from './link.ts'
import { fileFor, originalQuality } from './quality.ts'
import type { Quality } from './quality.ts'
import { reasonForNoFile, toReasonText } from './reason.ts'
import type { AccountFacts } from './reason.ts'
import { requestRemoteFile } from './remote-file.ts'
import type { DownloadableVideo } from './video.ts'
import { accountOf, downloadableVideo, downloadableVideos, textTracksOf } from './vimeo.ts'
import { VimeoError } from './vimeo-request.ts'

/** What is wanted of each video. */
export interface Choice {
  /** Which file (the original). */
  readonly quality?: Quality
  /** Captions and subtitles too, as `.vtt` (no). */
  readonly captions?: boolean
  /** The largest picture too (no). */
  readonly pictures?: boolean
  /** Told how far the preparation has come. */
  readonly onPreparing?: Preparing
}

/** A file that can be fetched. */
export interface ReadyFile extends LinkedFile {
  /** The video's uri; for captions and pictures followed by `/texttracks/12` or `/picture`. */
  readonly key: string
  /** What its owner called the video; may be empty. */
  readonly title: string
  /** Safe, and unlike all others. */
  readonly name: string
  /** Exact length in bytes. */
  readonly size: number
  /** Media type. */
  readonly type: string
  /** When the video was uploaded; absent if Vimeo did not say. */
  readonly createdAt: Date | undefined
  /** Vimeo's word for the quality, e.g. `source` or `1080p`; empty for captions and pictures. */
  readonly quality: string
  /** MD5 as Vimeo says; absent if it does not. */
  readonly md5: string | undefined
  /** The version, as `If-Range` may name it. */
  readonly validator: string | undefined
}

/** What the person does not get; the reason is a sentence for them. */
export interface LeftOutFile {
  readonly key: string
  readonly title: string
  readonly reason: string
}

/** What came of the preparation, in the order chosen. */
export interface PreparedFiles {
  readonly files: readonly ReadyFile[]
  readonly leftOut: readonly LeftOutFile[]
}

/**
 * Requests at once while sizes are asked for; Vimeo counts by the minute, so more would not be
 * faster for long.
 */
const REQUESTS_AT_ONCE = 12

/**
 * Asks for links and exact sizes, and names the files. Many videos are asked for in bulk.
 *
 * @param videos In the order wanted; one given twice counts once.
 * @throws {@link VimeoError} with status 401, and whatever `connection.fetch` throws: the
 *   connection is gone, which concerns more than one video.
 * @throws `TypeError` for a uri that is no video's.
 */
export async function prepareFiles(
  asker: Reader,
  videos: Iterable<{ readonly uri: string }>,
  choice: Choice = {},
): Promise<PreparedFiles> {
  const uris = [...new Set(Array.from(videos, ({ uri }) => uri))]
  const { onPreparing } = choice
  const reader = tellingOfPauses(asker, onPreparing)
  onPreparing?.({ text: 'Asking Vimeo for links…', done: 0, total: uris.length })
  const known = await knownInBulk(reader, uris, choice)
  const account = onlyOnce(() => accountFacts(reader))
  let done = 0
  const found = await mapped(uris, REQUESTS_AT_ONCE, async (uri) => {
    const parts = await prepareVideo({ ...reader, choice, account }, uri, known.get(uri))
    done += 1
    onPreparing?.({ text: parts[0]?.title ?? '', done, total: uris.length })
    return parts
  })
  const nameOf = createFileNames()
  const files = found.flatMap((parts) => named(parts.filter(isUnnamed), nameOf))
  return { files, leftOut: found.flat().filter(isLeftOut) }
}

type UnnamedFile = Omit<ReadyFile, 'name'> & { readonly extension: string }
type Part = UnnamedFile | LeftOutFile

interface VideoReader extends Reader {
  readonly choice: Choice
  readonly account: () => Promise<AccountFacts>
}

function isUnnamed(part: Part): part is UnnamedFile {
  return !isLeftOut(part)
}

function isLeftOut(part: Part): part is LeftOutFile {
  return 'reason' in part
}

/** Captions and pictures are named after the video. */
function named(
  parts: readonly UnnamedFile[],
  nameOf: ReturnType<typeof createFileNames>,
): ReadyFile[] {
  let stem: string | undefined
  return parts.map(({ extension, ...part }) => {
    const qualifier = part.track?.language ?? ''
    const name = nameOf({ title: stem ?? part.title, extension, qualifier })
    stem ??= toStem(name)
    return { ...part, name }
  })
}

async function prepareVideo(
  reader: VideoReader,
  uri: string,
  known: DownloadableVideo | undefined,
): Promise<readonly Part[]> {
  const { connection, pace, choice } = reader
  let title = `Video ${uri.slice(uri.lastIndexOf('/') + 1)}`
  try {
    const video = known ?? (await downloadableVideo(connection, uri, pace, choice))
    title = video.title.trim() === '' ? title : video.title
    const file = fileFor(video.files, choice.quality ?? originalQuality)
    if (file === undefined) {
      const reason = toReasonText(reasonForNoFile(video, await reader.account()))
      return [{ key: uri, title, reason }]
    }
    const { link, expiresAt: linkEndsAt, md5 } = file
    const quality = file.rendition || file.quality
    const linked: LinkedFile = { purpose: 'video', uri, link, linkEndsAt, file }
    const part = await probed(reader, linked, { key: uri, title: video.title, video, quality, md5 })
    return [part, ...(await companions(reader, video, title))]
  } catch (error) {
    return [{ key: uri, title, reason: reasonOf(error) }]
  }
}

interface PartFacts {
  readonly key: string
  readonly title: string
  readonly video: DownloadableVideo
  readonly quality?: string
  readonly md5?: string | undefined
}

async function probed(
  { network }: Reader,
  linked: LinkedFile,
  { key, title, video, quality = '', md5 }: PartFacts,
): Promise<UnnamedFile> {
  const { purpose } = linked
  const remote = await requestRemoteFile(network, linked.link, purpose)
  const { size, contentType: type, names, validator } = remote
  const extension =
    purpose === 'video'
      ? toVideoExtension(names, type)
      : purpose === 'captions'
        ? 'vtt'
        : toPictureExtension(type)
  const { createdAt } = video
  return { ...linked, key, title, size, type, extension, createdAt, quality, md5, validator }
}

/** Captions and the picture. That one is missing never hurts the video. */
async function companions(
  reader: VideoReader,
  video: DownloadableVideo,
  title: string,
): Promise<readonly Part[]> {
  const { connection, pace, choice } = reader
  const { uri } = video
  const parts: Part[] = []
  const add = async (key: string, noun: string, make: () => Promise<readonly Part[]>) => {
    try {
      parts.push(...(await make()))
    } catch (error) {
      parts.push({ key, title: `${title} (${noun})`, reason: reasonOf(error) })
    }
  }
  const probe = (key: string, noun: string, linked: LinkedFile) =>
    add(key, noun, async () => [await probed(reader, linked, { key, title: video.title, video })])
  const linkEndsAt = undefined
  if (choice.captions === true && video.textTracks > 0) {
    await add(`${uri}/texttracks`, 'captions', async () => {
      for (const { id, language, link } of await textTracksOf(connection, uri, pace)) {
        const track = { id, language }
        const linked: LinkedFile = { purpose: 'captions', uri, link, linkEndsAt, track }
        await probe(`${uri}/texttracks/${id}`, `captions ${language}`, linked)
      }
      return []
    })
  }
  if (choice.pictures === true && video.picture !== undefined) {
    const linked: LinkedFile = { purpose: 'picture', uri, link: video.picture, linkEndsAt }
    await probe(`${uri}/picture`, 'picture', linked)
  }
  return parts
}

/** Gives the reason of what concerns this video alone; throws all else. */
function reasonOf(error: unknown): string {
  const isOfThisVideo = error instanceof VimeoError && error.status !== 401
  if (!isOfThisVideo && !(error instanceof LinkError)) throw error
  return error.message
}

async function knownInBulk(
  { connection, pace }: Reader,
  uris: readonly string[],
  choice: Choice,
): Promise<ReadonlyMap<string, DownloadableVideo>> {
  try {
    return await downloadableVideos(connection, uris, pace, choice)
  } catch (error) {
    if (!(error instanceof VimeoError) || error.status === 401) throw error
    return new Map() // asked for one by one, each has its own reason
  }
}

/** Without them the reason is less exact, and no less true. */
async function accountFacts({ connection, pace }: Reader): Promise<AccountFacts> {
  try {
    return await accountOf(connection, pace)
  } catch (error) {
    if (!(error instanceof VimeoError) || error.status === 401) throw error
    return { uri: '', plan: '', scope: connection.scope }
  }
}

function onlyOnce<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}

function tellingOfPauses(reader: Reader, onPreparing: Preparing | undefined): Reader {
  const { pace } = reader
  const { now = Date.now } = pace
  const onWaiting = (until: Date) => {
    pace.onWaiting?.(until)
    const seconds = Math.ceil((until.getTime() - now()) / 1000)
    onPreparing?.({ text: `Vimeo asks for a pause of ${seconds} seconds…` })
  }
  return { ...reader, pace: { ...pace, onWaiting } }
}
