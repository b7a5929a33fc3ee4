/*
 * The person's chosen videos as one ZIP archive, whose exact size is known before its first byte.
 * Links are asked for when they are needed, for they expire; they are followed without the token.
 *
 * A video that turns out beforehand to have no file is left out and told as a failure. Once the
 * size is promised nothing can be left out: a file that cannot be read to its end ends the body
 * with an error, so that the browser shows a download that failed and not a damaged archive.
 */
import { setTimeout as timeout } from 'node:timers/promises'
import { ThroughlineError } from 'throughline'
import type { Download, DownloadSummary } from 'throughline'
import { createFileNames, toVideoExtension } from './file-name.ts'
import { LinkError } from './link.ts'
import type { Network } from './link.ts'
import { remoteBytes, requestRemoteFile } from './remote-file.ts'
import type { LinkSource, RemoteFile } from './remote-file.ts'
import { VimeoError } from './vimeo-request.ts'
import type { Pace, VimeoConnection } from './vimeo-request.ts'
import { downloadableVideo } from './vimeo.ts'
import type { DownloadableVideo, VideoFile } from './vimeo.ts'
import { zipLength, zipStream } from './zip.ts'
import type { ZipSource } from './zip.ts'

/**
 * What the download button sends. Its body may be read once, and requests nothing before. Its
 * outcome is to be asked for when the body has ended: the files whose last byte has left, and the
 * videos that were left out or broke the download off.
 */
export type Archive = Required<Download>

/** A video that the person does not get; its reason is a sentence for them. */
export type ArchiveFailure = DownloadSummary['failures'][number]

/** What an archive needs of the world; everything has a default. */
export interface ArchiveOptions extends Pace {
  /** Follows the links to the files (the global `fetch`). Must add no credential. */
  readonly fetch?: typeof fetch
}

/** No chosen video can be downloaded. The message is for the person. */
export class ArchiveError extends ThroughlineError {
  override readonly name = 'ArchiveError'
  /** Every chosen video with its reason. */
  readonly failures: readonly ArchiveFailure[]

  constructor(failures: readonly ArchiveFailure[]) {
    const reasons = new Set(failures.map(({ reason }) => reason))
    const message =
      failures.length === 0
        ? 'No video is chosen. Choose at least one.'
        : `None of the chosen videos can be downloaded. ${[...reasons].slice(0, 3).join(' ')}`
    super('archive.nothing-to-download', message, { attribution: 'person' })
    this.failures = failures
  }
}

/**
 * Requests at once while sizes are asked for; Vimeo counts by the minute, so more would not be
 * faster for long.
 */
const REQUESTS_AT_ONCE = 8
/** The first date that every archive program can show. */
const DATE_IF_UNKNOWN = new Date(Date.UTC(1980, 0, 1))

/**
 * Prepares the archive of the chosen videos: asks for links and exact sizes, and names the files.
 *
 * @param chosenUris Uris of videos in the order wanted; one given twice counts once.
 * @throws {@link ArchiveError} when nothing is left to download.
 * @throws {@link VimeoError} with status 401, and whatever `connection.fetch` throws: the
 *   connection is gone, which concerns more than one video.
 * @throws `TypeError` for a uri that is no video's.
 */
export async function archiveOf(
  connection: VimeoConnection,
  chosenUris: Iterable<string>,
  options: ArchiveOptions = {},
): Promise<Archive> {
  const { fetch = globalThis.fetch, wait = timeout, signal } = options
  const network: Network = { fetch, wait, signal }
  const reader: Reader = { connection, network, pace: options }
  const prepared = await mapped([...new Set(chosenUris)], REQUESTS_AT_ONCE, (uri) =>
    prepare(reader, uri),
  )
  const failures = prepared.filter((one) => 'reason' in one)
  const ready = prepared.filter((one) => 'remote' in one)
  if (ready.length === 0) throw new ArchiveError(failures)

  const delivered: { name: string; size: number }[] = []
  const nameOf = createFileNames()
  const sources = ready.map((one): ZipSource => {
    const { title, video, file, remote } = one
    const { size } = remote
    const name = nameOf(namedFile(one))
    return {
      name,
      size,
      modifiedAt: video.createdAt ?? DATE_IF_UNKNOWN,
      async *open() {
        try {
          yield* remoteBytes(network, size, linksTo(reader, video.uri, file))
        } catch (error) {
          failures.push({ title, reason: reasonOf(error) })
          throw error
        }
        delivered.push({ name, size })
      },
    }
  })
  return {
    name: 'vimeo-videos.zip',
    type: 'application/zip',
    size: zipLength(sources),
    body: zipStream(sources),
    outcome: () => ({ files: [...delivered], failures: [...failures] }),
  }
}

