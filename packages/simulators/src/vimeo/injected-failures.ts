/*
 * Failures on demand: the answers that the switch `failures` puts in the place of real ones.
 */
import type { HttpBindings } from '@hono/node-server'

import { createFullError } from './answers.ts'
import { createRateLimitError } from './rate-limits.ts'
import type { FailurePlace, InjectedFailure } from './switches.ts'
import type { VimeoWorld } from './world.ts'

/** Counts one request at a place and answers with the failure that is set for its number, if any. */
export async function countCall(
  world: VimeoWorld,
  place: FailurePlace,
  env: HttpBindings | undefined,
): Promise<Response | undefined> {
  const count = (world.callCounts.get(place) ?? 0) + 1
  world.callCounts.set(place, count)
  const failure = world.switches.failures.find(
    (each) => each.call === count && (each.place ?? 'rest') === place,
  )
  return failure && failureAnswer(failure, env)
}

async function failureAnswer(
  { answer, retryAfterSeconds }: InjectedFailure,
  env: HttpBindings | undefined,
): Promise<Response> {
  switch (answer) {
    case 'rate-limit': {
      const headers =
        retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
      return createRateLimitError(headers).response
    }
    case 'error':
      return createServerError(500, 7000)
    case 'overloaded':
      return createServerError(503, 7100)
    case 'html':
      return htmlAnswer(403)
    case 'html-200':
      return htmlAnswer(200)
    case 'reset':
      env?.outgoing.socket?.resetAndDestroy()
      return new Response(null, { status: 503 })
    case 'stall':
      // Nothing is ever sent; whoever asked must give up, or the simulator must be closed.
      return new Promise<Response>(() => {})
  }
}

/** A page as a proxy or a bot check sends it in the place of what was asked for. */
export function htmlAnswer(status: 200 | 403): Response {
  const title = status === 403 ? '403 Forbidden' : 'One moment, please'
  return new Response(`<!doctype html><title>${title}</title><h1>${title}</h1>`, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  })
}

function createServerError(status: number, code: number): Response {
  return createFullError({
    status,
    code,
    error: 'Something strange occurred. Please try again.',
    developerMessage: 'The simulator was told to fail this call.',
  }).response
}
