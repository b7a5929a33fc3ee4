/*
 * A public address for a program on somebody's own machine, by a tunnel program that is installed there. Knows what such
 * a program is told and how it says its address; nothing of what is served.
 *
 * What they are told and write is as in published logs of cloudflared 2022.12 and later and of ngrok 3, and in the manual
 * of ngrok's options (https://fig.io/manual/ngrok/http), looked up on 25 November 2026.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { ThroughlineError } from '../base/error.ts'
import type { Environment } from './environment.ts'
import { toPortError } from './listen.ts'

/** A tunnel program. */
interface TunnelProgram {
  readonly name: string
  readonly from: string
  readonly args: (port: number) => readonly string[]
  /** Finds the address in a line that it writes. */
  readonly addressIn: (line: string) => string | undefined
}

const PROGRAMS: readonly TunnelProgram[] = [
  {
    name: 'cloudflared',
    from: 'https://github.com/cloudflare/cloudflared/releases',
    args: (port) => ['tunnel', '--no-autoupdate', '--url', `http://127.0.0.1:${port}`],
    // In a box of dashes. Where none could be had, its own API's address stands in the error.
    addressIn: cloudflareAddress,
  },
  {
    name: 'ngrok',
    from: 'https://ngrok.com/download',
    args: (port) => ['http', `127.0.0.1:${port}`, '--log', 'stdout', '--log-format', 'json'],
    addressIn: ngrokAddress,
  },
]

const NAMES = PROGRAMS.map(({ name }) => name)
/** From its start to its address. */
const PATIENCE_MS = 30_000
/** A tunnel that is told to end together with this process is not one that has failed. */
const TOGETHER_MS = 200
const LONGEST_WORD = 300

/** A tunnel that is open. */
export interface Tunnel {
  readonly name: string
  /** The public origin. */
  readonly origin: string
  /** Resolves with a sentence where the tunnel ends by itself. */
  readonly failed: Promise<string>
  /** Takes it down. */
  close(): void
}

/** How a tunnel is opened. */
export interface TunnelOptions {
  /** The program; empty: the first one that is installed. */
  readonly name: string
  /** Where the program will listen. */
  readonly port: number
  readonly env: Environment
  /** How long to wait for an address (30 s). */
  readonly patienceMs?: number
}

/**
 * Opens a tunnel to a port of 127.0.0.1 at which nobody listens yet.
 *
 * @throws `server.no-tunnel` where no such program is installed, or none gives an address; `server.port-taken`.
 */
export async function openTunnel(options: TunnelOptions): Promise<Tunnel> {
  const { name, port, env, patienceMs = PATIENCE_MS } = options
  const { program, path } = findProgram(name, env)
  // Whatever listens there would be shown to everybody.
  await assertFree(port)
  const child = spawn(path, program.args(port), {
    env: withoutSecrets(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let isEnding = false
  const close = () => {
    isEnding = true
    child.kill('SIGTERM')
  }
  process.once('exit', close)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isEnding = true))
  const { promise: failed, resolve: fail } = Promise.withResolvers<string>()
  child.once('exit', () => {
    setTimeout(() => {
      if (!isEnding) fail(`The tunnel (${program.name}) has ended, and with it the public address.`)
    }, TOGETHER_MS)
  })
  try {
    const origin = await addressOf(program, child, patienceMs)
    return { name: program.name, origin, failed, close }
  } catch (error) {
    close()
    throw error
  }
}

function findProgram(
  name: string,
  env: Environment,
): { readonly program: TunnelProgram; readonly path: string } {
  const wanted = PROGRAMS.filter((one) => name === '' || one.name === name)
  if (wanted.length === 0) {
    throw noTunnel(`${name} is no tunnel that is known here. Name one of ${NAMES.join(', ')}.`)
  }
  const suffix = process.platform === 'win32' ? '.exe' : ''
  for (const program of wanted) {
    for (const folder of (env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, program.name + suffix)
      if (folder !== '' && isProgram(path)) return { program, path }
    }
  }
  const where = wanted.map((one) => `${one.name} (${one.from})`).join(' or ')
  throw noTunnel(`A tunnel needs a program that is not installed: get ${where}.`)
}

/** What a tunnel program may need of the environment: where things are, and its own settings. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TMPDIR|TMP|TEMP|XDG_\w+|SSL_CERT_(?:FILE|DIR)|(?:https?|no|all)_proxy|NGROK_\w+|TUNNEL_\w+|SYSTEMROOT|USERPROFILE|APPDATA|LOCALAPPDATA)$/i

/** Keys, registrations and whatever else the script is given are no business of a program of others. */
function withoutSecrets(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => NEEDED.test(name)))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function assertFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (cause) => reject(toPortError(cause, 'PORT', port)))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}

/** Reads all that it writes, to its end: one whose lines nobody takes stands still. */
function addressOf(
  { name, addressIn }: TunnelProgram,
  child: ChildProcess,
  patienceMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let last = ''
    const timer = setTimeout(() => {
      reject(noTunnel(`${name} gave no public address within ${patienceMs / 1000} s.${said(last)}`))
    }, patienceMs)
    const hear = (line: string) => {
      const address = addressIn(line)
      if (line.trim() !== '') last = line
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    }
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as Readable }).on('line', hear)
    }
    const end = (error?: Error) => {
      clearTimeout(timer)
      reject(noTunnel(`${name} ended without a public address.${said(error?.message ?? last)}`))
    }
    child.once('error', end)
    // Behind its last line.
    child.once('close', () => end())
  })
}

function said(line: string): string {
  const words = stripVTControlCharacters(line)
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
  return words === '' ? '' : ` It said: ${words.slice(0, LONGEST_WORD)}`
}

function cloudflareAddress(line: string): string | undefined {
  const urls = line.split(' ').map((word) => URL.parse(word))
  const isOurs = ({ protocol, hostname }: URL) =>
    protocol === 'https:' &&
    hostname.endsWith('.trycloudflare.com') &&
    hostname !== 'api.trycloudflare.com'
  return urls.find((url) => url !== null && isOurs(url))?.origin
}

function ngrokAddress(line: string): string | undefined {
  let entry: unknown
  try {
    entry = JSON.parse(line)
  } catch {
    return undefined
  }
  const { msg, url } = (entry ?? {}) as { readonly msg?: unknown; readonly url?: unknown }
  if (msg !== 'started tunnel' || typeof url !== 'string') return undefined
  const parsed = URL.parse(url)
  return parsed?.protocol === 'https:' ? parsed.origin : undefined
}

function noTunnel(message: string): ThroughlineError {
  return new ThroughlineError('server.no-tunnel', message, { attribution: 'operator' })
}
