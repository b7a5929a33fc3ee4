/*
 * What the controls of every simulator have: a guard at the door, and JSON objects in and out for programs.
 */
import { Hono } from 'hono'

import { isJson, refuseControl } from './control-guard.ts'

/** Creates the routes of controls: pages of other sites are kept out, and a `TypeError` is answered with its message. */
export function createControlApp(): Hono {
  const app = new Hono()
  app.use(async ({ req }, next) => {
    const reason = refuseControl(req.raw)
    return reason === undefined ? next() : answerControl({ error: reason }, 403)
  })
  app.onError((error) => {
    if (error instanceof TypeError) return answerControl({ error: error.message }, 400)
    throw error
  })
  return app
}

/**
 * Reads a JSON object.
 *
 * @throws `TypeError` saying what was expected.
 */
export async function readJson(request: Request): Promise<Readonly<Record<string, unknown>>> {
  if (!isJson(request)) throw new TypeError('Expected a body with Content-Type: application/json.')
  let value: unknown
  try {
    value = await request.json()
  } catch (cause) {
    throw new TypeError('The body is not valid JSON.', { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>
  throw new TypeError('Expected a JSON object.')
}

/** Answers JSON. */
export function answerControl(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}
