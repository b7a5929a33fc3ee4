/*
 * A port: requests in, answers out, and how much of the process those may take who speak to it slowly.
 *
 * Whoever sends a request that is no HTTP, or too slowly, is answered by Node itself (400, 408, 431) and cut off.
 */
import type { IncomingMessage, Server } from 'node:http'
import { serve as listenAt } from '@hono/node-server'
import { ThroughlineError } from '../base/error.ts'
import { awaitTurn } from './sent-ahead.ts'
import { cutOff, type Outgoing } from './cut-off.ts'
import { limitUnread } from './unread.ts'

/** How much a client may take up. */
export interface ListenLimits {
  /** Connections at once; one more is closed before it has said anything. */
  readonly connections: number
  /** From the first byte of a request to the end of its head. */
  readonly headMs: number
  /** From the first byte of a request to the end of its body. */
  readonly requestMs: number
  /** How long nothing of an answer may leave, because nobody reads it. */
  readonly unreadMs: number
  /** How much may wait in this process for all readers together. */
  readonly unreadBytes: number
  /** How often it is looked whose time is up. */
  readonly checkMs: number
}

/** A tab holds one connection for its news; what else it asks for is over in a moment. */
const LIMITS: ListenLimits = {
  connections: 4000,
  headMs: 15_000,
  requestMs: 60_000,
  unreadMs: 5 * 60_000,
  unreadBytes: 512 * 1024 * 1024,
  checkMs: 2000,
}
/** Longer than proxies keep theirs, so that none sends a request into a connection that is being closed. */
const KEEP_ALIVE_MS = 65_000
/** Bytes of a request's first line and headers. */
const HEAD_BYTES = 16_384
const HEAD_LINES = 200
/** So much of a body that was refused is read on, for a browser shows no answer while it still sends. */
const REST_BYTES = 4 * 1024 * 1024
/** For no longer than this. */
const REST_MS = 500
/** How often it is looked how much came: what Node throws away is announced to nobody. */
const REST_CHECK_MS = 5

/** What listens, and where. */
export interface ListenOptions {
  readonly fetch: (request: Request, exchange: Exchange) => Response | Promise<Response>
  readonly port: number
  readonly hostname: string
  readonly limits?: Partial<ListenLimits>
}

/**
 * Listens on a port.
 *
 * @throws `server.port-taken`
 */
export function listen({ fetch, port, hostname, limits = {} }: ListenOptions): Promise<Server> {
  const { connections, headMs, requestMs, unreadMs, unreadBytes, checkMs } = {
    ...LIMITS,
    ...limits,
  }
  const serverOptions = {
    headersTimeout: headMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEAD_BYTES,
    insecureHTTPParser: false,
  }
  return new Promise((resolve, reject) => {
    const cutFetch = async (request: Request, exchange: Exchange) => {
      const { incoming, outgoing } = exchange
      if (!(await awaitTurn(incoming.socket, outgoing))) return new Response(null, { status: 400 })
      const answer = await fetch(request, exchange)
      if (!incoming.complete) outgoing.once('finish', () => endRest(incoming))
      return cutOff(answer, outgoing, unreadMs)
    }
    const options = { fetch: cutFetch, port, hostname, overrideGlobalObjects: false, serverOptions }
    const server = listenAt(options, () => resolve(server)) as Server
    server.maxConnections = connections
    server.maxHeadersCount = HEAD_LINES
    limitUnread(server, unreadBytes, checkMs)
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(toPortError(cause, 'PORT', port))
    })
  })
}

type Incoming = Pick<IncomingMessage, 'complete' | 'socket' | 'method' | 'url'>

/** A request and its answer as Node has them. */
export interface Exchange {
  readonly incoming: Incoming
  readonly outgoing: Outgoing
}

/** Ends the connection of a body that goes on, and on, after its answer. */
function endRest(incoming: Incoming): void {
  const { socket } = incoming
  const most = socket.bytesRead + REST_BYTES
  const until = performance.now() + REST_MS
  const check = setInterval(() => {
    const isWithin = socket.bytesRead < most && performance.now() < until
    if (!incoming.complete && !socket.destroyed && isWithin) return
    clearInterval(check)
    if (!incoming.complete) socket.destroy()
  }, REST_CHECK_MS)
}

/** What a server's error says to an operator who can choose another port by the variable `name`; else the error itself. */
export function toPortError(cause: NodeJS.ErrnoException, name: string, port: number): Error {
  if (cause.code === 'EADDRNOTAVAIL') {
    return new ThroughlineError(
      'server.bad-setting',
      'HOST names no interface of this machine. Leave it out for 127.0.0.1, or write 0.0.0.0 for all that there are.',
      { attribution: 'operator' },
    )
  }
  if (cause.code !== 'EADDRINUSE') return cause
  return new ThroughlineError(
    'server.port-taken',
    `Port ${port} is taken by another program. Stop that one, or choose another port: ${name}=${port + 10}.`,
    { attribution: 'operator', details: { port } },
  )
}
