import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { readPng, toPalettePng } from './palette-png.ts'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

function chunk(type: string, bytes: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), bytes])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(bytes.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG of true colours from rows that are filtered already. */
function png(width: number, rows: readonly (readonly number[])[], head = [8, 2, 0, 0, 0]): Buffer {
  const sizes = Buffer.alloc(8)
  sizes.writeUInt32BE(width, 0)
  sizes.writeUInt32BE(rows.length, 4)
  const data = deflateSync(Buffer.from(rows.flat()))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([sizes, Buffer.from(head)])),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The pixels of a PNG with a palette, whose parts stand where we write them. */
function paletteColours(picture: Buffer): number[] {
  const paletteAt = picture.indexOf('PLTE') + 4
  const dataAt = picture.indexOf('IDAT') + 4
  const length = picture.readUInt32BE(dataAt - 8)
  const width = picture.readUInt32BE(16)
  const rows = inflateSync(picture.subarray(dataAt, dataAt + length))
  return [...rows]
    .filter((_, index) => index % (width + 1) !== 0)
    .map((place) => picture.readUIntBE(paletteAt + place * 3, 3))
}

describe('toPalettePng()', () => {
  test('keeps every colour where there are few, whichever way a row is filtered', () => {
    const rows = [
      [0, 10, 20, 30, 40, 50, 60],
      [1, 10, 20, 30, 30, 30, 30],
      [2, 0, 0, 0, 0, 0, 0],
      [3, 5, 10, 15, 15, 15, 15],
      [4, 0, 0, 0, 0, 0, 0],
    ]
    const first = 0x0a141e
    const second = 0x28323c
    const all = [first, second, first, second, first, second, first, second, first, second]
    assert.deepEqual([...readPng(png(2, rows)).colours], all)
    assert.deepEqual(paletteColours(toPalettePng(png(2, rows))), all)
  })

  test('comes near to every colour where there are many, and keeps the most frequent', () => {
    const rows = Array.from({ length: 64 }, (_, row) => [
      0,
      ...Array.from({ length: 64 }, (_, column) =>
        column < 32 ? [250, 250, 248] : [row * 2, column * 3, 128],
      ).flat(),
    ])
    const picture = png(64, rows)
    const small = paletteColours(toPalettePng(picture))
    for (const [index, colour] of readPng(picture).colours.entries()) {
      const near = small[index] ?? 0
      if (index % 64 < 32) assert.equal(near, colour)
      for (const shift of [16, 8, 0]) {
        assert.ok(Math.abs(((near >> shift) & 255) - ((colour >> shift) & 255)) <= 16)
      }
    }
  })

  test('refuses what no browser writes', () => {
    assert.throws(() => toPalettePng(png(1, [[0, 1, 2, 3]], [16, 2, 0, 0, 0])), /eight bits/)
    assert.throws(() => toPalettePng(png(1, [[0, 1, 2, 3]], [8, 2, 0, 0, 1])), /not interlaced/)
  })
})
