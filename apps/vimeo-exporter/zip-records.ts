/*
 * The records of a ZIP archive as bytes: each with its length and its fields in order.
 * Knows one record at a time; must never know of streams. The design note is in `zip.ts`.
 *
 * Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.9, 4.3.12, 4.3.14–16 and 4.5.3;
 * Info-ZIP proginfo/extrafld.txt for the time extra ("UT").
 */

/** An entry whose place in the archive is settled. */
export interface Place {
  /** The name in UTF-8. */
  readonly nameBytes: Uint8Array
  /** Exact length of the content in bytes. */
  readonly size: number
  /** Byte at which the local header begins. */
  readonly offset: number
  /** When the content was last changed. */
  readonly modifiedAt: Date
}

/** The central directory as the end records describe it. */
export interface Directory {
  /** Number of entries. */
  readonly count: number
  /** Byte at which the first central header begins. */
  readonly offset: number
  /** Bytes of all central headers. */
  readonly length: number
}

const ALL_ONES_16 = 0xffff
const ALL_ONES_32 = 0xffffffff

const STORED = 0
const HAS_DESCRIPTOR = 1 << 3
const NAME_IS_UTF8 = 1 << 11
const FLAGS = HAS_DESCRIPTOR | NAME_IS_UTF8
const VERSION_PLAIN = 20
const VERSION_ZIP64 = 45
const MADE_ON_UNIX = 3 << 8
/** A regular file, readable by all and writable by its owner, in the upper half of the field. */
const ATTRIBUTES = 0o100644 * 0x10000

/** Returns the length of the local header in bytes. */
export function localHeaderLength(place: Place): number {
  const zip64 = isWide(place.size) ? 20 : 0
  return 30 + place.nameBytes.byteLength + zip64 + timeExtraLength(place)
}

/** Writes the record in front of the content. Its CRC-32 is 0: the descriptor has it. */
export function localHeader(place: Place): Uint8Array {
  const wide = isWide(place.size) ? [place.size, place.size] : []
  const extra = Buffer.concat([zip64Extra(wide), timeExtra(place)])
  return record(
    [
      [4, 0x04034b50],
      [2, wide.length > 0 ? VERSION_ZIP64 : VERSION_PLAIN],
      [2, FLAGS],
      [2, STORED],
      ...dosTimeAndDate(place.modifiedAt),
      [4, 0], // CRC-32
      [4, narrow(place.size)], // compressed
      [4, narrow(place.size)], // uncompressed
      [2, place.nameBytes.byteLength],
      [2, extra.byteLength],
    ],
    place.nameBytes,
    extra,
  )
}

/** Returns the length of the descriptor in bytes. */
export function descriptorLength(place: Place): number {
  return isWide(place.size) ? 24 : 16
}

/** Writes the record behind the content, which tells the CRC-32. */
export function descriptor(place: Place, checksum: number): Uint8Array {
  const width = isWide(place.size) ? 8 : 4
  return record([
    [4, 0x08074b50],
    [4, checksum],
    [width, place.size], // compressed
    [width, place.size], // uncompressed
  ])
}

/** Returns the length of the central header in bytes. */
export function centralHeaderLength(place: Place): number {
  const wide = wideFieldsOf(place).length
  const zip64 = wide === 0 ? 0 : 4 + 8 * wide
  return 46 + place.nameBytes.byteLength + zip64 + timeExtraLength(place)
}

/** Writes the entry's record in the central directory. */
export function centralHeader(place: Place, checksum: number): Uint8Array {
  const wide = wideFieldsOf(place)
  const extra = Buffer.concat([zip64Extra(wide), timeExtra(place)])
  return record(
    [
      [4, 0x02014b50],
      [2, MADE_ON_UNIX | VERSION_ZIP64],
      [2, wide.length > 0 ? VERSION_ZIP64 : VERSION_PLAIN],
      [2, FLAGS],
      [2, STORED],
      ...dosTimeAndDate(place.modifiedAt),
      [4, checksum],
      [4, narrow(place.size)], // compressed
      [4, narrow(place.size)], // uncompressed
      [2, place.nameBytes.byteLength],
      [2, extra.byteLength],
      [2, 0], // comment
      [2, 0], // disk
      [2, 0], // internal attributes
      [4, ATTRIBUTES],
      [4, narrow(place.offset)],
    ],
    place.nameBytes,
    extra,
  )
}

