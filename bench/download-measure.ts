/*
 * Downloads from a process of this machine, and what that costs the process.
 */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/** What is measured. */
export interface Measured {
  /** How it is called in the line printed. */
  readonly name: string
  readonly origin: string
  /** The process that serves it. */
  readonly child: ChildProcess
  /** Whether it is a page with a download button, or the bytes themselves. */
  readonly isPage: boolean
  /**
   * Whether it offers a small download too, at `/small` or by a button `Small`: that is taken first, so that code is
   * compiled, buffers are in use and the heap has its size, as in a program that has served somebody before.
   */
  readonly isWarmedUp?: boolean
}

/** Milliseconds after the last byte at which the memory counts as that of the end. */
const REST_MS = 2000
const SAMPLE_MS = 100

/**
 * Downloads it all, and prints speed, processor time and memory of its process.
 *
 * @returns Bytes received, bytes per second, and by how many bytes the resident memory grew at most, from just before
 *   the download on; all of the process counts, whatever it is used for.
 */
export async function measure({ name, origin, child, isPage, isWarmedUp = false }: Measured) {
  const pid = child.pid ?? 0
  const take = async (label: string, path: string) => {
    const pressed = isPage ? await pressDownload(origin, label) : { path, cookie: undefined }
    return () => drain(`${origin}${pressed.path}`, pressed.cookie)
  }
  if (isWarmedUp) await (await take('Small', '/small'))()
  const download = await take('Download', '/')
  const before = memoryOf(pid)
  let most = before
  const look = () => (most = greater(most, memoryOf(pid)))
  const cpuBefore = cpuSeconds(pid)
  const started = performance.now()
  const watch = setInterval(look, SAMPLE_MS)
  const received = await download()
  const seconds = (performance.now() - started) / 1000
  const cpu = (cpuSeconds(pid) - cpuBefore) / (received / 1e9)
  await setTimeout(REST_MS)
  clearInterval(watch)
  const end = memoryOf(pid)
  console.log(
    `${name}: ${(received / 1e9 / seconds).toFixed(2)} GB/s, ${cpu.toFixed(2)} CPU s/GB; ` +
      `resident (of that anonymous): ${megabytes(before)} before, ${megabytes(most)} at most, ${megabytes(end)} at the end`,
  )
  return { received, speed: received / seconds, growth: most.resident - before.resident }
}

async function pressDownload(origin: string, label: string) {
  const page = await send(origin, 'GET', {})
  const cookie = (page.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
  const fields = new URLSearchParams()
  for (const [, name = '', value = ''] of page.body.matchAll(
    /name="(tl-[a-z]+)" value="([^"]*)" auto/g,
  )) {
    fields.set(name, value)
  }
  fields.set('tl-press', `download-button:${label}`)
  const headers = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await send(origin, 'POST', headers, fields.toString())
  const path = answer.headers.location
  if (path === undefined) throw new Error(`The page has no button "${label}".`)
  return { path, cookie }
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

function drain(url: string, cookie: string | undefined): Promise<number> {
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

/** Reads the first line that a child prints: where it listens. */
export function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    stream.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim()))
    stream.once('end', () => reject(new Error('The process ended before it listened.')))
  })
}

interface Memory {
  readonly resident: number
  readonly anonymous: number
}

function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (field: string) =>
    Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024
  return { resident: bytes('VmRSS'), anonymous: bytes('RssAnon') }
}

function greater(one: Memory, other: Memory): Memory {
  return {
    resident: Math.max(one.resident, other.resident),
    anonymous: Math.max(one.anonymous, other.anonymous),
  }
}

function megabytes({ resident, anonymous }: Memory): string {
  return `${(resident / 1e6).toFixed(0)} (${(anonymous / 1e6).toFixed(0)}) MB`
}

/** User and system time; the kernel counts in hundredths. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
