/*
 * All of a person's videos into a folder, without a page: lists, refuses to fill the disk, fetches what is
 * missing, verifies, and tells what could not be had. A second export into the same folder goes on where the
 * first one ended, and fetches what is new.
 */
import { mkdir, readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { ThroughlineError } from 'throughline'
import { readerOf, type ArchiveOptions } from './archive.ts'
import { loadRecord, noteFile, type RecordedFile } from './export-record.ts'
import { createFileNames } from './file-name.ts'
import { fetchToFolder, lengthOf, sha256Of, withoutPart } from './folder-file.ts'
import { linksTo, type Reader } from './fresh-links.ts'
import { LinkError } from './link.ts'
import { prepareFiles, type ReadyFile } from './prepare.ts'
import { fileFor, originalQuality } from './quality.ts'
import type { Video } from './video.ts'
import type { VimeoConnection } from './vimeo-request.ts'
import { listVideos } from './vimeo.ts'
import { toSize } from './words.ts'

/** What to export, and how. */
export interface FolderExportOptions extends Omit<ArchiveOptions, 'onPreparing'> {
  /** Where to; made if it is not there. */
  readonly folder: string
  /** Chooses among the listed videos (all). */
  readonly isWanted?: (video: Video) => boolean
  /** Reads the files that are there already, and fetches again those that were changed (no). */
  readonly verify?: boolean
  /** How many bytes may still be written to a folder (those of its file system). */
  readonly freeBytes?: (folder: string) => Promise<number>
  /** Told what happens. */
  readonly tell?: (event: ExportEvent) => void
}

/** What happens during an export. Sizes are in bytes. */
export type ExportEvent =
  | { readonly kind: 'listed'; readonly count: number; readonly total: number }
  | { readonly kind: 'waiting'; readonly until: Date }
  | { readonly kind: 'planned'; readonly missing: number; readonly bytes: number }
  | {
      readonly kind: 'fetching'
      readonly name: string
      readonly bytes: number
      readonly size: number
    }
  | {
      readonly kind: 'fetched'
      readonly name: string
      readonly size: number
      readonly continuedAt: number
    }
  | { readonly kind: 'failed'; readonly title: string; readonly reason: string }

/** What came of an export. */
export interface FolderExport {
  /** Files that this export has fetched. */
  readonly fetched: number
  /** Files that were there already. */
  readonly kept: number
  /** What could not be had, each with a sentence. */
  readonly failures: readonly { readonly title: string; readonly reason: string }[]
}

/** Left on the disk, for a full one harms whoever else writes to it. */
const LEFT_FREE_BYTES = 256e6
/** Links are asked for so many videos at a time, shortly before they are followed. */
const VIDEOS_AT_A_TIME = 25

/**
 * Exports to a folder.
 *
 * @throws `export.disk-full` before the first byte of what does not fit; `export.record-unreadable`;
 *   `VimeoError` when the list cannot be read or the connection is gone. What was fetched stays.
 */
export async function exportToFolder(
  connection: VimeoConnection,
  options: FolderExportOptions,
): Promise<FolderExport> {
  const { folder, isWanted = () => true, tell = () => {} } = options
  await mkdir(folder, { recursive: true })
  const record = await loadRecord(folder)
  const run: ExportRun = {
    options,
    record,
    reader: readerOf(connection, options),
    nameOf: createFileNames(await takenNames(folder, record)),
    counts: { fetched: 0, kept: 0 },
    failures: [],
  }
  // A video's own, and those of its captions and its picture, which begin with it.
  const keysOf = Map.groupBy(record.keys(), (key) => key.split('/', 3).join('/'))
  const missing: Video[] = []
  for (const video of (await listed(connection, options)).filter(isWanted)) {
    const keys = keysOf.get(video.uri) ?? []
    if (await isComplete(run, video, keys)) run.counts.kept += keys.length
    else missing.push(video)
  }
  const bytes = missing.reduce((sum, video) => sum + listedSize(video, options), 0)
  tell({ kind: 'planned', missing: missing.length, bytes })
  await assertRoom(options, bytes)

  for (let at = 0; at < missing.length; at += VIDEOS_AT_A_TIME) {
    await exportVideos(run, missing.slice(at, at + VIDEOS_AT_A_TIME))
  }
  return { ...run.counts, failures: run.failures }
}

interface ExportRun {
  readonly options: FolderExportOptions
  readonly record: Map<string, RecordedFile>
  readonly reader: Reader
  readonly nameOf: ReturnType<typeof createFileNames>
  readonly counts: { fetched: number; kept: number }
  readonly failures: { readonly title: string; readonly reason: string }[]
}

/** What the record names, and what is in the folder besides: that is the person's own. */
async function takenNames(
  folder: string,
  record: ReadonlyMap<string, RecordedFile>,
): Promise<readonly string[]> {
  const recorded = Array.from(record.values(), ({ name }) => name)
  return [...recorded, ...(await readdir(folder)).map(withoutPart)]
}

async function listed(
  connection: VimeoConnection,
  { tell = () => {}, ...pace }: FolderExportOptions,
): Promise<readonly Video[]> {
  let videos: readonly Video[] = []
  for await (const { videos: soFar, total, waitingUntil } of listVideos(connection, pace)) {
    videos = soFar
    if (waitingUntil !== undefined) tell({ kind: 'waiting', until: waitingUntil })
    else tell({ kind: 'listed', count: videos.length, total })
  }
  return videos
}

function listedSize(video: Video, { quality = originalQuality }: FolderExportOptions): number {
  return fileFor(video.files, quality)?.size ?? 0
}

/** Nothing of a complete video is asked for again; `keys` are those of what is known of it. */
async function isComplete(run: ExportRun, video: Video, keys: readonly string[]): Promise<boolean> {
  const { quality = originalQuality, captions = false, pictures = false } = run.options
  const file = fileFor(video.files, quality)
  const tracks = keys.filter((key) => key.includes('/texttracks/'))
  if (captions && tracks.length < video.textTracks) return false
  if (pictures && !keys.includes(`${video.uri}/picture`)) return false
  for (const key of keys) {
    if (!(await isThere(run, key))) return false
  }
  const recorded = run.record.get(video.uri)
  return recorded !== undefined && recorded.quality === (file?.rendition || file?.quality)
}

/** A file counts as there when the record knows it as whole and it still has its size. */
async function isThere({ record, options }: ExportRun, key: string): Promise<boolean> {
  const recorded = record.get(key)
  if (recorded?.sha256 === undefined) return false
  const path = join(options.folder, recorded.name)
  if ((await lengthOf(path)) !== recorded.size) return false
  return options.verify !== true || (await sha256Of(path)) === recorded.sha256
}

async function exportVideos(run: ExportRun, videos: readonly Video[]): Promise<void> {
  const { options, reader, record, counts } = run
  const { files, leftOut } = await prepareFiles(reader, videos, options)
  for (const { title, reason } of leftOut) fail(run, title, reason)
  for (const file of files) {
    const known = record.get(file.key)
    const isSame = known?.size === file.size && known.quality === file.quality
    if (isSame && (await isThere(run, file.key))) {
      counts.kept += 1
      continue
    }
    try {
      await exportFile(run, file, isSame ? known : undefined)
    } catch (error) {
      if (!(error instanceof LinkError)) throw error
      fail(run, file.title || file.name, error.message)
    }
  }
}

async function exportFile(
  run: ExportRun,
  file: ReadyFile,
  begun: RecordedFile | undefined,
): Promise<void> {
  const { options, reader, record, counts } = run
  const { folder, tell = () => {} } = options
  const { key, title, quality, size, validator, createdAt } = file
  const name = record.get(key)?.name ?? nameIn(run, file)
  await assertRoom(options, size - ((await lengthOf(join(folder, `${name}.part`))) ?? 0))

  const entry: RecordedFile = {
    ...{ name, title, quality, size },
    ...(validator !== undefined && { validator }),
    ...(createdAt !== undefined && { createdAt: createdAt.toISOString() }),
  }
  await keep(run, key, entry)
  const begunWith = begun?.sha256 === undefined ? begun?.validator : undefined
  const wanted = { ...file, name, begunWith, links: linksTo(reader, file) }
  const { sha256, continuedAt } = await fetchToFolder(reader.network, folder, wanted, (bytes) =>
    tell({ kind: 'fetching', name, bytes, size }),
  )
  await keep(run, key, { ...entry, sha256 })
  counts.fetched += 1
  tell({ kind: 'fetched', name, size, continuedAt })
}

/** As in an archive of these videos, unless another video of the folder has that name. */
function nameIn({ nameOf }: ExportRun, { name }: ReadyFile): string {
  const dot = name.lastIndexOf('.')
  return nameOf({ title: name.slice(0, dot), extension: name.slice(dot + 1) })
}

async function keep(
  { record, options }: ExportRun,
  key: string,
  file: RecordedFile,
): Promise<void> {
  record.set(key, file)
  await noteFile(options.folder, key, file)
}

function fail({ failures, options }: ExportRun, title: string, reason: string): void {
  failures.push({ title, reason })
  options.tell?.({ kind: 'failed', title, reason })
}

async function assertRoom(
  { folder, freeBytes = freeBytesOf }: FolderExportOptions,
  needed: number,
): Promise<void> {
  const free = await freeBytes(folder)
  if (needed + LEFT_FREE_BYTES <= free) return
  throw new ThroughlineError(
    'export.disk-full',
    `${folder} has ${toSize(free)} free, and the export needs ${toSize(needed)}; ${toSize(LEFT_FREE_BYTES)} are left ` +
      'for others. Make room, choose a folder on another disk or a lower --quality, then start again: it goes on from here.',
    { attribution: 'operator', details: { free, needed } },
  )
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