interface Reader {
  readonly connection: VimeoConnection
  readonly network: Network
  readonly pace: Pace
}

interface ReadyVideo {
  readonly title: string
  readonly video: DownloadableVideo
  readonly file: VideoFile
  readonly remote: RemoteFile
}

async function prepare(reader: Reader, uri: string): Promise<ReadyVideo | ArchiveFailure> {
  let title = `Video ${uri.slice(uri.lastIndexOf('/') + 1)}`
  try {
    const video = await downloadableVideo(reader.connection, uri, reader.pace)
    title = video.title.trim() === '' ? title : video.title
    const file = video.files[0]
    if (file === undefined) return { title, reason: reasonForNoFile(video) }
    return { title, video, file, remote: await requestRemoteFile(reader.network, file.link) }
  } catch (error) {
    const isOfThisVideo = error instanceof VimeoError && error.status !== 401
    if (!isOfThisVideo && !(error instanceof LinkError)) throw error
    return { title, reason: error.message }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof LinkError ? error.message : 'The file could not be read to its end.'
}

/** Vimeo does not say why it gives no file; only transcoding can be told apart. */
function reasonForNoFile({ transcoding }: DownloadableVideo): string {
  if (transcoding === 'in_progress') return 'Vimeo is still preparing this video. Try again later.'
  if (transcoding === 'error') return 'Vimeo could not prepare this video, so it has no file.'
  return (
    'Vimeo gives no file for this video. It gives files of your own videos only, on a plan that ' +
    'includes them, and only if you allowed access to video files.'
  )
}

function namedFile({ video: { title }, remote: { names, contentType } }: ReadyVideo) {
  return { title, extension: toVideoExtension(names, contentType) }
}

/**
 * First the link that is known, which may have expired meanwhile; then fresh ones to the same file.
 */
function linksTo(reader: Reader, uri: string, file: VideoFile): LinkSource {
  let known: string | undefined = file.link
  return async () => {
    const link = known ?? (await requestFreshLink(reader, uri, file))
    known = undefined
    return link
  }
}

async function requestFreshLink(
  { connection, pace }: Reader,
  uri: string,
  file: VideoFile,
): Promise<string> {
  let files: readonly VideoFile[]
  try {
    files = (await downloadableVideo(connection, uri, pace)).files
  } catch (error) {
    const isFinal = error instanceof VimeoError && error.status < 500 && error.status !== 429
    throw new LinkError('Vimeo gave no fresh link.', isFinal ? 'none' : 'patience', error)
  }
  const same = files.find((one) => isSameFile(one, file))
  if (same === undefined) throw new LinkError('Vimeo gives this file no more.', 'none')
  return same.link
}

function isSameFile(a: VideoFile, b: VideoFile): boolean {
  return (
    a.quality === b.quality &&
    a.rendition === b.rendition &&
    a.width === b.width &&
    a.height === b.height
  )
}

/**
 * Results are in the order of the values. The first rejection rejects the whole, and nothing more
 * is begun.
 */
async function mapped<Value, Result>(
  values: readonly Value[],
  atOnce: number,
  toResult: (value: Value) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = entriesOf(values)
  const work = async (): Promise<void> => {
    for (const [index, value] of queue) results[index] = await toResult(value)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

/** A generator, because a loop that throws closes it for all who share it. */
function* entriesOf<Value>(values: readonly Value[]): Generator<[number, Value]> {
  yield* values.entries()
}
