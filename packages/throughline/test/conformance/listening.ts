/*
 * A server on a free port of 127.0.0.1 that answers nothing yet: what it is to be may depend on where it is.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Something that ends: a test, or a file of tests. */
export interface Ending {
  after(end: () => unknown): void
}

/** Listens; closed with `t`, with all its connections. */
export async function listen(
  t: Ending,
): Promise<{ readonly server: Server; readonly port: number; readonly origin: string }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return { server, port, origin: `http://127.0.0.1:${port}` }
}
