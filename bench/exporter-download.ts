/*
 * A large archive through the whole exporter: files from another process, the exporter's engine, its
 * download button, a person who takes all of it. Beside it the limit: the same bytes straight from the server
 * that has the files, and through a bare program that only hands them on; of those two 2 GB at most.
 * Each is a process of its own, and so is the person; the exporter and the bare program have served a small
 * download before. Fails where the exporter's memory then grows by 64 MB, its highest against its first.
 *
 * 20 GB, once, Node 24.21, two cores that other programs used too (load 4 to 7), all over loopback HTTP:
 *
 *   exporter   0.25 GB/s, 3.5 CPU s/GB; 160 MB resident before, 212 at most (+52), 176 at the end
 *   hand-on    0.21 GB/s, 2.8 CPU s/GB; 170 MB before, 207 at most (+37), over 2 GB
 *   files      0.36 GB/s, 0.2 CPU s/GB
 *
 * Before the small download the exporter has 125 MB: from there it is +87.
 *
 *   node --conditions=throughline-source bench/exporter-download.ts [gigabytes]
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { app, downloadButton } from 'throughline'
import { serve } from 'throughline/serve'
import { archiveOf } from '../apps/vimeo-exporter/archive.ts'
import { firstLine, measure } from './download-measure.ts'

const FILES = 4
const MOST_GROWTH_BYTES = 64e6
const SMALL_BYTES = 100e6
const MOST_GIGABYTES_OF_PEERS = 2
/** How the numbers of videos begin. */
const SMALL = '1'
const LARGE = '2'
const CHUNK = Buffer.alloc(1 << 20, 'throughline')
const [role = '20', amount = '0', source = ''] = process.argv.slice(2)

if (role === 'files') listen((request, response) => sendFile(request, response, Number(amount)))
else if (role === 'hand-on') listen(handOn)
else if (role === 'exporter') await startExporter()
else await bench(Number(role))

async function bench(gigabytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const children: ReturnType<typeof start>[] = []
  const ofPeers = Math.min(gigabytes, MOST_GIGABYTES_OF_PEERS)
  function start(kind: string, amount: number, from = '') {
    const here = new URL(import.meta.url).pathname
    const args = [...process.execArgv, here, kind, String((amount * 1e9) / FILES), from]
    const env = { ...process.env, THROUGHLINE_DATA: folder }
    return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  }
  async function started(kind: string, amount: number, from?: string) {
    const child = start(kind, amount, from)
    children.push(child)
    const origin = await firstLine(child.stdout)
    return { name: kind, origin, child, isPage: kind === 'exporter', isWarmedUp: true }
  }
  try {
    const fewer = await started('files', ofPeers)
    const straight = await measure(fewer)
    const handedOn = await measure(await started('hand-on', ofPeers, fewer.origin))
    const files = await started('files', gigabytes)
    const exporter = await measure(await started('exporter', gigabytes, files.origin))
    if (exporter.received < gigabytes * 1e9) throw new Error(`Received ${exporter.received} bytes`)
    const share = (limit: number) => `${((100 * exporter.speed) / limit).toFixed(0)} %`
    console.log(
      `exporter: ${share(straight.speed)} of the files' own server, ` +
        `${share(handedOn.speed)} of a bare program that hands them on`,
    )
    if (exporter.growth > MOST_GROWTH_BYTES) {
      throw new Error(
        `Memory grew by ${(exporter.growth / 1e6).toFixed(0)} MB; 64 MB is the limit.`,
      )
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startExporter(): Promise<void> {
  const connection = { fetch: (path: string, init?: RequestInit) => fetch(source + path, init) }
  const archive = (kind: string) => {
    const videos = Array.from({ length: FILES }, (_, index) => ({ uri: `/videos/${kind}${index}` }))
    return { file: 'vimeo-videos.zip', from: () => archiveOf(connection, videos) }
  }
  const page = () => {
    downloadButton('Small', archive(SMALL))
    downloadButton('Download', archive(LARGE))
  }
  const { url } = await serve(app(page), { env: { ...process.env, PORT: '0' }, log: () => {} })
  console.log(url)
}

/** The API, and the files that it tells of; `/` is as many bytes as all large ones, `/small` as all small ones. */
async function sendFile(request: IncomingMessage, response: ServerResponse, large: number) {
  const path = request.url ?? ''
  const size = path.endsWith('/small') ? SMALL_BYTES / FILES : large
  if (path.startsWith('/videos/')) {
    const file = path.startsWith(`/videos/${SMALL}`) ? '/file/small' : '/file'
    const link = `http://${request.headers.host}${file}`
    const download = [{ quality: 'source', rendition: 'source', link }]
    response.setHeader('content-type', 'application/json')
    return response.end(JSON.stringify({ name: 'A long film', download }))
  }
  response.setHeader('content-type', 'video/mp4')
  if (request.headers.range === 'bytes=0-0') {
    response.writeHead(206, { 'content-range': `bytes 0-0/${size}`, 'content-length': 1 })
    return response.end('x')
  }
  const bytes = path.startsWith('/file') ? size : size * FILES
  response.setHeader('content-length', bytes)
  for (let left = bytes; left > 0; left -= CHUNK.byteLength) {
    const chunk = left < CHUNK.byteLength ? CHUNK.subarray(0, left) : CHUNK
    if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve))
  }
  return response.end()
}

function handOn({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  get(source + url, (answer) => void pipeline(answer, response))
}

function listen(answer: (request: IncomingMessage, response: ServerResponse) => unknown): void {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
}
