/*
 * Failures on demand: the answers that the switch `failures` puts in the place of real ones.
 */
import { createFullError, type VimeoRefusal } from './answers.ts'
import { createRateLimitError } from './rate-limits.ts'
import type { FailureAnswer } from './switches.ts'
import type { VimeoWorld } from './world.ts'

/** Counts one REST call and returns the failure that is set for its number, if any. */
export function countCall(world: VimeoWorld): Response | undefined {
  world.callCount += 1
  const failure = world.switches.failures.find(({ call }) => call === world.callCount)
  return failure && failureAnswer(failure.answer)
}

function failureAnswer(answer: FailureAnswer): Response {
  switch (answer) {
    case 'rate-limit':
      return createRateLimitError().response
    case 'error':
      return createServerError(500, 7000).response
    case 'overloaded':
      return createServerError(503, 7100).response
    case 'html':
      return new Response('<!doctype html><title>Forbidden</title><h1>403 Forbidden</h1>', {
        status: 403,
        headers: { 'content-type': 'text/html; charset=utf-8' },
      })
  }
}

function createServerError(status: number, code: number): VimeoRefusal {
  return createFullError({
    status,
    code,
    error: 'Something strange occurred. Please try again.',
    developerMessage: 'The simulator was told to fail this call.',
  })
}
