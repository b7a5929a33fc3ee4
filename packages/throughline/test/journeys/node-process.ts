/*
 * Real server processes of an app in a file: several over one data folder and under one origin, killed with SIGKILL and
 * started again on the same port. What they answer is fetched over real connections, whichever of them is asked.
 *
 * Knows nothing of what an app shows.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../src/testing/free-ports.ts'
import { tell } from '../../src/testing/told.ts'
import { fetchOverHttp } from './fetch-over-http.ts'

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
const APPS = fileURLToPath(new URL('./apps/', import.meta.url))

const LONGEST_LIFE_MS = 60_000

/** How one start of a process differs from the ordinary. */
export interface StartOptions {
  /** How far its clock is ahead, in milliseconds (0). */
  readonly ahead?: number
}

/** How a process came to its end, and how long that took. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: string | null
  readonly milliseconds: number
}

/** One process of an app, on one port. */
export interface ServerProcess {
  readonly port: number
  /** Sends a request for the common origin to this process. Rejects when it cannot be reached. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Sends it over a connection of its own, which is closed afterwards. */
  readonly fetchAnew: (request: Request) => Promise<Response>
  /** What it has written to standard error. */
  readonly errors: () => string
  /** What it has written to standard output. */
  readonly output: () => string
  /** Starts it; resolves when it is ready, with the milliseconds that took. */
  start(options?: StartOptions): Promise<number>
  /** Kills it with SIGKILL. */
  kill(): Promise<void>
  /** Lets it stand still, with SIGSTOP, as a machine that is out of memory does; `resume` lets it go on. */
  suspend(): void
  resume(): void
  /** Asks it to end, with SIGTERM. */
  stop(): Promise<ProcessEnd>
}

/** Processes of one app over one data folder. */
export interface Processes {
  /** The one origin of all of them. */
  readonly origin: string
  readonly nodes: readonly ServerProcess[]
  readonly databaseFile: string
  /** A folder for files of the test's own. */
  readonly folder: string
  /** Sends each request to the next process in turn. */
  readonly fetch: (request: Request) => Promise<Response>
}

/** Something that ends: a test, or a file of tests. */
export interface Ending {
  after(end: () => Promise<void>): void
}

/** What is started. */
export interface ProcessesOptions {
  /** How many processes (1). */
  readonly count?: number
  /** Variables besides those of every process; `folder` is the test's own. */
  readonly env?: (folder: string) => Readonly<Record<string, string>>
  /** Whether each is watched over by a process that starts it anew (no): that one is then killed, asked and so on. */
  readonly isSupervised?: boolean
  /** A process that does not end by itself is ended after so long, in milliseconds (60,000). */
  readonly longestLifeMs?: number
}

/** Starts an app of `apps/`; everything ends with `t`. */
export async function startProcesses(
  t: Ending,
  appFile: string,
  options: ProcessesOptions = {},
): Promise<Processes> {
  const { count = 1, env: more = () => ({}), isSupervised = false } = options
  const { longestLifeMs = LONGEST_LIFE_MS } = options
  const folder = mkdtempSync(join(tmpdir(), 'throughline-nodes-'))
  const ports = await freePorts(count)
  const origin = `http://127.0.0.1:${ports[0]}`
  const key = randomBytes(32)
  tell({ kind: 'secret', name: 'key', secret: key })
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: compiledFolder(),
    PUBLIC_URL: origin,
    THROUGHLINE_DATA: join(folder, 'data'),
    THROUGHLINE_KEYS: `test:${key.toString('base64')}`,
    ...more(folder),
  }
  const flags = isSupervised ? [] : ['--no-watch']
  const nodes = ports.map((port) =>
    createProcess([...flags, join(APPS, appFile)], port, longestLifeMs, {
      ...env,
      PORT: String(port),
    }),
  )
  t.after(async () => {
    for (const node of nodes) await node.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  await Promise.all(nodes.map((node) => node.start()))
  let turn = 0
  return {
    origin,
    nodes,
    databaseFile: join(folder, 'data', 'throughline.sqlite'),
    folder,
    fetch: (asked) => nodes[turn++ % nodes.length]!.fetch(asked),
  }
}

function createProcess(
  run: readonly string[],
  port: number,
  timeout: number,
  env: Readonly<Record<string, string | undefined>>,
): ServerProcess {
  const agent = new Agent({ keepAlive: true })
  let child: ChildProcess | undefined
  let errors = ''
  let output = ''

  async function end(signal: NodeJS.Signals): Promise<ProcessEnd> {
    const present = child
    const asked = performance.now()
    if (present !== undefined && present.exitCode === null && present.signalCode === null) {
      const exited = once(present, 'exit')
      present.kill(signal)
      await exited
    }
    return {
      code: present?.exitCode ?? null,
      signal: present?.signalCode ?? null,
      milliseconds: performance.now() - asked,
    }
  }

  return {
    port,
    fetch: (asked) => fetchOverHttp(port, agent, asked),
    fetchAnew: (asked) => fetchOverHttp(port, new Agent(), asked),
    errors: () => errors,
    output: () => output,
    async start({ ahead = 0 } = {}) {
      const begun = performance.now()
      const started = spawn(
        process.execPath,
        ['--conditions=throughline-source', ...clockAhead(ahead), CLI, 'run', ...run],
        {
          env: { ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout,
          killSignal: 'SIGKILL',
        },
      )
      child = started
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text
        tell({ kind: 'log', entry: text })
      })
      await new Promise<void>((resolve, reject) => {
        started.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text
          tell({ kind: 'log', entry: text })
          resolve()
        })
        started.once('exit', () => reject(new Error(`The process ended early: ${errors}`)))
      })
      return performance.now() - begun
    },
    async kill() {
      await end('SIGKILL')
      agent.destroy()
    },
    suspend: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
  }
}

let compiled: string | undefined

/** Modules are compiled once for all starts of a file of tests. */
function compiledFolder(): string {
  if (compiled !== undefined) return compiled
  const made = mkdtempSync(join(tmpdir(), 'throughline-compiled-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  spawnSync(process.execPath, ['--conditions=throughline-source', CLI, '--help'], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: made },
  })
  return (compiled = made)
}

/** Time passes for a process by being later there: nobody has to wait for a deadline. */
function clockAhead(milliseconds: number): readonly string[] {
  if (milliseconds === 0) return []
  const module = `const now = Date.now; Date.now = () => now() + ${milliseconds}`
  return ['--import', `data:text/javascript,${encodeURIComponent(module)}`]
}
