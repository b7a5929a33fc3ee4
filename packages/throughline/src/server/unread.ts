/*
 * What waits in this process for readers, of all connections together. Each may be slow by itself; where they are many,
 * those go first for whom most waits.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Closes connections while more than `mostBytes` wait to leave, looked after every `checkMs`; ends with the server.
 */
export function limitUnread(server: Server, mostBytes: number, checkMs: number): void {
  const connections = new Set<Socket>()
  server.on('connection', (connection: Socket) => {
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
  })
  const check = setInterval(() => {
    let unread = 0
    for (const { writableLength } of connections) unread += writableLength
    if (unread <= mostBytes) return
    for (const connection of [...connections].toSorted(byUnread)) {
      if (unread <= mostBytes) return
      unread -= connection.writableLength
      connection.destroy()
    }
  }, checkMs)
  check.unref()
  server.once('close', () => clearInterval(check))
}

function byUnread(one: Socket, other: Socket): number {
  return other.writableLength - one.writableLength
}
