/*
 * A large archive through the whole exporter: files from another process, the exporter's engine, its
 * download button, a person who takes all of it. Beside it the limit: the same bytes straight from the server
 * that has the files, and through a bare program that only hands them on. Fails where memory grows
 * by 64 MB once the exporter is warm.
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
const CHUNK = Buffer.alloc(1 << 20, 'throughline')
const [role = '20', amount = '0', source = ''] = process.argv.slice(2)

if (role === 'files') listen((request, response) => sendFile(request, response, Number(amount)))
else if (role === 'hand-on') listen(handOn)
else if (role === 'exporter') await startExporter()
else await bench(Number(role))

async function bench(gigabytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const children: ReturnType<typeof start>[] = []
  function start(kind: string, from = '') {
    const here = new URL(import.meta.url).pathname
    const args = [...process.execArgv, here, kind, String((gigabytes * 1e9) / FILES), from]
    const env = { ...process.env, THROUGHLINE_DATA: folder }
    return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  }
  async function started(kind: string, from?: string) {
    const child = start(kind, from)
    children.push(child)
    return { name: kind, origin: await firstLine(child.stdout), pid: child.pid ?? 0 }
  }
  try {
    const files = await started('files')
    const straight = await measure({ ...files, isPage: false })
    const handedOn = await measure({ ...(await started('hand-on', files.origin)), isPage: false })
    const exporter = await measure({ ...(await started('exporter', files.origin)), isPage: true })
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
  const videos = Array.from({ length: FILES }, (_video, index) => ({ uri: `/videos/${index}` }))
  const page = () =>
    void downloadButton('Download', {
      file: 'vimeo-videos.zip',
      from: () => archiveOf(connection, videos),
    })
  const { url } = await serve(app(page), { env: { ...process.env, PORT: '0' }, log: () => {} })
  console.log(url)
}

/** The API, and the files that it tells of; `/` is as many bytes as all of them. */
async function sendFile(request: IncomingMessage, response: ServerResponse, size: number) {
  const path = request.url ?? ''
  if (path.startsWith('/videos/')) {
    const link = `http://${request.headers.host}/file`
    const download = [{ quality: 'source', rendition: 'source', link }]
    response.setHeader('content-type', 'application/json')
    return response.end(JSON.stringify({ name: 'A long film', download }))
  }
  response.setHeader('content-type', 'video/mp4')
  if (request.headers.range === 'bytes=0-0') {
    response.writeHead(206, { 'content-range': `bytes 0-0/${size}`, 'content-length': 1 })
    return response.end('x')
  }
  const bytes = path === '/file' ? size : size * FILES
  response.setHeader('content-length', bytes)
  for (let left = bytes; left > 0; left -= CHUNK.byteLength) {
    const chunk = left < CHUNK.byteLength ? CHUNK.subarray(0, left) : CHUNK
    if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve))
  }
  return response.end()
}

function handOn(_request: IncomingMessage, response: ServerResponse): void {
  get(source, (answer) => void pipeline(answer, response))
}

function listen(answer: (request: IncomingMessage, response: ServerResponse) => unknown): void {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
}
