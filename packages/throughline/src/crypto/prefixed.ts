/*
 * Several texts as one run of bytes that can be read in one way only.
 *
 * Authenticated context and MACs over several values stand on this: without the lengths, `['ab', 'c']` and
 * `['a', 'bc']` would be the same bytes, and a value sealed for one place would open in the other.
 */

/**
 * Writes each part as its length (four bytes, big-endian, counting UTF-8 bytes) and its UTF-8 bytes.
 *
 * @param parts In order; may be empty, as may each part.
 */
export function toPrefixedBytes(parts: readonly string[]): Buffer {
  let length = 0
  for (const part of parts) length += 4 + Buffer.byteLength(part)
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  for (const part of parts) {
    const written = bytes.write(part, at + 4)
    bytes.writeUInt32BE(written, at)
    at += 4 + written
  }
  return bytes
}
