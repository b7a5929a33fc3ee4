/*
 * One request to a server of a test, as it arrived and as it can be read.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** One request as it arrived. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The body, read as a form. */
  readonly form: URLSearchParams
}

/** Reads a request to its end. */
export async function recordRequest(incoming: IncomingMessage): Promise<RecordedRequest> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  const body = await text(incoming)
  return {
    method: incoming.method ?? '',
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    body,
    form: new URLSearchParams(body),
  }
}

/** Finds the token of an `Authorization` header; empty where there is none. */
export function bearerOf({ authorization = '' }: IncomingHttpHeaders): string {
  return /^Bearer (.+)$/i.exec(authorization)?.[1] ?? ''
}

/** Finds which program asks. */
export function clientIdOf({ headers, form }: RecordedRequest): string | null {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (basic === undefined) return form.get('client_id')
  const id = Buffer.from(basic, 'base64').toString().split(':')[0] ?? ''
  return decodeURIComponent(id.replaceAll('+', ' '))
}
