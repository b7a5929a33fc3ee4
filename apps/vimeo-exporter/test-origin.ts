/* For tests: an HTTP origin on the loopback interface that notes what it was asked. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { VimeoConnection } from './vimeo-request.ts'

/** A request as it arrived. */
export interface NotedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** A server that ends with its test. */
export interface Origin {
  /** E.g. `http://127.0.0.1:40123`. */
  readonly url: string
  /** All requests, in their order. */
  readonly requests: readonly NotedRequest[]
}

/** Answers one request; `url` has its path and query. */
export type Answer = (response: ServerResponse, url: URL, request: IncomingMessage) => unknown

/** Starts an origin; the test's end closes it together with its connections. */
export async function startOrigin(test: TestContext, answer: Answer): Promise<Origin> {
  const requests: NotedRequest[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    requests.push({
      method: request.method ?? '',
      path,
      headers: request.headers as NotedRequest['headers'],
    })
    answer(response, new URL(path, 'http://origin.test'), request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/**
 * A connection as the framework gives it: paths are resolved on the API's origin and get the token.
 */
export function connectionTo(api: Origin, token: string): VimeoConnection {
  return {
    fetch: (path, init) => {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${token}`)
      return fetch(new URL(path, api.url), { ...init, headers })
    },
  }
}
