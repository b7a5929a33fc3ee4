/*
 * ZIP archives of stored files, streamed, with a length that is known before the first byte.
 * Knows names, sizes, dates and bytes; must never know where the bytes come from.
 *
 * Design note
 *
 * Terms. A *place* is an entry with its offset settled. The *layout* is all places, the central
 * directory's offset and length, and the length of the whole.
 *
 *   archive := ( local-header content descriptor )*  central-header*  [ end64 locator64 ]  end
 *
 *   local-header     30 + name + [ZIP64 extra 20] + [time extra 9]
 *   content          `size` bytes as they came (method 0, "stored")
 *   descriptor       16, or 24 with ZIP64: signature, CRC-32, size, size
 *   central-header   46 + name + [ZIP64 extra 12, 20 or 28] + [time extra 9]
 *   end64 locator64  56 + 20
 *   end              22
 *
 * Invariants
 *
 *   1. The layout follows from names, sizes and dates alone. It is complete before byte 0 and
 *      nothing that happens later can move an offset: `zipLength()` is what `zipStream()` produces.
 *   2. The CRC-32 is the one thing that is learnt on the way, so the local header says 0 and "see
 *      the descriptor" (flag bit 3). The sizes stand in the local header all the same: a reader
 *      that sees the archive as a stream can then find the end of a stored entry.
 *   3. ZIP64 is used where a value does not fit, and only there: for an entry's sizes from
 *      0xFFFFFFFF on (local header, descriptor and central header agree), for its offset from
 *      0xFFFFFFFF on (central header only), for the end when there are more than 65,534 entries or
 *      the directory's offset or length is 0xFFFFFFFF or more.
 *   4. An entry that gives other than `size` bytes ends the stream with an error, before a byte too
 *      many leaves and before the descriptor: the archive is visibly cut, never silently wrong.
 *   5. The same entries give the same bytes: dates are written as UTC, and no clock is read.
 *   6. Chunks are passed on as they came. What is kept grows with the number of entries alone.
 *
 * DOS dates have no zone and steps of two seconds. The time extra holds the instant itself, for
 * readers that know it; it is left out for dates beyond its 32 bits.
 */
import { crc32 } from 'node:zlib'
import {
  centralHeader,
  centralHeaderLength,
  descriptor,
  descriptorLength,
  endRecords,
  endRecordsLength,
  localHeader,
  localHeaderLength,
} from './zip-records.ts'
import type { Directory, Place } from './zip-records.ts'

/** What the layout of an archive needs to know of one entry. */
export interface ZipEntry {
  /** Relative path with `/` between its parts, unique in the archive. */
  readonly name: string
  /** Exact length of the content in bytes. */
  readonly size: number
  /** When the content was last changed. */
  readonly modifiedAt: Date
}

/** An entry together with its content. */
export interface ZipSource extends ZipEntry {
  /** Starts the content. Called once, when the archive has come to this entry. */
  open(): AsyncIterable<Uint8Array>
}

/** An entry's source gave more or fewer bytes than its `size` had promised. */
export class ZipSizeError extends Error {
  override readonly name = 'ZipSizeError'
  readonly code = 'zip.size-differs'
  /** Name of the entry. */
  readonly entry: string
  /** Bytes that were promised. */
  readonly expected: number
  /** Bytes that had come when this was noticed. */
  readonly received: number

  constructor(entry: ZipEntry, received: number) {
    const relation = received > entry.size ? 'more' : 'fewer'
    super(
      `"${entry.name}" gave ${relation} bytes than promised: ${received}, expected ${entry.size}. ` +
        'The archive is cut here; make it anew with the true size.',
    )
    this.entry = entry.name
    this.expected = entry.size
    this.received = received
  }
}

/**
 * Computes the exact length of the archive of these entries.
 *
 * @returns Bytes, equal to the sum of what {@link zipStream} yields.
 * @throws `TypeError` for a name, size or date that an archive cannot hold, or a name used twice.
 * @throws `RangeError` when the archive would be longer than 2^53 − 1 bytes.
 */
export function zipLength(entries: readonly ZipEntry[]): number {
  return layoutOf(entries).length
}

