/*
 * Makes a picture of a page small: a PNG of true colours becomes one of a palette, which pages hardly differ by.
 *
 * Source: PNG specification, third edition, W3C 2025: chunks (5), filters (9), compression (10).
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
/** Even grounds and the edges of letters keep their very colour; photographs share what is left of 256. */
const MOST_EXACT = 96
const MOST_COLOURS = 256

/** A picture as rows of pixels, without transparency. */
interface Pixels {
  readonly width: number
  readonly height: number
  /** Red, green and blue of each pixel in one number. */
  readonly colours: Uint32Array
}

/**
 * Makes a PNG small.
 *
 * @throws `Error` for a PNG that is not one of eight bits per channel in true colours, or that is interlaced.
 */
export function toPalettePng(png: Buffer): Buffer {
  const { width, height, colours } = readPng(png)
  const palette = toPalette(colours)
  const places = new Map<number, number>()
  const rows = Buffer.alloc((width + 1) * height)
  for (const [index, colour] of colours.entries()) {
    const place = places.get(colour) ?? nearestTo(colour, palette)
    places.set(colour, place)
    rows[Math.floor(index / width) + index + 1] = place
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3], 8)
  return Buffer.concat([
    SIGNATURE,
    toChunk('IHDR', head),
    toChunk('PLTE', Buffer.from(palette.flatMap(toChannels))),
    toChunk('IDAT', deflateSync(rows, { level: 9 })),
    toChunk('IEND', Buffer.alloc(0)),
  ])
}

/** Reads what a browser writes. */
export function readPng(png: Buffer): Pixels {
  const chunks = readChunks(png)
  const head = chunks.find(({ type }) => type === 'IHDR')?.bytes ?? Buffer.alloc(13)
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  const depth = { 2: 3, 6: 4 }[head[9] ?? 0]
  if (head[8] !== 8 || depth === undefined || head[12] !== 0)
    throw new Error('Expected a PNG of eight bits per channel, in true colours, not interlaced.')
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ bytes }) => bytes)
  const rows = unfiltered(inflateSync(Buffer.concat(parts)), width * depth, depth)
  const colours = new Uint32Array(width * height)
  for (const index of colours.keys()) colours[index] = rows.readUIntBE(index * depth, 3)
  return { width, height, colours }
}

function readChunks(png: Buffer): { readonly type: string; readonly bytes: Buffer }[] {
  const chunks = []
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    const start = at + 8
    chunks.push({
      type: png.toString('latin1', at + 4, start),
      bytes: png.subarray(start, start + length),
    })
    at = start + length + 4
  }
  return chunks
}

/** Each row begins with the number of its filter: what is to be added to each of its bytes. */
function unfiltered(filtered: Buffer, rowLength: number, depth: number): Buffer {
  const count = filtered.length / (rowLength + 1)
  const rows = Buffer.alloc(rowLength * count)
  for (let row = 0; row < count; row += 1) {
    const from = row * (rowLength + 1)
    const to = row * rowLength
    for (let column = 0; column < rowLength; column += 1) {
      const left = column < depth ? 0 : (rows[to + column - depth] ?? 0)
      const above = row === 0 ? 0 : (rows[to + column - rowLength] ?? 0)
      const corner = column < depth || row === 0 ? 0 : (rows[to + column - rowLength - depth] ?? 0)
      const more = [0, left, above, (left + above) >> 1, paeth(left, above, corner)]
      rows[to + column] =
        (filtered[from + 1 + column] ?? 0) + (more[filtered[from] ?? 0] ?? Number.NaN)
    }
  }
  return rows
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((one) => Math.abs(guess - one)) as [
    number,
    number,
    number,
  ]
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}

function toPalette(colours: Uint32Array): number[] {
  const sorted = byFrequency(colours)
  if (sorted.length <= MOST_COLOURS) return sorted
  const exact = sorted.slice(0, MOST_EXACT)
  const known = new Set(exact)
  // Four bits of each channel: what looks alike counts together.
  const rough = colours.filter((colour) => !known.has(colour)).map((colour) => colour & 0xf0f0f0)
  const middles = byFrequency(rough).map((colour) => colour | 0x080808)
  return [...exact, ...middles.slice(0, MOST_COLOURS - MOST_EXACT)]
}

function byFrequency(colours: Uint32Array): number[] {
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([colour]) => colour)
}

function nearestTo(colour: number, palette: readonly number[]): number {
  const wanted = toChannels(colour)
  let best = 0
  let least = Infinity
  for (const [place, other] of palette.entries()) {
    const distance = toChannels(other).reduce(
      (sum, channel, index) => sum + (channel - (wanted[index] ?? 0)) ** 2,
      0,
    )
    if (distance >= least) continue
    best = place
    least = distance
  }
  return best
}

function toChannels(colour: number): number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255]
}

function toChunk(type: string, bytes: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), bytes])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(bytes.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}