/** Returns the length of the end records in bytes. */
export function endRecordsLength(directory: Directory): number {
  return hasWideEnd(directory) ? 56 + 20 + 22 : 22
}

/**
 * Writes what closes the archive: with ZIP64 its end record and locator, and always the end record.
 */
export function endRecords(directory: Directory): Uint8Array {
  const { count, offset, length } = directory
  const end = record([
    [4, 0x06054b50],
    [2, 0], // this disk
    [2, 0], // disk of the directory
    [2, Math.min(count, ALL_ONES_16)], // on this disk
    [2, Math.min(count, ALL_ONES_16)],
    [4, narrow(length)],
    [4, narrow(offset)],
    [2, 0], // comment
  ])
  if (!hasWideEnd(directory)) return end
  const zip64End = record([
    [4, 0x06064b50],
    [8, 56 - 12], // length of what follows
    [2, MADE_ON_UNIX | VERSION_ZIP64],
    [2, VERSION_ZIP64],
    [4, 0], // this disk
    [4, 0], // disk of the directory
    [8, count], // on this disk
    [8, count],
    [8, length],
    [8, offset],
  ])
  const zip64Locator = record([
    [4, 0x07064b50],
    [4, 0], // disk of the ZIP64 end record
    [8, offset + length],
    [4, 1], // disks
  ])
  return Buffer.concat([zip64End, zip64Locator, end])
}

/** All ones is the mark of ZIP64, so a narrow field ends one below it. */
function isWide(value: number): boolean {
  return value >= ALL_ONES_32
}

function narrow(value: number): number {
  return Math.min(value, ALL_ONES_32)
}

function hasWideEnd({ count, offset, length }: Directory): boolean {
  return count >= ALL_ONES_16 || isWide(offset) || isWide(length)
}

/** What the central header's ZIP64 extra holds: just the fields that do not fit, in this order. */
function wideFieldsOf({ size, offset }: Place): number[] {
  return [...(isWide(size) ? [size, size] : []), ...(isWide(offset) ? [offset] : [])]
}

const NOTHING = new Uint8Array(0)

function zip64Extra(values: readonly number[]): Uint8Array {
  if (values.length === 0) return NOTHING
  const fields = values.map((value): Field => [8, value])
  return record([[2, 0x0001], [2, 8 * values.length], ...fields])
}

function epochSecondsOf({ modifiedAt }: Place): number {
  return Math.floor(modifiedAt.getTime() / 1000)
}

function timeExtraLength(place: Place): number {
  const seconds = epochSecondsOf(place)
  const isIn32Bits = seconds === (seconds | 0)
  return isIn32Bits ? 9 : 0
}

function timeExtra(place: Place): Uint8Array {
  if (timeExtraLength(place) === 0) return NOTHING
  return record([
    [2, 0x5455],
    [2, 5],
    [1, 1], // only the time of modification follows
    [4, epochSecondsOf(place) >>> 0],
  ])
}

/** In UTC, and brought into the years that DOS can express, 1980 to 2107. */
function dosTimeAndDate(date: Date): Field[] {
  const year = Math.min(Math.max(date.getUTCFullYear(), 1980), 2107)
  const at = year === date.getUTCFullYear() ? date : new Date(Date.UTC(year, 0, 1))
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  const day = ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  return [
    [2, time],
    [2, day],
  ]
}

/** A number and how many bytes it takes, little-endian. */
type Field = readonly [width: 1 | 2 | 4 | 8, value: number]

function record(fields: readonly Field[], ...tail: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(fields.reduce((length, [width]) => length + width, 0))
  let at = 0
  for (const [width, value] of fields) {
    if (width === 8) head.writeBigUInt64LE(BigInt(value), at)
    else head.writeUIntLE(value, at, width)
    at += width
  }
  return tail.length === 0 ? head : Buffer.concat([head, ...tail])
}
