/*
 * Failures on demand: what the switch `failures` puts in the place of the real answer to one request.
 */
import type { HttpBindings } from '@hono/node-server'

import { createFullError, type VimeoRefusal } from './answers.ts'
import { stallBody } from './body-pace.ts'
import { createRateLimitError } from './rate-limits.ts'
import { explain } from './reasons.ts'
import { isRestPath } from './rest-call.ts'
import type { OriginName } from './request-log.ts'
import type { FailurePlace, InjectedFailure, VimeoSwitches } from './switches.ts'
import type { VimeoWorld } from './world.ts'

/** What the log says of a request that failed on demand. */
export const TOLD_TO_FAIL = 'The simulator was told to fail it.'

/** Status that a request is logged with whose connection ended, or was kept, without an answer. */
export const NO_STATUS = 0

/**
 * Answers a request, or fails it where the switches say so.
 *
 * @param answer Gives the real answer; asked only where it is needed.
 * @returns The answer; undefined where there will never be one.
 */
export async function answerOrFail(
  world: VimeoWorld,
  request: { readonly place: FailurePlace | undefined; readonly env: HttpBindings },
  answer: () => Promise<Response>,
): Promise<Response | undefined> {
  const { place, env } = request
  const failure = place && countRequest(world, place)
  if (failure === undefined) return answer()
  switch (failure.answer) {
    case 'reset':
      env.outgoing.socket?.resetAndDestroy()
      return undefined
    case 'stall': {
      const response = await answer()
      // Without a body there is nothing to stop within: not even the head is sent.
      return response.body === null ? undefined : stallHalfway(response)
    }
    default:
      return explain(failureAnswer(failure, world.switches), TOLD_TO_FAIL)
  }
}

/** Tells which count a request belongs to; undefined for pages and the controls. */
export function placeOf(origin: OriginName, { method, url }: Request): FailurePlace | undefined {
  const { pathname } = new URL(url)
  if (origin === 'cdn') return 'cdn'
  if (origin === 'player')
    return pathname.startsWith('/progressive_redirect/') ? 'player' : undefined
  if (pathname === '/oauth/access_token') return 'token'
  if (pathname === '/tokens') return 'revocation'
  return method === 'GET' && isRestPath(pathname) ? 'rest' : undefined
}

function countRequest(world: VimeoWorld, place: FailurePlace): InjectedFailure | undefined {
  const number = (world.callCounts.get(place) ?? 0) + 1
  world.callCounts.set(place, number)
  return world.switches.failures.find(
    (each) => each.call === number && (each.place ?? 'rest') === place,
  )
}

async function stallHalfway(response: Response): Promise<Response> {
  const announced = response.headers.get('content-length')
  if (announced !== null && response.body !== null)
    return new Response(stallBody(response.body, Math.floor(Number(announced) / 2)), response)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const half = Math.floor(bytes.length / 2)
  const stalled = new Response(stallBody(new Blob([bytes]).stream(), half), response)
  stalled.headers.set('content-length', String(bytes.length))
  return stalled
}

function failureAnswer(
  { answer, retryAfterSeconds }: InjectedFailure,
  switches: VimeoSwitches,
): Response {
  switch (answer) {
    case 'rate-limit': {
      const headers =
        retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
      return createRateLimitError(switches, headers).response
    }
    case 'error':
      return createServerError(500, 7000).response
    case 'overloaded':
      return createServerError(503, 7100).response
    case 'html':
      return htmlAnswer(403)
    default:
      return htmlAnswer(200)
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

function createServerError(status: number, code: number): VimeoRefusal {
  return createFullError({
    status,
    code,
    error: 'Something strange occurred. Please try again.',
    developerMessage: 'The simulator was told to fail this call.',
  })
}
