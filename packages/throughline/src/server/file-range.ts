/*
 * Which bytes of a file a request asks for. One range is served; of several, or of what is none, the whole file.
 */

/** The first byte and the last. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * Reads a `Range` header for a file of this size.
 *
 * @returns The range; `'whole'` where the header is to be ignored; `'beyond'` where the file has no such byte.
 * @see RFC 9110 §14.1.2, §14.2
 */
export function readRange(header: string | null, size: number): ByteRange | 'whole' | 'beyond' {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (found === null) return 'whole'
  const [, from = '', to = ''] = found
  if (from === '') {
    if (to === '') return 'whole'
    const count = Math.min(Number(to), size)
    return count === 0 ? 'beyond' : { first: size - count, last: size - 1 }
  }
  const first = Number(from)
  if (to !== '' && Number(to) < first) return 'whole'
  if (first >= size) return 'beyond'
  return { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) }
}
