/*
 * GET of the event stream: the session's news number, whenever it rises. Never content.
 *
 * A stream ends when its cookie id is no longer in force: the browser comes back with the new one.
 */
import type { Random } from '../../base/random.ts'
import { isMac } from '../../crypto/mac.ts'
import { HEADER } from '../../protocol/fields.ts'
import { toSession, type BrowserIdentity } from '../../session/browser-identity.ts'
import { isFromOurPage } from '../guards.ts'
import { withCommonHeaders, withStreamHeaders } from '../headers.ts'
import { readTabId } from '../interaction.ts'
import type { Program } from '../program.ts'

/** Proxies close what is silent for longer. */
const HEARTBEAT_MS = 20_000

/** The streams of this process, by session key. */
export class NewsStreams {
  readonly #streams = new Map<string, Set<Stream>>()
  readonly #program: Program
  #stop: (() => void) | undefined
  #heartbeat: NodeJS.Timeout | undefined

  constructor(program: Program) {
    this.#program = program
  }

  /** Answers with a stream, or with why not. */
  async serve(request: Request, browser: BrowserIdentity): Promise<Response> {
    const program = this.#program
    const { ring, sessions } = program.identity
    const token = request.headers.get(HEADER.token) ?? ''
    const isOurs = isFromOurPage(request, program.publicUrl)
    if (!isOurs || readTabId(request.headers.get(HEADER.tab)) === undefined) {
      return new Response(null, { status: 403, headers: withCommonHeaders(program, new Headers()) })
    }
    if (browser.kind === 'retired' || !isMac(ring, 'form-token', browser.cookieId, token)) {
      // No refusal: a browser would show one to whoever looks at its console.
      return new Response(null, { status: 204, headers: withCommonHeaders(program, new Headers()) })
    }
    // A session that has no row yet is listened to as well: its first press may be made in another tab.
    const { key, cookieHash } = toSession(program.identity, browser)
    const { streams, streamsOfSession } = program.limits
    if ((this.#streams.get(key)?.size ?? 0) >= streamsOfSession)
      return tooManyResponse(program, 429)
    if (this.count >= streams) return tooManyResponse(program, 503)
    const { body, stream } = createStream(cookieHash, () => this.#drop(key, stream))
    this.#open(key, stream, request.signal)
    // Asked once the stream is open, so that nothing is announced in between.
    send(stream, `data: ${await sessions.loadNews(key)}\n\n`)
    const headers = withStreamHeaders(program, new Headers({ 'content-type': 'text/event-stream' }))
    return new Response(body, { headers })
  }

  /** Ends all streams; each browser is told after how long it may come back, so that they do not come all at once. */
  close(): void {
    this.#stop?.()
    clearInterval(this.#heartbeat)
    const { development, identity } = this.#program
    for (const stream of [...this.#streams.values()].flatMap((streams) => [...streams])) {
      // An author who has saved a file is the only one, and waits for it.
      if (!development) send(stream, `retry: ${pauseMs(identity.random)}\n\n`)
      end(stream)
    }
    this.#streams.clear()
  }

  /** How many are open. */
  get count(): number {
    let count = 0
    for (const streams of this.#streams.values()) count += streams.size
    return count
  }

  #open(key: string, stream: Stream, signal: AbortSignal): void {
    this.#listen()
    const streams = this.#streams.get(key) ?? new Set()
    this.#streams.set(key, streams.add(stream))
    signal.addEventListener('abort', () => this.#drop(key, stream))
    if (signal.aborted) this.#drop(key, stream)
  }

  #drop(key: string, stream: Stream): void {
    end(stream)
    const streams = this.#streams.get(key)
    streams?.delete(stream)
    if (streams?.size === 0) this.#streams.delete(key)
    if (this.#streams.size > 0) return
    this.#stop?.()
    this.#stop = undefined
    clearInterval(this.#heartbeat)
  }

  #listen(): void {
    if (this.#stop !== undefined) return
    const { sessions } = this.#program.identity
    this.#stop = sessions.onNews((key, news) => void this.#tell(key, news))
    this.#heartbeat = setInterval(() => {
      for (const [key, streams] of this.#streams) {
        for (const stream of streams) if (!send(stream, ':\n\n')) this.#drop(key, stream)
      }
    }, HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  async #tell(key: string, news: number): Promise<void> {
    const { sessions } = this.#program.identity
    for (const stream of [...(this.#streams.get(key) ?? [])]) {
      if (!send(stream, `data: ${news}\n\n`)) this.#drop(key, stream)
    }
    for (const stream of [...(this.#streams.get(key) ?? [])]) {
      // A stream that can't be looked after ends: the browser comes back.
      const session = await sessions.loadSession(stream.cookieHash).catch(() => undefined)
      if (session === undefined) this.#drop(key, stream)
    }
  }
}

/** Within this time all browsers of a process that ends have come back. */
const SPREAD_MS = 2048

function pauseMs(random: Random): number {
  const [high = 0, low = 0] = random(2)
  return (high * 256 + low) % SPREAD_MS
}

/** The page works without a stream, and asks for one again. */
function tooManyResponse(program: Program, status: 429 | 503): Response {
  const headers = withCommonHeaders(program, new Headers({ 'retry-after': '30' }))
  return new Response(null, { status, headers })
}

interface Stream {
  readonly controller: ReadableStreamDefaultController<Uint8Array>
  readonly cookieHash: string
}

function createStream(
  cookieHash: string,
  cancel: () => void,
): { readonly body: ReadableStream<Uint8Array>; readonly stream: Stream } {
  let stream!: Stream
  const start = (controller: Stream['controller']) => void (stream = { controller, cookieHash })
  return { body: new ReadableStream<Uint8Array>({ start, cancel }), stream }
}

const encoder = new TextEncoder()

/** Sends a few bytes; false when the reader has gone or has stopped reading. */
function send({ controller }: Stream, text: string): boolean {
  try {
    controller.enqueue(encoder.encode(text))
    return (controller.desiredSize ?? 0) > -UNREAD_EVENTS
  } catch {
    return false
  }
}

/** A reader that leaves this many events unread is given up. */
const UNREAD_EVENTS = 50

function end({ controller }: Stream): void {
  try {
    controller.close()
  } catch {
    // The reader has closed it.
  }
}
