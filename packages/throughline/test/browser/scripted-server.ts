/*
 * A server whose every answer a test writes by hand: it serves documents around the browser program and gives
 * each request for frames, each news stream and each native POST to the test that awaits it.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ATTRIBUTE, PART } from '../../src/protocol/attributes.ts'
import { FIELD, FRAMES_TYPE } from '../../src/protocol/fields.ts'
import { serializeFrame } from '../../src/protocol/frame.ts'
import type { Frame, PutFrame } from '../../src/protocol/frame.ts'
import { NEWS_PATH } from '../../src/protocol/paths.ts'

const PATIENCE_MS = 20_000

/** What a document says; a test names only what it is about. */
export interface Written {
  readonly tab?: string
  readonly run?: number
  readonly number?: number
  readonly token?: string
  readonly news?: number
  readonly title?: string
  /** The elements, wrappers included. */
  readonly view?: string
  /** More attributes of `<body>`. */
  readonly body?: string
}

/** A request that waits for the test's answer. */
export interface Asked {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly fields: URLSearchParams
  /** Sends frames and keeps the answer open. */
  send(...frames: Frame[]): void
  /** Sends frames and ends the answer. */
  end(...frames: Frame[]): void
  /** Cuts the connection. */
  cut(): void
  /** Answers with something else than frames. */
  refuse(status: number, body: string, headers?: Record<string, string>): void
  /** Resolves when the browser has gone or the answer has ended. */
  closed(): Promise<void>
}

/** The server and what it was asked. */
export interface ScriptedServer {
  readonly origin: string
  /** Resolves to the next request for frames, or native POST, that nobody has taken. */
  next(method: 'GET' | 'POST'): Promise<Asked>
  /** Resolves to the next event stream that was opened. */
  nextStream(): Promise<{ news(number: number): void; cut(): void; readonly asked: Asked }>
  /** How many requests nobody has taken. */
  waiting(): number
  /** How many event streams are open. */
  openStreams(): number
  /** Ends every connection and listens no more, or listens again on the same port. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** Starts a server; `write` says what the document of a path is. */
export async function startServer(
  write: (path: string, request: IncomingMessage) => Written,
): Promise<ScriptedServer> {
  const program = await bundle()
  const inbox = createInbox<Asked>()
  const streams = createInbox<{ news(number: number): void; cut(): void; readonly asked: Asked }>()
  const open = new Set<ServerResponse>()

  const server = createServer((request, response) => void answer(request, response))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/'
    const path = new URL(url, 'http://127.0.0.1').pathname
    if (path === '/program.js') {
      response.setHeader('content-type', 'text/javascript').end(program)
      return
    }
    const asked = await toAsked(request, response)
    if (path === NEWS_PATH) {
      open.add(response)
      response.on('close', () => open.delete(response))
      streams.put({ asked, news: (number) => sendNews(response, number), cut: asked.cut })
      return
    }
    const wantsFrames = request.headers.accept === FRAMES_TYPE
    if (request.method === 'POST' || wantsFrames) return inbox.put(asked)
    if (path === '/favicon.ico') return void response.writeHead(204).end()
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(toDocument(url, write(path, request)))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    origin: `http://127.0.0.1:${port}`,
    next: (method) => inbox.take((asked) => asked.method === method, method),
    nextStream: () => streams.take(() => true, 'event stream'),
    waiting: () => inbox.size(),
    openStreams: () => open.size,
    async goAway() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
    async comeBack() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Writes an element's wrapper. */
export function element(id: string, inside: string): string {
  return `<div id="${id}">${inside}</div>`
}

/** Writes a frame that puts an element. */
export function put(id: string, inside: string, after?: string): PutFrame {
  return { type: 'put', id, html: element(id, inside), ...(after === undefined ? {} : { after }) }
}

/** Writes the last frame of a run. */
export function end(run: number, news = 1): Frame {
  return { type: 'end', run, title: `Run ${run}`, news }
}

/** Writes a text input that sends its changes. */
export function textInput(name: string, value: string, known = value): string {
  return `<input id="${name}:input" name="${name}" value="${value}" ${ATTRIBUTE.sends} ${ATTRIBUTE.known}="${known}">`
}

/** Writes a button. */
export function button(value: string, more = ''): string {
  return `<button id="${value}:input" name="${FIELD.press}" value="${value}" ${more}>${value}</button>`
}

function toDocument(url: string, written: Written): string {
  const { tab = 'tab-one', run = 1, number = 1, token = randomUUID(), news = 1 } = written
  const hidden = { tab, run, number, token }
  const fields = Object.entries(hidden).map(
    ([name, value]) =>
      `<input type="hidden" name="${FIELD[name as keyof typeof hidden]}" value="${value}" autocomplete="off">`,
  )
  return `<!doctype html><html lang="en"><head><title>${written.title ?? 'Document'}</title>
<script type="module" src="/program.js"></script></head>
<body ${ATTRIBUTE.news}="${news}" ${written.body ?? ''}><div id="${PART.notice}" style="position:fixed;right:0" role="status"></div>
<form id="${PART.form}" method="post" action="${url}">${fields.join('')}
<button type="submit" formnovalidate>Update</button>
<div id="${PART.busy}" style="position:fixed;bottom:0" hidden><button name="${FIELD.stop}" value="1" formnovalidate>Stop</button></div>
<main id="${PART.view}">${written.view ?? ''}</main></form></body></html>`
}

async function toAsked(request: IncomingMessage, response: ServerResponse): Promise<Asked> {
  const fields = new URLSearchParams(await text(request))
  const send = (frames: readonly Frame[]) => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': FRAMES_TYPE })
    response.flushHeaders()
    for (const frame of frames) response.write(serializeFrame(frame))
  }
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    fields,
    send: (...frames) => send(frames),
    end(...frames) {
      send(frames)
      response.end()
    },
    cut: () => response.destroy(),
    refuse(status, body, headers = { 'content-type': 'text/plain' }) {
      response.writeHead(status, headers).end(body)
    },
    closed: () =>
      new Promise((resolve) => {
        if (response.closed) resolve()
        else response.once('close', () => resolve())
      }),
  }
}

function sendNews(response: ServerResponse, number: number): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`data: ${number}\n\n`)
}

interface Inbox<Kind> {
  put(one: Kind): void
  take(fits: (one: Kind) => boolean, what: string): Promise<Kind>
  size(): number
}

function createInbox<Kind>(): Inbox<Kind> {
  const kept: Kind[] = []
  let takers: { fits: (one: Kind) => boolean; give: (one: Kind) => void }[] = []
  return {
    put(one) {
      const taker = takers.find(({ fits }) => fits(one))
      if (taker === undefined) return void kept.push(one)
      takers = takers.filter((other) => other !== taker)
      taker.give(one)
    },
    take(fits, what) {
      const index = kept.findIndex(fits)
      if (index >= 0) return Promise.resolve(kept.splice(index, 1)[0] as Kind)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`No ${what} came.`)), PATIENCE_MS)
        takers.push({
          fits,
          give(one) {
            clearTimeout(timer)
            resolve(one)
          },
        })
      })
    },
    size: () => kept.length,
  }
}

let bundled: Promise<string> | undefined

function bundle(): Promise<string> {
  bundled ??= build({
    entryPoints: [fileURLToPath(new URL('../../src/browser/main.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '')
  return bundled
}
