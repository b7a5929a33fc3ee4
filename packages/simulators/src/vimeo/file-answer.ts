/*
 * Answers with a file from disk, or a range of it. The file is streamed and never held whole.
 * Knows nothing of links: whoever calls has decided that the bytes may be sent.
 */
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'

import { paceBody } from './body-pace.ts'
import { isRangeFresh, readByteRange } from './byte-range.ts'
import type { LibraryFile } from './library-video.ts'
import type { VimeoSwitches } from './switches.ts'

/** Size of the pieces that files are read in. */
const READ_BYTES = 256 * 1024

/**
 * Answers a request with a video's file: 200, 206 or 416.
 *
 * @throws whatever opening the file throws, so `ENOENT` for one that is gone.
 */
export async function sendFile(
  request: Request,
  options: {
    readonly file: LibraryFile
    readonly switches: VimeoSwitches
    /** Breaks the connection of this request; used by the switch `cutAfterBytes`. */
    readonly breakConnection: () => void
  },
): Promise<Response> {
  const { file: source, switches, breakConnection } = options
  const { searchParams } = new URL(request.url)
  const file = await open(source.path)
  let isHandedOn = false
  try {
    // Asked of the open file, so that the length announced is the length sent.
    const { size, mtime } = await file.stat()
    const changed = new Date(mtime.getTime() + switches.fileVersion * 1000)
    const etag = `"${size.toString(16)}-${changed.getTime().toString(16)}"`
    const lastModified = changed.toUTCString()
    const headers = new Headers({
      'content-type': source.mediaType,
      ...(switches.validators && { etag, 'last-modified': lastModified }),
      'cache-control': 'private, max-age=3600',
      'x-content-type-options': 'nosniff',
      ...(switches.range && switches.acceptRanges && { 'accept-ranges': 'bytes' }),
      ...(searchParams.get('download') === '1' && {
        'content-disposition': toDisposition(searchParams.get('filename') ?? source.fileName),
      }),
    })

    const ifRange = request.headers.get('if-range') ?? undefined
    const isFresh = switches.validators
      ? isRangeFresh(ifRange, { etag, lastModified })
      : ifRange === undefined
    const isRangeRead = switches.range && isFresh
    const range = isRangeRead
      ? readByteRange(request.headers.get('range') ?? undefined, size)
      : undefined
    if (range === 'unsatisfiable') {
      headers.set('content-range', `bytes */${size}`)
      headers.delete('content-disposition')
      return new Response(null, { status: 416, headers })
    }
    if (range) headers.set('content-range', `bytes ${range.start}-${range.end}/${size}`)
    const { start, end } = range ?? { start: 0, end: size - 1 }
    if (switches.contentLength) headers.set('content-length', String(end - start + 1))
    const status = range ? 206 : 200
    if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers })

    isHandedOn = true
    const bytes = file.createReadStream({ start, end, highWaterMark: READ_BYTES })
    const body = Readable.toWeb(bytes) as ReadableStream<Uint8Array>
    const sent = paceBody(body, { ...switches, breakConnection })
    return new Response(sent, { status, headers })
  } finally {
    if (!isHandedOn) await file.close()
  }
}

/** `Content-Disposition` with a name that cannot break out of its quotes. */
function toDisposition(name: string): string {
  const safe = basename(name).replace(/[^ \w().-]/g, '_')
  return `attachment; filename="${safe}"`
}
