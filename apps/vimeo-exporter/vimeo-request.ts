/*
 * One call to Vimeo's REST API 3.4: its headers, its patience, its errors, and readers for its
 * answers. Must never know a token: `connection.fetch` adds it, and is given paths only, never a
 * whole URL.
 *
 * Source: developer.vimeo.com/api/common-formats and /guidelines/rate-limiting.
 */
import { setTimeout as timeout } from 'node:timers/promises'
import { isThroughlineError, ThroughlineError } from 'throughline'
import { noteQuota, pauseAfterRefusal, pauseBefore } from './rate-limit.ts'

/** What the calls need of a connection: `fetch` against the API's origin, with the token added. */
export interface VimeoConnection {
  /** The granted scope; absent where it is not known. */
  readonly scope?: readonly string[]
  fetch(path: string, init?: RequestInit): Promise<Response>
}

/** How time passes for the calls. */
export interface Pace {
  /** Resolves after so many milliseconds (a timer). */
  readonly wait?: (milliseconds: number) => Promise<unknown>
  /** Present time in epoch milliseconds (the wall clock). */
  readonly now?: () => number
  /** Ends the calls early. */
  readonly signal?: AbortSignal
  /** Milliseconds after which an answer that is not whole is given up (30,000). */
  readonly answerWithin?: number
  /** Told when Vimeo's limit of requests makes a call wait, and until when. */
  readonly onWaiting?: (until: Date) => void
}

/**
 * Vimeo refused a call, or answered with something that is not an answer. The message is for the
 * person.
 */
export class VimeoError extends ThroughlineError {
  override readonly name = 'VimeoError'
  /** HTTP status; 0 where no whole answer came. */
  readonly status: number
  /** Vimeo's own number for the problem, e.g. 8003; absent if it gave none. */
  readonly errorCode: number | undefined
  /** What Vimeo told the developer; may be empty. */
  readonly developerMessage: string
  /** What Vimeo told the person; empty where it told nothing, or where what answered was not Vimeo's API. */
  readonly said: string

  constructor(
    message: string,
    status: number,
    errorCode?: number,
    { developerMessage = '', said = '' } = {},
  ) {
    super('vimeo.request-rejected', message, { attribution: 'person' })
    this.status = status
    this.errorCode = errorCode
    this.developerMessage = developerMessage
    this.said = said
  }
}

const HEADERS = {
  accept: 'application/vnd.vimeo.*+json;version=3.4',
  'user-agent': 'throughline-vimeo-exporter',
}
const MOST_ATTEMPTS = 3
const ANSWER_WITHIN_MS = 30_000
/** A page of a hundred videos has about one megabyte. */
const MOST_BYTES = 16 << 20

/**
 * Requests one resource as JSON. Repeats what is worth repeating: a full minute's quota, a busy
 * server, a network that failed.
 *
 * @param path Path and query on the API's origin.
 * @throws {@link VimeoError} when Vimeo refuses, or its answer is no JSON or does not come to its end; whatever
 *   `connection.fetch` throws.
 */
export async function requestJson(
  connection: VimeoConnection,
  path: string,
  pace: Pace,
): Promise<Json> {
  const { wait = timeout, now = Date.now, signal, onWaiting } = pace
  const { answerWithin = ANSWER_WITHIN_MS } = pace
  const waitForQuota = async (pause: number) => {
    onWaiting?.(new Date(now() + pause))
    await wait(pause)
  }
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt === MOST_ATTEMPTS
    let response: Response
    let text: string
    for (let pauses = 0; pauses < MOST_ATTEMPTS; pauses += 1) {
      const pause = pauseBefore(connection, now())
      if (pause === 0) break
      await waitForQuota(pause)
      signal?.throwIfAborted()
    }
    try {
      const limits = [AbortSignal.timeout(answerWithin), ...(signal === undefined ? [] : [signal])]
      const init = { headers: HEADERS, signal: AbortSignal.any(limits) }
      response = await connection.fetch(path, init)
      text = await wholeTextOf(response)
    } catch (error) {
      signal?.throwIfAborted()
      if (!isNetworkFailure(error)) throw error
      if (isLast) throw isThroughlineError(error) ? error : unanswered()
      await wait(500 * attempt)
      continue
    }
    noteQuota(connection, response)
    const answer = parsed(text)
    if (response.ok && answer !== undefined) return recordOf(answer)
    if (isLast || (response.status !== 429 && response.status < 500)) {
      throw rejection(response.status, recordOf(answer))
    }
    if (response.status === 429) await waitForQuota(pauseAfterRefusal(response, now()))
    else await wait(500 * attempt)
  }
}

/** Reads an answer; empty where it is longer than any that is meant to be read. */
async function wholeTextOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > MOST_BYTES) return ''
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

/** Whether Vimeo was not reached, or its answer broke off; all else that is thrown is the connection's own word. */
export function isNetworkFailure(error: unknown): boolean {
  const isLate = error instanceof DOMException && error.name === 'TimeoutError'
  return isLate || error instanceof TypeError || isThroughlineError(error, 'connect.unreachable')
}

function unanswered(): VimeoError {
  return new VimeoError('Vimeo does not answer to the end at the moment. Try again in a while.', 0)
}

/** Vimeo's four kinds of error body: full, `error` alone, OAuth's, and no JSON at all. */
function rejection(status: number, body: Json): VimeoError {
  const said = shortTextOf(body['error_description']) || shortTextOf(body['error'])
  const developerMessage = shortTextOf(body['developer_message'])
  return new VimeoError(sentenceFor(status, said), status, numberOf(body['error_code']), {
    developerMessage,
    said,
  })
}

function sentenceFor(status: number, said: string): string {
  if (status === 401) return 'Vimeo no longer accepts this connection. Connect your account again.'
  if (status === 429) return 'Vimeo asks for a pause after many requests. Try again in a minute.'
  if (status >= 500) return `Vimeo has a problem at the moment (${status}). Try again in a while.`
  if (status < 300) return 'Vimeo gave an answer that cannot be read. Try again in a while.'
  if (said !== '') return `Vimeo refused (${status}): ${said}`
  if (status === 404) return 'Vimeo cannot find this video. It may have been deleted.'
  return `Vimeo refused without giving a reason (${status}). Try again in a while.`
}

/** A JSON object whose members are not known yet. */
export type Json = Readonly<Record<string, unknown>>

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // HTML from a proxy, or nothing at all
  }
}

/** Reads an object; anything else is an empty one. */
export function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** Reads a list of objects; anything else is an empty one. */
export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(recordOf) : []
}

/** Reads text; anything else is empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** For sentences: one line that fits. */
function shortTextOf(value: unknown): string {
  return textOf(value)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300)
}

/** Reads a number that is not negative, also where it stands as text; anything else is unknown. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

/** Reads a date-time; anything else is unknown. */
export function dateOf(value: unknown): Date | undefined {
  const date = new Date(textOf(value))
  return Number.isNaN(date.getTime()) ? undefined : date
}
