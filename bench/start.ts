/*
 * S14 and S1: from spawning the exporter to its first page, its memory then, and what the first view weighs.
 * The limit beside it: a bare node:http server that answers the same page.
 *
 *   npm run build && node --conditions=throughline-source bench/start.ts [rounds]
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../packages/throughline/src/testing/free-ports.ts'

const rounds = Number(process.argv[2] ?? 5)
const root = new URL('..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))

try {
  const sources: Measured[] = []
  const built: Measured[] = []
  const bare: Measured[] = []
  for (let round = 0; round < rounds; round += 1) {
    sources.push(await measure(await exporterCommand(['--conditions=throughline-source'])))
    built.push(await measure(await exporterCommand([])))
    bare.push(await measure(await bareCommand(built[0]?.html ?? '')))
  }
  report('exporter, from the sources', sources)
  report('exporter, on the published build', built)
  report('bare node:http', bare)
  await reportFirstView()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

interface Command {
  readonly port: number
  readonly args: readonly string[]
  readonly env: Record<string, string>
}

interface Measured {
  /** Milliseconds from spawning to the last byte of the first page. */
  readonly ready: number
  /** Resident bytes at that moment. */
  readonly resident: number
  readonly html: string
}

async function exporterCommand(conditions: readonly string[]): Promise<Command> {
  const port = await freePort()
  return {
    port,
    args: [...conditions, join(root, 'apps/vimeo-exporter/main.ts')],
    env: { PORT: String(port), THROUGHLINE_DATA: folder },
  }
}

async function bareCommand(html: string): Promise<Command> {
  const port = await freePort()
  const file = join(folder, 'bare.mjs')
  writeFileSync(
    file,
    `import { createServer } from 'node:http'
const html = ${JSON.stringify(html)}
createServer((_, answer) => answer.end(html)).listen(${port}, '127.0.0.1')\n`,
  )
  return { port, args: [file], env: {} }
}

async function measure({ port, args, env }: Command): Promise<Measured> {
  const started = performance.now()
  const child = spawn(process.execPath, args, {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  })
  try {
    const page = await firstPage(`http://127.0.0.1:${port}/`, started + 10_000)
    return {
      ready: performance.now() - started,
      resident: residentBytes(child),
      html: page.body.toString('utf8'),
    }
  } finally {
    await end(child)
  }
}

async function reportFirstView(): Promise<void> {
  const command = await exporterCommand([])
  const child = spawn(process.execPath, command.args, {
    stdio: 'ignore',
    env: { ...process.env, ...command.env },
  })
  try {
    const origin = `http://127.0.0.1:${command.port}`
    const { body } = await firstPage(`${origin}/`, performance.now() + 10_000)
    const html = body.toString('utf8')
    const paths = [...html.matchAll(/(?:href|src)="(\/-\/asset\/[^"]+)"/g)].map((match) => match[1])
    const parts = [{ path: '/', bytes: body.length }]
    for (const path of paths) {
      parts.push({ path: path ?? '', bytes: (await get(`${origin}${path}`)).body.length })
    }
    console.log('first view, bytes of bodies as sent (brotli where offered)')
    for (const { path, bytes } of parts) console.log(`  ${String(bytes).padStart(7)}  ${path}`)
    const sum = parts.reduce((bytes, part) => bytes + part.bytes, 0)
    console.log(`  ${String(sum).padStart(7)}  ${parts.length} requests`)
  } finally {
    await end(child)
  }
}

function report(name: string, all: readonly Measured[]): void {
  const ready = all.map((one) => one.ready).toSorted((one, other) => one - other)
  const resident = all.map((one) => one.resident).toSorted((one, other) => one - other)
  const middle = Math.floor(all.length / 2)
  console.log(
    `${name}: first page after ${ready[middle]?.toFixed(0)} ms ` +
      `(${ready[0]?.toFixed(0)}–${ready.at(-1)?.toFixed(0)}), ` +
      `${((resident[middle] ?? 0) / 1e6).toFixed(0)} MB resident`,
  )
}

async function firstPage(url: string, until: number): Promise<Answer> {
  for (;;) {
    try {
      const answer = await get(url)
      if (answer.status === 200) return answer
    } catch (error) {
      if (performance.now() > until) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

interface Answer {
  readonly status: number
  readonly body: Buffer
}

function get(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const read = (answer: IncomingMessage) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }),
      )
    }
    request(url, { headers: { 'accept-encoding': 'br' } }, read)
      .on('error', reject)
      .end()
  })
}

function residentBytes({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
