/*
 * The person's chosen videos as single files, for saving into a folder and for lists of links; and which of
 * them a download did not bring. Names are those in the archive.
 */
import type { DownloadSummary, OfferedFile } from 'throughline'
import { readerOf } from './archive.ts'
import type { ArchiveOptions } from './archive.ts'
import { linksTo } from './fresh-links.ts'
import type { Reader } from './fresh-links.ts'
import { LinkError } from './link.ts'
import { prepareFiles } from './prepare.ts'
import type { PreparedFiles, ReadyFile } from './prepare.ts'
import type { Quality } from './quality.ts'
import { remoteBytes } from './remote-file.ts'
import type { VimeoConnection } from './vimeo-request.ts'

/**
 * Offers the chosen videos as files. One that cannot be had is offered as well, and says why when it is
 * opened, so that nothing is missing silently.
 *
 * @param videos In the order wanted; one given twice counts once.
 * @throws As {@link prepareFiles} does.
 */
export async function offeredFiles(
  connection: VimeoConnection,
  videos: Iterable<{ readonly uri: string }>,
  quality: Quality,
  options: ArchiveOptions = {},
): Promise<readonly OfferedFile[]> {
  const reader = readerOf(connection, options)
  return offeredFrom(reader, await prepareFiles(reader, videos, { ...options, quality }))
}

/** Offers files that were prepared before; see {@link prepareFiles}. */
function offeredFrom(reader: Reader, { files, leftOut }: PreparedFiles): readonly OfferedFile[] {
  const missing = leftOut.map(({ key, title, reason }): OfferedFile => ({
    key,
    name: title,
    open: () => Promise.reject(new LinkError(reason, 'none')),
  }))
  return [...files.map((file) => offered(reader, file)), ...missing]
}

function offered(reader: Reader, file: ReadyFile): OfferedFile {
  const { key, name, size, type, validator, purpose } = file
  return {
    ...{ key, name, size, type },
    async open(start) {
      if (!Number.isSafeInteger(start) || start < 0 || start > size) {
        throw new RangeError(
          `"${name}" has ${size} bytes. Open it from a byte within, not ${start}.`,
        )
      }
      const read = { purpose, start, validator }
      const body = remoteBytes(reader.network, size, linksTo(reader, file), read)
      return { size, body, ...(validator !== undefined && { validator }) }
    },
  }
}

/** Finds the videos that a download did not bring whole, for downloading the rest. */
export function restOf<Video extends { readonly uri: string }>(
  outcome: DownloadSummary,
  videos: readonly Video[],
): readonly Video[] {
  const brought = new Set(outcome.files.map(({ key }) => key))
  return videos.filter(({ uri }) => !brought.has(uri))
}
