/*
 * A program behind a proxy that speaks TLS: nginx or Caddy as `hosting/` configures them, on a port of the loopback
 * interface, with a certificate that is made for the test. Only what names a machine is replaced in those files: the
 * port, the certificate, where the program listens.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import { findProxy, type ProxyName } from './proxy-program.ts'

/** The name in the files of `hosting/`. */
export const NAME = 'videos.example.com'
const HOSTING = join(import.meta.dirname, '../../../../hosting')
const LOOK_AGAIN_MS = 20
const START_MS = 15_000

/** A proxy that is started. */
export interface Proxy {
  /** Where people find the program. */
  readonly origin: string
  /** Sends a request through the proxy, and trusts its certificate alone. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Sends one from another address of this machine, as somebody who is no proxy. */
  readonly fetchFrom: (address: string, request: Request) => Promise<Response>
  /** What it has written. */
  readonly output: () => string
}

/** A test, or a file of tests. */
interface Ending {
  after(end: () => Promise<void> | void): void
}

/** Starts a proxy in front of a port of 127.0.0.1; both ports are the caller's to choose. */
export async function startProxy(
  t: Ending,
  name: ProxyName,
  port: number,
  programPort: number,
): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), `throughline-${name}-`))
  // nginx works as another user than root.
  chmodSync(folder, 0o755)
  const certificate = makeCertificate(folder)
  const place = { folder, port, programPort }
  const args = name === 'nginx' ? nginxArguments(place) : caddyArguments(place)
  const child = spawn(findProxy(name), args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    },
    timeout: 120_000,
    killSignal: 'SIGKILL',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const agent = new Agent({ keepAlive: true, ca: readFileSync(certificate.cert) })
  t.after(async () => {
    agent.destroy()
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    }
    rmSync(folder, { recursive: true, force: true })
  })
  const until = performance.now() + START_MS
  while (!(await isListening(port))) {
    if (child.exitCode !== null || performance.now() > until) {
      throw new Error(`${name} does not start: ${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
  return {
    origin: `https://${NAME}:${port}`,
    fetch: (asked) => fetchThrough({ agent, port }, asked),
    fetchFrom: (localAddress, asked) => fetchThrough({ agent, port, localAddress }, asked),
    output: () => output,
  }
}

interface Place {
  readonly folder: string
  readonly port: number
  readonly programPort: number
}

function makeCertificate(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const
  const words = [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`],
    ...['-out', cert, '-keyout', key],
  ]
  execFileSync('openssl', words, { stdio: 'ignore' })
  return { cert, key }
}

function nginxArguments({ folder, port, programPort }: Place): readonly string[] {
  const site = replaced(readFileSync(join(HOSTING, 'nginx.conf'), 'utf8'), [
    [/^ *listen \[::\]:.*\n/gm, ''],
    [/listen 80;/, `listen unix:${folder}/plain.sock;`],
    [/listen 443 ssl http2;/, `listen 127.0.0.1:${port} ssl http2;`],
    [/\/etc\/letsencrypt\/live\/videos\.example\.com\/fullchain\.pem/, `${folder}/cert.pem`],
    [/\/etc\/letsencrypt\/live\/videos\.example\.com\/privkey\.pem/, `${folder}/key.pem`],
    [/127\.0\.0\.1:3000/, `127.0.0.1:${programPort}`],
  ])
  writeFileSync(join(folder, 'site.conf'), site)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const main = [
    'daemon off;',
    'worker_processes 1;',
    `pid ${folder}/nginx.pid;`,
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'error_log stderr;',
    'events {}',
    'http {',
    '  access_log off;',
    // As Debian has it: what may be compressed on its way is.
    '  gzip on;',
    ...temporary.map((kind) => `  ${kind}_temp_path ${folder}/${kind};`),
    `  include ${folder}/site.conf;`,
    '}',
    '',
  ]
  writeFileSync(join(folder, 'main.conf'), main.join('\n'))
  return ['-p', folder, '-c', join(folder, 'main.conf'), '-e', 'stderr']
}

function caddyArguments({ folder, port, programPort }: Place): readonly string[] {
  const site = replaced(readFileSync(join(HOSTING, 'Caddyfile'), 'utf8'), [
    [
      /^\{\$SITE:videos\.example\.com\} \{\n/m,
      `https://${NAME}:${port} {\n\tbind 127.0.0.1\n\ttls ${folder}/cert.pem ${folder}/key.pem\n`,
    ],
    [/\{\$PROGRAM:127\.0\.0\.1:3000\}/, `127.0.0.1:${programPort}`],
  ])
  const options = '{\n\tadmin off\n\tauto_https disable_redirects\n}\n'
  writeFileSync(join(folder, 'Caddyfile'), options + site)
  return ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile']
}

/** A file in which nothing was found to replace is not the one that people use. */
function replaced(text: string, pairs: readonly (readonly [RegExp, string])[]): string {
  let result = text
  for (const [pattern, by] of pairs) {
    if (result.search(pattern) === -1) throw new Error(`${pattern} stands nowhere in the file.`)
    result = result.replace(pattern, by)
  }
  return result
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

interface Way {
  readonly agent: Agent
  readonly port: number
  readonly localAddress?: string
}

async function fetchThrough(way: Way, asked: Request): Promise<Response> {
  const { pathname, search, host } = new URL(asked.url)
  const body = asked.body === null ? undefined : Buffer.from(await asked.arrayBuffer())
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      {
        ...way,
        ...{ host: '127.0.0.1', servername: NAME, method: asked.method },
        ...{ path: pathname + search, signal: asked.signal },
        headers: { host, ...Object.fromEntries(asked.headers) },
      },
      resolve,
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
  const headers = new Headers()
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '')
  }
  const status = incoming.statusCode ?? 0
  const isEmpty = asked.method === 'HEAD' || [204, 303, 304, 307].includes(status)
  if (isEmpty) incoming.resume()
  return new Response(isEmpty ? null : (Readable.toWeb(incoming) as ReadableStream), {
    status,
    headers,
  })
}
