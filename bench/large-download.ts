/*
 * Memory of the server while it sends a large file through a download button.
 * The limit beside it: the same bytes by a bare node:http server.
 *
 *   node --conditions=throughline-source bench/large-download.ts [gigabytes]
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, downloadButton } from 'throughline'
import { serve } from 'throughline/serve'

const CHUNK = new Uint8Array(1024 * 1024)
const [mode = 'bench', amount = '5'] = process.argv.slice(2)

if (mode === 'serve' || mode === 'bare') await serveBytes(mode, Number(amount))
else await bench(Number(mode === 'bench' ? amount : mode))

async function serveBytes(kind: 'serve' | 'bare', gigabytes: number): Promise<void> {
  const size = gigabytes * 1e9
  if (kind === 'bare') {
    const server = createServer((_, answer) => void sendAll(answer, size))
    server.listen(0, '127.0.0.1', () => {
      console.log(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
    })
    return
  }
  const page = () =>
    void downloadButton('Download', {
      file: 'large.bin',
      from: () => ({ size, body: bytes(size) }),
    })
  const { url } = await serve(app(page), { env: { ...process.env, PORT: '0' }, log: () => {} })
  console.log(url)
}

async function bench(gigabytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  try {
    for (const kind of ['bare', 'serve'] as const) {
      const args = [...process.execArgv, new URL(import.meta.url).pathname, kind, String(gigabytes)]
      const child = spawn(process.execPath, args, {
        env: { ...process.env, THROUGHLINE_DATA: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      try {
        const origin = await firstLine(child.stdout)
        await measure(kind, origin, child.pid ?? 0, gigabytes * 1e9)
      } finally {
        child.kill('SIGKILL')
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(kind: string, origin: string, pid: number, size: number): Promise<void> {
  const { path, cookie } =
    kind === 'bare' ? { path: '/', cookie: undefined } : await pressDownload(origin)
  const before = residentBytes(pid)
  const cpuBefore = cpuSeconds(pid)
  const started = performance.now()
  let most = before
  const watch = setInterval(() => (most = Math.max(most, residentBytes(pid))), 100)
  const received = await drain(`${origin}${path}`, cookie)
  clearInterval(watch)
  const seconds = (performance.now() - started) / 1000
  if (received !== size) throw new Error(`Received ${received} of ${size} bytes`)
  const cpu = (cpuSeconds(pid) - cpuBefore) / (size / 1e9)
  console.log(
    `${kind}: ${(size / 1e9 / seconds).toFixed(2)} GB/s, ${cpu.toFixed(2)} CPU s/GB, ` +
      `${(before / 1e6).toFixed(0)} MB resident before, +${((most - before) / 1e6).toFixed(0)} MB at most`,
  )
}

async function pressDownload(origin: string) {
  const page = await send(origin, 'GET', {})
  const cookie = (page.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
  const fields = new URLSearchParams()
  for (const [, name = '', value = ''] of page.body.matchAll(
    /name="(tl-[a-z]+)" value="([^"]*)" auto/g,
  )) {
    fields.set(name, value)
  }
  fields.set('tl-press', 'download-button:Download')
  const headers = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await send(origin, 'POST', headers, fields.toString())
  return { path: answer.headers.location ?? '', cookie }
}

function send(url: string, method: string, headers: Record<string, string>, body?: string) {
  return new Promise<{ headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => resolve({ headers: answer.headers, body: text }))
    })
    asked.on('error', reject).end(body)
  })
}

function drain(url: string, cookie?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = cookie === undefined ? {} : { cookie }
    request(url, { headers }, (answer) => {
      let received = 0
      answer.on('data', (chunk: Buffer) => (received += chunk.length))
      answer.on('end', () => resolve(received)).on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

async function* bytes(size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= CHUNK.length)
    yield CHUNK.subarray(0, Math.min(left, CHUNK.length))
}

async function sendAll(answer: ServerResponse, size: number): Promise<void> {
  for await (const chunk of bytes(size)) {
    if (!answer.write(chunk)) await new Promise((resolve) => answer.once('drain', resolve))
  }
  answer.end()
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    stream.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim()))
  })
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
}

/** User and system time; the kernel counts in hundredths. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
