/*
 * What slow clients cost everybody else: the exporter beside its simulator, slowhttptest with 500 connections, and
 * meanwhile one healthy client that asks for the first page again and again.
 *
 *   H  heads that never end      B  bodies that never end      R  ranges upon ranges      X  answers read drop by drop
 *
 * slowhttptest's bodies are refused at their heads, for they come from no page of ours; so bodies follow that pass as
 * ours, a byte a second. Then a body of 1 GB, by what the process grows while it arrives.
 *
 * Needs Debian's slowhttptest. Run: node --conditions=throughline-source bench/slow-clients.ts [seconds of each]
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { startExporter } from './started-exporter.ts'

const SECONDS = Number(process.argv[2] ?? 20)
const CONNECTIONS = 500
const exporter = await startExporter()
const { port, origin } = exporter
const HEAD = [
  'POST / HTTP/1.1',
  `Host: 127.0.0.1:${port}`,
  `Origin: ${origin}`,
  'Content-Type: application/x-www-form-urlencoded',
]
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

try {
  await measure('nobody slow', sleep(SECONDS))
  const slow = ['-c', String(CONNECTIONS), '-r', '200', '-l', String(SECONDS), '-u', `${origin}/`]
  await measure('-H slow heads', attack(['-H', '-i', '5', ...slow]))
  await measure('-B slow bodies', attack(['-B', '-i', '5', '-s', '100000', ...slow]))
  await measure('-R ranges', attack(['-R', '-a', '5', '-b', '3000', ...slow]))
  await measure('-X slow reading', attack(['-X', '-n', '5', '-z', '32', '-k', '3', ...slow]))
  await measure('slow forms of ours', slowForms())
  await largeBody()
  await measure('afterwards', sleep(SECONDS / 2))
} finally {
  agent.destroy()
  console.log(`the exporter wrote ${exporter.errors().length} characters of errors`)
  await exporter.end()
}

/** Asks for the first page until `other` is done, and says how long answers took. */
async function measure(name: string, other: Promise<string>): Promise<void> {
  const times: number[] = []
  let failed = 0
  let note: string | undefined
  void other.then((said) => (note = said))
  while (note === undefined) {
    const begin = performance.now()
    const status = await get().catch(() => 0)
    times.push(performance.now() - begin)
    if (status !== 200) failed += 1
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const sorted = times.toSorted((one, other) => one - other)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  const figures = `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1 - 1e-9)} ms`
  console.log(
    `${name.padEnd(16)} ${times.length} answers, ${failed} failed, ${figures}, ${resident(exporter.process)} MB resident${note}`,
  )
}

function get(): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${origin}/`, { agent }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    })
      .on('error', reject)
      .end()
  })
}

/** Runs slowhttptest; what became of its connections. */
async function attack(args: readonly string[]): Promise<string> {
  const child = spawn('slowhttptest', [...args, '-p', '3'], { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', (part) => (said += String(part)))
  const deadline = setTimeout(() => child.kill('SIGKILL'), (SECONDS + 20) * 1000)
  await once(child, 'close')
  clearTimeout(deadline)
  const plain = said.replaceAll(/\u001b\[[\d;]*m/g, '')
  const figures = (name: string) =>
    [...plain.matchAll(new RegExp(`${name}:\\s+(\\S+)`, 'g'))].map(([, figure]) => figure ?? '')
  const most = (name: string) => Math.max(0, ...figures(name).map(Number))
  const isAlways = figures('service available').every((figure) => figure === 'YES')
  return `; open at once ${most('connected')}, closed ${most('closed')}, ${isAlways ? 'always' : 'NOT ALWAYS'} available`
}

/** Posts forms as a page of ours would, with its cookie, a byte a second. */
async function slowForms(): Promise<string> {
  const page = await fetch(`${origin}/`)
  const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  let [open, ended] = [0, 0]
  const sockets = Array.from({ length: CONNECTIONS }, () => {
    const socket = connect(port, '127.0.0.1', () => (open += 1))
    socket.on('error', () => {}).on('close', () => (ended += 1))
    socket.resume()
    socket.write(
      `${[...HEAD, `Cookie: ${cookie}`, 'Content-Length: 2000000'].join('\r\n')}\r\n\r\n`,
    )
    return socket
  })
  for (let second = 0; second < SECONDS; second += 1) {
    for (const socket of sockets) if (!socket.destroyed) socket.write('a')
    await sleep(1)
  }
  const note = `; open at once ${open}, closed ${ended}`
  for (const socket of sockets) socket.destroy()
  return note
}

/** Sends a body of 1 GB in one request, as far as it is taken. */
async function largeBody(): Promise<void> {
  const before = resident(exporter.process)
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.resume()
  socket.write(`${[...HEAD, 'Content-Length: 1000000000'].join('\r\n')}\r\n\r\n`)
  let most = before
  const watch = setInterval(() => (most = Math.max(most, resident(exporter.process))), 10)
  const chunk = Buffer.alloc(65_536, 'a')
  const send = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', send)
  send()
  await closed
  clearInterval(watch)
  console.log(
    `1 GB body        closed after ${(socket.bytesWritten / 1e6).toFixed(0)} MB; the process grew by ${most - before} MB`,
  )
}

function resident({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1000)
}

function sleep(seconds: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve(''), seconds * 1000))
}