/**
 * Streams the archive of these entries, in their order.
 *
 * @returns The archive's bytes. Content comes in the sources' own chunks, uncopied; ending the
 *   generator early ends the source that is open.
 * @throws `TypeError` and `RangeError` at once, as {@link zipLength} does.
 * @throws {@link ZipSizeError} from the generator when a source does not keep to its size.
 * @see PKWARE APPNOTE.TXT 6.3.10, section 4.3.6
 */
export function zipStream(sources: readonly ZipSource[]): AsyncGenerator<Uint8Array, void, void> {
  return streamOf(layoutOf(sources))
}

async function* streamOf(layout: Layout<ZipSource>): AsyncGenerator<Uint8Array, void, void> {
  const written: Written[] = []
  for (const { entry, place } of layout.entries) {
    yield localHeader(place)
    let received = 0
    let checksum = 0
    for await (const chunk of entry.open()) {
      received += chunk.byteLength
      if (received > place.size) throw new ZipSizeError(entry, received)
      checksum = crc32(chunk, checksum)
      yield chunk
    }
    if (received < place.size) throw new ZipSizeError(entry, received)
    yield descriptor(place, checksum)
    written.push({ place, checksum })
  }
  yield* directoryOf(written)
  yield endRecords(layout.directory)
}

/** An entry whose content has left. */
interface Written {
  readonly place: Place
  readonly checksum: number
}

// One at a time, central headers would each be a small packet on the network.
const HEADERS_IN_A_CHUNK = 512

function* directoryOf(written: readonly Written[]): Generator<Uint8Array> {
  for (let from = 0; from < written.length; from += HEADERS_IN_A_CHUNK) {
    const group = written.slice(from, from + HEADERS_IN_A_CHUNK)
    yield Buffer.concat(group.map(({ place, checksum }) => centralHeader(place, checksum)))
  }
}

interface Layout<Entry extends ZipEntry> {
  readonly entries: readonly { readonly entry: Entry; readonly place: Place }[]
  readonly directory: Directory
  readonly length: number
}

function layoutOf<Entry extends ZipEntry>(entries: readonly Entry[]): Layout<Entry> {
  const names = new Set<string>()
  const placed: { entry: Entry; place: Place }[] = []
  let offset = 0
  let directoryLength = 0
  for (const entry of entries) {
    assertEntry(entry)
    if (names.has(entry.name)) {
      throw new TypeError(`Two entries have the name "${entry.name}". Give each its own.`)
    }
    names.add(entry.name)
    const { name, size, modifiedAt } = entry
    const place: Place = { nameBytes: Buffer.from(name, 'utf8'), size, offset, modifiedAt }
    placed.push({ entry, place })
    offset += localHeaderLength(place) + size + descriptorLength(place)
    directoryLength += centralHeaderLength(place)
  }
  const directory = { count: placed.length, offset, length: directoryLength }
  const length = offset + directoryLength + endRecordsLength(directory)
  if (!Number.isSafeInteger(length)) {
    throw new RangeError('The archive would be longer than 2^53 − 1 bytes. Make several of it.')
  }
  return { entries: placed, directory, length }
}

const LONGEST_NAME_BYTES = 0xffff

/** Also keeps out names that lead an unpacking program out of its folder ("zip slip"). */
function assertEntry({ name, size, modifiedAt }: ZipEntry): void {
  const hasUnsafePart = name.split('/').some((part) => ['', '.', '..'].includes(part))
  if (hasUnsafePart || /[\\\0]|^[A-Za-z]:/.test(name) || !name.isWellFormed()) {
    throw new TypeError(
      `"${name}" cannot name an entry. Pass a relative path with "/" between its parts.`,
    )
  }
  if (Buffer.byteLength(name, 'utf8') > LONGEST_NAME_BYTES) {
    throw new TypeError(
      'The name of an entry has more than 65,535 UTF-8 bytes. Pass a shorter one.',
    )
  }
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new TypeError(`The size of "${name}" is ${size}. Pass a whole number of bytes.`)
  }
  if (Number.isNaN(modifiedAt.getTime())) {
    throw new TypeError(`The date of "${name}" is invalid. Pass a valid Date.`)
  }
}
