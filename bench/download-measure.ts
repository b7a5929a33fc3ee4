/*
 * Downloads from a process of this machine, and what that costs the process.
 */
import { readFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'

/** What is measured. */
export interface Measured {
  /** How it is called in the line printed. */
  readonly name: string
  readonly origin: string
  /** The process that serves it. */
  readonly pid: number
  /** Whether it is a page with a download button, or the bytes themselves. */
  readonly isPage: boolean
}

/** By then code is compiled, buffers are in use and the heap has its size. */
const WARM_AFTER_BYTES = 500e6

/**
 * Downloads it all, and prints speed, processor time and memory of its process.
 *
 * @returns Bytes received, bytes per second, and by how many bytes the memory grew once the process was
 *   warm, that is after {@link WARM_AFTER_BYTES}: what grows from then on grows with the download.
 */
export async function measure({ name, origin, pid, isPage }: Measured) {
  const { path, cookie } = isPage ? await pressDownload(origin) : { path: '/', cookie: undefined }
  const before = residentBytes(pid)
  const cpuBefore = cpuSeconds(pid)
  const started = performance.now()
  let most = before
  let warm = before
  const whenWarm = () => (warm = most = Math.max(most, residentBytes(pid)))
  const watch = setInterval(() => (most = Math.max(most, residentBytes(pid))), 100)
  const received = await drain(`${origin}${path}`, cookie, whenWarm)
  clearInterval(watch)
  const seconds = (performance.now() - started) / 1000
  const cpu = (cpuSeconds(pid) - cpuBefore) / (received / 1e9)
  console.log(
    `${name}: ${(received / 1e9 / seconds).toFixed(2)} GB/s, ${cpu.toFixed(2)} CPU s/GB, ` +
      `${(before / 1e6).toFixed(0)} MB resident before, +${((warm - before) / 1e6).toFixed(0)} MB when warm, ` +
      `+${((most - warm) / 1e6).toFixed(0)} MB after`,
  )
  return { received, speed: received / seconds, growth: most - warm }
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

function drain(url: string, cookie: string | undefined, whenWarm: () => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = cookie === undefined ? {} : { cookie }
    request(url, { headers }, (answer) => {
      let received = 0
      answer.on('data', (chunk: Buffer) => {
        const wasWarm = received >= WARM_AFTER_BYTES
        received += chunk.length
        if (!wasWarm && received >= WARM_AFTER_BYTES) whenWarm()
      })
      answer.on('end', () => resolve(received)).on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

/** Reads the first line that a child prints: where it listens. */
export function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
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
