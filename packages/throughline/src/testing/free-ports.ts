/*
 * Ports for programs that a test starts, ends and starts again where they were.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** Below those that outgoing connections take: one of these could hold a port while its program is down. */
const LOWEST = 20_000
const HIGHEST = 32_000
const MOST_ATTEMPTS = 50

/** Finds ports of 127.0.0.1 that are free now, all open at once for a moment, so that they differ. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = new Map<number, Server>()
  for (let attempt = 0; attempt < count * MOST_ATTEMPTS && servers.size < count; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST)
    const server = await listenAt(port)
    if (server !== undefined) servers.set(port, server)
  }
  for (const server of servers.values()) {
    server.close()
    await once(server, 'close')
  }
  if (servers.size < count) assert.fail('Too few ports are free.')
  return [...servers.keys()]
}

/** Finds one port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port ?? assert.fail('No port is free.')
}

/** Undefined when the port is taken. */
function listenAt(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
