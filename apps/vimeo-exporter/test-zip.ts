/* For tests: a ZIP archive whose files are stored as they are, read by its central directory. */
import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'

/** Reads the files by their names; fails where one does not have its checksum, or where bytes are left over. */
export function readZip(archive: Uint8Array): ReadonlyMap<string, Buffer> {
  const zip = Buffer.from(archive)
  const end = zip.length - 22
  assert.equal(zip.readUInt32LE(end), 0x06054b50, 'The archive ends in its end record.')
  const files = new Map<string, Buffer>()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50)
    const [checksum, size] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24)]
    const [nameLength, extraLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30)]
    const header = zip.readUInt32LE(at + 42)
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const bytes = zip.subarray(start, start + size)
    assert.equal(crc32(bytes), checksum, `${name} has its checksum.`)
    assert.ok(!files.has(name), `${name} is there once.`)
    files.set(name, bytes)
    at += 46 + nameLength + extraLength
  }
  assert.equal(at, end)
  return files
}
