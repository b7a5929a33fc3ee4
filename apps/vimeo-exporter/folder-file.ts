/*
 * One file of an export: fetched into `NAME.part` beside its place, continued where an earlier attempt
 * ended, verified, and moved to its place when it is whole. Must never know Vimeo.
 *
 *   NAME.part absent                          → read from the first byte
 *   NAME.part shorter than the file, and the
 *   version that it was begun with is known   → hash what is there, read on from its end
 *   otherwise                                 → take it away and begin again: a link is not written through
 *
 * What stands at NAME is always whole: its size is the server's, and its MD5 is Vimeo's where Vimeo gave one.
 */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, open, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { LinkError, type LinkPurpose, type Network } from './link.ts'
import { remoteBytes, type LinkSource } from './remote-file.ts'

/** A file to be fetched. */
export interface WantedFile {
  /** Its name in the folder. */
  readonly name: string
  /** Exact bytes. */
  readonly size: number
  /** The version that is wanted; absent if the server names none. */
  readonly validator: string | undefined
  /** The version that `NAME.part` was begun with, if that is known. */
  readonly begunWith: string | undefined
  /** MD5 in hex; absent if unknown. */
  readonly md5: string | undefined
  /** When the video was uploaded: the file's date; absent if unknown. */
  readonly createdAt: Date | undefined
  /** What the links lead to. */
  readonly purpose: LinkPurpose
  readonly links: LinkSource
}

/** What came of a file. */
export interface FetchedFile {
  /** SHA-256 in hex. */
  readonly sha256: string
  /** At which byte the reading went on; 0 where it began anew. */
  readonly continuedAt: number
}

/** Bytes after which what was written is brought to the disk, so that a power cut costs no more. */
const SYNC_EVERY_BYTES = 64 << 20

/**
 * Fetches a file to its place.
 *
 * @param onBytes Told after each piece how many bytes of the file are there.
 * @throws {@link LinkError} when it cannot be read to its end or is damaged; what was fetched stays as
 *   `NAME.part` unless it is damaged. Whatever the file system throws.
 */
export async function fetchToFolder(
  network: Network,
  folder: string,
  wanted: WantedFile,
  onBytes: (bytes: number) => void = () => {},
): Promise<FetchedFile> {
  const { name, size, validator, md5, createdAt, purpose, links } = wanted
  const part = join(folder, name + PART)
  const continuedAt = await usableLength(part, wanted)
  const hashes = { sha256: createHash('sha256'), md5: createHash('md5') }
  if (continuedAt > 0) await hashFile(part, hashes)

  if (continuedAt === 0) await rm(part, { force: true })
  const file = await open(part, continuedAt > 0 ? 'r+' : 'wx')
  let written = continuedAt
  let synced = continuedAt
  try {
    const options = { purpose, start: continuedAt, validator }
    for await (const chunk of remoteBytes(network, size, links, options)) {
      await file.write(chunk, 0, chunk.byteLength, written)
      hashes.sha256.update(chunk)
      hashes.md5.update(chunk)
      written += chunk.byteLength
      onBytes(written)
      if (written - synced < SYNC_EVERY_BYTES) continue
      await file.datasync()
      synced = written
    }
    await file.sync()
  } finally {
    await file.close()
  }
  if (md5 !== undefined && hashes.md5.digest('hex') !== md5) {
    await rm(part)
    throw new LinkError(
      'The file is damaged: its checksum is not the one that Vimeo gives.',
      'none',
    )
  }
  if (createdAt !== undefined) await utimes(part, createdAt, createdAt)
  await rename(part, join(folder, name))
  return { sha256: hashes.sha256.digest('hex'), continuedAt }
}

const PART = '.part'

/** Names the file that `NAME.part` becomes; any other name stays as it is. */
export function withoutPart(name: string): string {
  return name.endsWith(PART) ? name.slice(0, -PART.length) : name
}

/**
 * Tells how many bytes stand at a name; undefined where there is no file.
 *
 * @param look `lstat`, where a link to a file counts as none.
 */
export async function lengthOf(path: string, look = stat): Promise<number | undefined> {
  const found = await look(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  return found?.isFile() === true ? found.size : undefined
}

/** Computes the SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const sha256 = createHash('sha256')
  await hashFile(path, { sha256 })
  return sha256.digest('hex')
}

/** Bytes of two versions are never mixed: without a version that is still the same, nothing is usable. */
async function usableLength(part: string, wanted: WantedFile): Promise<number> {
  const { size, validator, begunWith } = wanted
  const length = (await lengthOf(part, lstat)) ?? 0
  const isSameVersion = validator !== undefined && validator === begunWith
  return isSameVersion && length < size ? length : 0
}

async function hashFile(path: string, hashes: Readonly<Record<string, Hash>>): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    for (const hash of Object.values(hashes)) hash.update(chunk as Buffer)
  }
}
