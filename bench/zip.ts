/*
 * How fast the archive writer is, and that its memory stays flat: 5 GB of content through
 * `zipStream()` into nothing, beside client-zip and beside the limit, which is the checksum alone.
 * Rounds are interleaved, medians count. The content is one block over and over, so that neither
 * disk nor network is measured.
 *
 * Run: node bench/zip.ts
 */
import { crc32 } from 'node:zlib'
import { makeZip } from 'client-zip'
import { zipLength, zipStream } from '../apps/vimeo-exporter/zip.ts'

const MIB = 1 << 20
const GB = 1e9
const ROUNDS = 3
const FILES = 8
const BLOCKS_IN_OURS = 600 // × 8 files × 1 MiB = 5.03 GB
const BLOCKS_IN_THEIRS = 60 // a tenth: it takes as long

const block = Buffer.alloc(MIB, 'throughline')

async function* content(blocks: number): AsyncGenerator<Uint8Array, void, void> {
  for (let i = 0; i < blocks; i += 1) yield block
}

interface Contender {
  readonly name: string
  readonly blocks: number
  /** Yields all bytes that would leave. */
  stream(): AsyncIterable<Uint8Array>
}

function entries(blocks: number) {
  return Array.from({ length: FILES }, (_, index) => ({
    name: `video ${index}.mp4`,
    size: blocks * MIB,
    modifiedAt: new Date(0),
    open: () => content(blocks),
  }))
}

const contenders: readonly Contender[] = [
  {
    name: 'zipStream',
    blocks: BLOCKS_IN_OURS,
    stream: () => zipStream(entries(BLOCKS_IN_OURS)),
  },
  {
    name: 'client-zip',
    blocks: BLOCKS_IN_THEIRS,
    stream: () =>
      makeZip(
        entries(BLOCKS_IN_THEIRS).map(({ name, open }) => ({
          name,
          lastModified: new Date(0),
          input: open(),
        })),
      ),
  },
  {
    name: 'checksum alone',
    blocks: BLOCKS_IN_OURS,
    async *stream() {
      for (const { open } of entries(BLOCKS_IN_OURS)) {
        let checksum = 0
        for await (const chunk of open()) {
          checksum = crc32(chunk, checksum)
          yield chunk
        }
      }
    },
  },
]

interface Measure {
  readonly megabytesPerSecond: number
  readonly cpuSecondsPerGigabyte: number
  readonly memoryGrowthMib: number
}

async function measured(contender: Contender): Promise<Measure> {
  const memoryBefore = process.memoryUsage.rss()
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  let bytes = 0
  let chunks = 0
  let memory = memoryBefore
  for await (const chunk of contender.stream()) {
    bytes += chunk.byteLength
    chunks += 1
    if (chunks % 64 === 0) memory = Math.max(memory, process.memoryUsage.rss())
  }
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  if (contender.name === 'zipStream' && bytes !== zipLength(entries(contender.blocks))) {
    throw new Error(`zipStream yielded ${bytes} bytes, which is not what zipLength says.`)
  }
  return {
    megabytesPerSecond: bytes / 1e6 / seconds,
    cpuSecondsPerGigabyte: (cpu.user + cpu.system) / 1e6 / (bytes / GB),
    memoryGrowthMib: (memory - memoryBefore) / MIB,
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const measures = new Map<Contender, Measure[]>(contenders.map((contender) => [contender, []]))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [contender, list] of measures) list.push(await measured(contender))
}

console.log(`node ${process.version}, ${ROUNDS} rounds, medians; memory is the largest growth`)
for (const [{ name, blocks }, list] of measures) {
  const speed = median(list.map((one) => one.megabytesPerSecond))
  const cpu = median(list.map((one) => one.cpuSecondsPerGigabyte))
  const growth = Math.max(...list.map((one) => one.memoryGrowthMib))
  console.log(
    [
      name.padEnd(15),
      `${((FILES * blocks * MIB) / GB).toFixed(1)} GB`,
      `${speed.toFixed(0).padStart(6)} MB/s`,
      `${cpu.toFixed(3)} CPU s/GB`,
      `RSS +${growth.toFixed(1)} MiB`,
    ].join('  '),
  )
}
