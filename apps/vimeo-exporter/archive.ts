/*
 * The person's chosen videos as one ZIP archive, whose exact size is known before its first byte.
 * Links are asked for when they are needed, for they expire; they are followed without the token.
 *
 * A video that turns out beforehand to have no file is left out and told as a failure. Once the
 * size is promised nothing can be left out: a file that cannot be read to its end is completed with
 * zeros, and told as damaged in the outcome and in the manifest, so that one broken file costs the
 * person one file and not the archive.
 */
import { setTimeout as timeout } from 'node:timers/promises'
import { ThroughlineError } from 'throughline'
import type { Download, DownloadSummary } from 'throughline'
import { delivered } from './delivery.ts'
import type { Delivery } from './delivery.ts'
import { linksTo } from './fresh-links.ts'
import type { Reader } from './fresh-links.ts'
import { LinkError } from './link.ts'
import { manifestLength, renderManifest } from './manifest.ts'
import type { ManifestEntry } from './manifest.ts'
import { prepareFiles } from './prepare.ts'
import type { Choice, LeftOutFile, PreparedFiles, ReadyFile } from './prepare.ts'
import { remoteBytes } from './remote-file.ts'
import type { Pace, VimeoConnection } from './vimeo-request.ts'
import { zipLength, zipStream } from './zip.ts'
import type { ZipSource } from './zip.ts'

/**
 * What the download button sends. Its body may be read once, and requests nothing before. Its
 * outcome is to be asked for when the body has ended: the files that left whole, and those that
 * were left out or are damaged. Their keys are the videos' uris; those of captions and pictures
 * begin with them.
 */
export type Archive = Required<Omit<Download, 'name'>>

/** What the exporter needs of the world; everything has a default. */
export interface World extends Pace {
  /** Follows the links to the files (the global `fetch`). Must add no credential. */
  readonly fetch?: typeof fetch
  /** Milliseconds without a byte after which a connection counts as broken (60,000). */
  readonly stallAfter?: number
}

/** What is wanted, and of which world. */
export interface ArchiveOptions extends Choice, World {}

/** No chosen video can be downloaded. The message is for the person. */
export class ArchiveError extends ThroughlineError {
  override readonly name = 'ArchiveError'
  /** Every chosen video with its reason. */
  readonly failures: DownloadSummary['failures']

  constructor(failures: DownloadSummary['failures']) {
    const reasons = new Set(failures.map(({ reason }) => reason))
    const message =
      failures.length === 0
        ? 'No video is chosen. Choose at least one.'
        : `None of the chosen videos can be downloaded. ${[...reasons].slice(0, 3).join(' ')}`
    super('archive.nothing-to-download', message, { attribution: 'person' })
    this.failures = failures
  }
}

/** The first date that every archive program can show. */
const DATE_IF_UNKNOWN = new Date(Date.UTC(1980, 0, 1))

/**
 * Prepares the archive of the chosen videos: asks for links and exact sizes, and names the files.
 *
 * @param videos In the order wanted; one given twice counts once.
 * @throws {@link ArchiveError} when nothing is left to download.
 * @throws {@link VimeoError} with status 401, and whatever `connection.fetch` throws: the
 *   connection is gone, which concerns more than one video.
 * @throws `TypeError` for a uri that is no video's.
 */
export async function archiveOf(
  connection: VimeoConnection,
  videos: Iterable<{ readonly uri: string }>,
  options: ArchiveOptions = {},
): Promise<Archive> {
  const reader = readerOf(connection, options)
  const prepared = await prepareFiles(reader, videos, options)
  if (prepared.files.length === 0) throw new ArchiveError(prepared.leftOut)
  return archiveOfFiles(reader, prepared)
}

/** Puts together what is needed to ask Vimeo and to follow its links. */
export function readerOf(connection: VimeoConnection, world: World): Reader {
  const { fetch = globalThis.fetch, wait = timeout, signal, stallAfter } = world
  return { connection, network: { fetch, wait, signal, stallAfter }, pace: world }
}

function archiveOfFiles(reader: Reader, { files, leftOut }: PreparedFiles): Archive {
  const { network, pace } = reader
  const deliveries = new Map<ReadyFile, Delivery>()
  let current = files[0]?.title ?? ''
  const entries = () => [
    ...files.map((file) => manifestEntryOf(file, deliveries.get(file))),
    ...leftOut.map(manifestEntryOfLeftOut),
  ]
  const failures = () => [...leftOut, ...damagedOf(deliveries)]
  const sources = files.map((file): ZipSource => ({
    name: file.name,
    size: file.size,
    modifiedAt: file.createdAt ?? DATE_IF_UNKNOWN,
    async *open() {
      current = file.title || file.name
      const { size, md5, purpose } = file
      const bytes = remoteBytes(network, size, linksTo(reader, file), { purpose })
      const promised = { size, md5, toReason, signal: network.signal }
      deliveries.set(file, yield* delivered(bytes, promised))
    },
  }))
  const length = manifestLength(entries())
  sources.push({
    name: 'manifest.json',
    size: length,
    modifiedAt: new Date((pace.now ?? Date.now)()),
    async *open() {
      yield renderManifest(entries(), length)
    },
  })
  return {
    type: 'application/zip',
    size: zipLength(sources),
    body: zipStream(sources),
    outcome: () => ({
      files: [...deliveries]
        .filter(([, { problem }]) => problem === undefined)
        .map(([{ name, size, key }]) => ({ name, size, key })),
      failures: failures(),
    }),
    progress: () => ({
      text: current,
      done: deliveries.size,
      total: files.length,
      failures: failures(),
    }),
  }
}

function damagedOf(deliveries: ReadonlyMap<ReadyFile, Delivery>): LeftOutFile[] {
  return [...deliveries].flatMap(([{ key, title, name }, { problem }]) =>
    problem === undefined ? [] : { key, title: title || name, reason: problem },
  )
}

function manifestEntryOf(file: ReadyFile, delivery: Delivery | undefined): ManifestEntry {
  const { key: id, name, title, size, createdAt, quality } = file
  return {
    ...{ id, name, title, size, quality: quality || null, date: createdAt?.toISOString() ?? null },
    sent: delivery?.sent ?? 0,
    sha256: delivery?.sha256 ?? null,
    md5: delivery?.md5 ?? null,
    state: delivery !== undefined && delivery.problem === undefined ? 'whole' : 'damaged',
    reason: delivery?.problem ?? null,
  }
}

function manifestEntryOfLeftOut({ key: id, title, reason }: LeftOutFile): ManifestEntry {
  const unknown = { name: null, quality: null, date: null, size: null, sent: null }
  return { id, title, ...unknown, sha256: null, md5: null, state: 'left out', reason }
}

function toReason(error: unknown): string {
  return error instanceof LinkError ? error.message : 'The file could not be read to its end.'
}
