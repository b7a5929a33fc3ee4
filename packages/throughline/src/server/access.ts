/*
 * One line for each request that was answered, and its count: what was asked for by names of ours, what was answered, how
 * long that took and how much of it left. Never a query, a header or an id but the request's own.
 */
import type { Exchange } from './listen.ts'
import { nameRoute, type NamedRoute } from './route-name.ts'

/** One answered request, as the log has it. */
export interface Access extends NamedRoute {
  readonly requestId: string
  readonly method: string
  /** 0 where whoever asked left before the answer began. */
  readonly status: number
  readonly ms: number
  /** What left of the answer, its head included, before any proxy. */
  readonly bytes: number
  /** Whether the connection ended before the answer did. */
  readonly isCut: boolean
}

/** Methods that are told apart; there may be any others. */
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']

/** Calls back once, when the answer to a request is over. */
export function watchAnswer(
  { incoming, outgoing }: Exchange,
  pages: { has(path: string): boolean },
  requestId: string,
  ended: (access: Access) => void,
): void {
  const { socket, method = '', url = '' } = incoming
  const begun = performance.now()
  const before = socket.bytesWritten
  const [path = ''] = url.split('?')
  outgoing.once('close', () => {
    ended({
      requestId,
      method: METHODS.includes(method) ? method : 'other',
      ...nameRoute(pages, method, path),
      status: outgoing.headersSent ? outgoing.statusCode : 0,
      ms: Math.round(performance.now() - begun),
      bytes: socket.bytesWritten - before,
      isCut: !outgoing.writableFinished,
    })
  })
}
