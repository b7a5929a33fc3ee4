/*
 * `fetch` for a program that listens, with the headers that a test gives and no others.
 */
import { request, type Agent, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/**
 * Sends a request to a port of 127.0.0.1, whatever host its URL names. The global `fetch` writes `Host` and
 * `Sec-Fetch-Mode` itself; here both are what the test says.
 */
export async function fetchOverHttp(port: number, agent: Agent, asked: Request): Promise<Response> {
  const { pathname, search } = new URL(asked.url)
  const body = asked.body === null ? undefined : Buffer.from(await asked.arrayBuffer())
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      {
        ...{ host: '127.0.0.1', port, agent, method: asked.method, path: pathname + search },
        ...{ headers: Object.fromEntries(asked.headers), signal: asked.signal },
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
  const isEmpty = [204, 303, 304, 307].includes(status)
  if (isEmpty) incoming.resume()
  return new Response(isEmpty ? null : (Readable.toWeb(incoming) as ReadableStream), {
    status,
    headers,
  })
}
