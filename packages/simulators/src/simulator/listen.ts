/*
 * Puts a `Request` → `Response` function on a port of 127.0.0.1 and takes it off again.
 */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createAdaptorServer, type HttpBindings } from '@hono/node-server'

/** No form is larger; the page of another site could send gigabytes to a person's machine. */
const MOST_BODY_BYTES = 1024 * 1024

/** A server that listens. */
export interface ListeningServer {
  /** `http://127.0.0.1:{port}`. */
  readonly origin: string
  /** Stops listening and ends every connection that is still open. */
  close(): Promise<void>
}

/**
 * Listens on 127.0.0.1.
 *
 * @param port The port; 0 takes any that is free.
 * @param mostBodyBytes Longest body that is taken (a mebibyte).
 * @param purpose What stands in the error message, such as `Vimeo simulator (api)`.
 * @throws `Error` with one sentence naming the port, and the reason as `cause`, when it cannot be had.
 */
export async function listen(
  fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>,
  {
    port,
    purpose,
    mostBodyBytes = MOST_BODY_BYTES,
  }: { readonly port: number; readonly purpose: string; readonly mostBodyBytes?: number },
): Promise<ListeningServer> {
  const server = createAdaptorServer({
    fetch: (request, env) =>
      Number(request.headers.get('content-length') ?? 0) > mostBodyBytes
        ? new Response('Payload Too Large\n', { status: 413 })
        : fetch(request, env as HttpBindings),
  }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason =
        cause.code === 'EADDRINUSE'
          ? 'is already in use; stop the program that listens there or choose another port'
          : 'cannot be listened on'
      reject(new Error(`Port ${port} for the ${purpose} ${reason}.`, { cause }))
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
