/*
 * A program's handler on a port, where a test is about what leaves a socket and when.
 */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { serve } from '@hono/node-server'

/** Listens on a free port until the test ends; returns the origin. */
export async function listen(
  t: TestContext,
  fetch: (request: Request) => Promise<Response>,
): Promise<string> {
  const server = serve({
    fetch: (request) => fetch(request),
    port: 0,
    hostname: '127.0.0.1',
  }) as Server
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  if (!server.listening) await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
