/*
 * The person's chosen videos as single files, for saving into a folder and for lists of links. Names are those
 * in the archive.
 */
import type { OfferedFile } from 'throughline'
import { readerOf } from './archive.ts'
import type { World } from './archive.ts'
import { linksTo } from './fresh-links.ts'
import type { Reader } from './fresh-links.ts'
import { LinkError } from './link.ts'
import type { PreparedFiles, ReadyFile } from './prepare.ts'
import { remoteBytes } from './remote-file.ts'
import type { VimeoConnection } from './vimeo-request.ts'

/**
 * Offers prepared files. One that cannot be had is offered as well, and says why when it is opened, so that
 * nothing is missing silently.
 *
 * @param prepared As `prepareFiles` gives it; it may have been kept for a while, for links are asked for anew.
 */
export function offeredFiles(
  connection: VimeoConnection,
  { files, leftOut }: PreparedFiles,
  world: World = {},
): readonly OfferedFile[] {
  const reader = readerOf(connection, world)
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
