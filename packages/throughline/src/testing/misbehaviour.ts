/*
 * Answers of a test server, as they should be and in every way that they should not.
 */
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

/** What a route answers when all is well. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: Readonly<Record<string, unknown>>
  /** What it is about; not sent. */
  readonly grant?: {
    readonly account: Readonly<Record<string, unknown>>
    readonly scope: string
    /** The authorization request, as the plain server understood it. */
    readonly asked: URLSearchParams
  }
}

/** What differs from the answer that the route would give; the route has done its work all the same. */
export interface Behaviour {
  /** The path whose next request it is for (the token endpoint's). */
  readonly path?: string
  /** Whether the route does nothing at all before this answer (no). */
  readonly isPlain?: boolean
  /** HTTP status (the route's). */
  readonly status?: number
  /** Headers laid over those of the route. */
  readonly headers?: Readonly<Record<string, string>>
  /** Members laid over those of the route's JSON; `undefined` takes one away. */
  readonly members?: Readonly<Record<string, unknown>>
  /** The body in place of the JSON; chunks are sent as fast as they are taken. */
  readonly body?: string | Uint8Array | Iterable<Uint8Array>
  /** Redirects there, with `status` (302). */
  readonly redirectTo?: string
  /** How long the answer is held back (0). */
  readonly delayMilliseconds?: number
  /** Resets the connection, before the answer or after half of the body. */
  readonly drop?: 'before-answer' | 'within-body'
  /** Milliseconds between any two bytes of the body. */
  readonly dripMilliseconds?: number
  /** Whether the body is compressed, and said to be (no). */
  readonly gzip?: boolean
}

/** Sends an answer, bent as the behaviour says. */
export async function sendAnswer(
  outgoing: ServerResponse,
  answer: Answer,
  behaviour: Behaviour = {},
): Promise<void> {
  const { delayMilliseconds, drop, dripMilliseconds, redirectTo, gzip } = behaviour
  if (delayMilliseconds !== undefined) await wait(delayMilliseconds, undefined, { ref: false })
  if (drop === 'before-answer') return void outgoing.socket?.resetAndDestroy()
  const plain = toBody(answer, behaviour)
  const body = gzip ? gzipSync(Buffer.concat([...plain])) : plain
  outgoing.writeHead(behaviour.status ?? (redirectTo === undefined ? answer.status : 302), {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(gzip && { 'content-encoding': 'gzip' }),
    ...(redirectTo !== undefined && { location: redirectTo }),
    ...answer.headers,
    ...behaviour.headers,
  })
  if (drop === 'within-body') {
    const bytes = Buffer.concat([...plain])
    await new Promise((sent) => outgoing.write(bytes.subarray(0, bytes.length / 2), sent))
    return void outgoing.socket?.resetAndDestroy()
  }
  if (dripMilliseconds !== undefined)
    return drip(outgoing, Buffer.concat([...plain]), dripMilliseconds)
  await pipeline(Readable.from(body instanceof Uint8Array ? [body] : body), outgoing)
}

function toBody(answer: Answer, { body, members }: Behaviour): Iterable<Uint8Array> {
  if (typeof body === 'string') return [Buffer.from(body)]
  if (body instanceof Uint8Array) return [body]
  if (body !== undefined) return body
  if (answer.json === undefined && members === undefined) return []
  return [Buffer.from(JSON.stringify({ ...answer.json, ...members }))]
}

async function drip(outgoing: ServerResponse, bytes: Uint8Array, pause: number): Promise<void> {
  for (const byte of bytes) {
    if (outgoing.destroyed) return
    outgoing.write(Uint8Array.of(byte))
    await wait(pause, undefined, { ref: false })
  }
  outgoing.end()
}
