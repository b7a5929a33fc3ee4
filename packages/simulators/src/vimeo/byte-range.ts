/*
 * Reads Range and If-Range against a file. Arithmetic only; knows nothing of files or answers.
 *
 * @see RFC 9110 §13.1.5, §14
 */

/** Part of a file; both ends are included. */
export interface ByteRange {
  /** First byte. */
  readonly start: number
  /** Last byte. */
  readonly end: number
}

/**
 * Reads a Range header for a file of `size` bytes.
 *
 * @returns The range; `unsatisfiable` (416) when it begins past the end; undefined when the whole file is to be
 *   sent: no header, another unit, bad syntax, or several ranges.
 */
export function readByteRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/**
 * Tells whether a Range may be honoured: there is no If-Range, or it names the file as it is now.
 *
 * @param file Its strong entity tag and its Last-Modified, as sent.
 */
export function isRangeFresh(
  ifRange: string | undefined,
  file: { readonly etag: string; readonly lastModified: string },
): boolean {
  return ifRange === undefined || ifRange === file.etag || ifRange === file.lastModified
}
