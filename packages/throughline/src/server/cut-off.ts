/*
 * An answer that breaks off is cut. The HTTP server would write the error's message into it instead: where a length was
 * announced, a browser would take that for the rest of the file, and whoever reads it would be told what is the
 * operator's to know.
 */
import type { Http2ServerResponse } from 'node:http2'
import type { ServerResponse } from 'node:http'

/** The answer as Node's HTTP server has it. */
export type Outgoing = ServerResponse | Http2ServerResponse

/**
 * Sees to it that an answer whose body fails ends its connection, and one of which nothing leaves for `unreadMs`.
 *
 * A body that is slow to come is not meant: time counts only while something waits to leave.
 */
export function cutOff(response: Response, outgoing: Outgoing, unreadMs: number): Response {
  const reader = response.body?.getReader()
  if (reader === undefined) return response
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        outgoing.socket?.setTimeout(0)
        try {
          const next = await reader.read()
          if (next.done) controller.close()
          else controller.enqueue(next.value as Uint8Array)
          // Node's own timeout: it begins anew whenever some of what waits has left, and ends the connection.
          outgoing.socket?.setTimeout(unreadMs)
        } catch (error) {
          await cut(outgoing)
          controller.error(error)
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, response)
}

/** Lets what was written leave, and closes the connection; resolves when nothing can be written any more. */
function cut(outgoing: Outgoing): Promise<void> {
  return new Promise((resolve) => {
    if (outgoing.destroyed) return resolve()
    outgoing.once('close', resolve)
    if (outgoing.socket === null || outgoing.socket === undefined) outgoing.destroy()
    else outgoing.socket.destroySoon()
  })
}
