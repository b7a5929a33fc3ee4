/*
 * One request of a connection at a time. Node's HTTP server hands out all that were sent ahead (pipelined) at once: a
 * thousand fit into one packet, and nobody else would be served before the last of them is.
 */
import type { IncomingMessage } from 'node:http'
import type { Outgoing } from './cut-off.ts'

/** Requests that may be sent ahead of an answer; browsers and proxies send none. */
const MOST_AHEAD = 10

type Connection = IncomingMessage['socket']

interface Line {
  isBusy: boolean
  readonly waiting: (() => void)[]
}

const lines = new WeakMap<Connection, Line>()

/**
 * Waits until the answers before this one have left. A connection with too many requests ahead is closed.
 *
 * @returns Whether there is still somebody to answer.
 */
export async function awaitTurn(connection: Connection, outgoing: Outgoing): Promise<boolean> {
  const line = lines.get(connection) ?? startLine(connection)
  if (line.isBusy) {
    if (line.waiting.length >= MOST_AHEAD) connection.destroy()
    else await new Promise<void>((resolve) => line.waiting.push(resolve))
  }
  if (connection.destroyed) return false
  line.isBusy = true
  outgoing.once('close', () => {
    const next = line.waiting.shift()
    line.isBusy = next !== undefined
    next?.()
  })
  return true
}

function startLine(connection: Connection): Line {
  const line: Line = { isBusy: false, waiting: [] }
  lines.set(connection, line)
  // Nobody answers what still waits: it ends here.
  connection.once('close', () => {
    for (const end of line.waiting.splice(0)) end()
  })
  return line
}
