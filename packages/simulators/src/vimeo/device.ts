/*
 * The device grant: codes for a device, the page on which a person enters one, and the poll that ends in a token.
 *
 * @see https://github.com/vimeo/VimeoNetworking: fields and the meaning of 400 are those of Vimeo's own mobile libraries
 */
import type { Hono } from 'hono'

import { authErrorAnswer, secretAnswer } from './answers.ts'
import { readBodyParameters, type BodyParameters } from './body-parameters.ts'
import { readClientProof } from './client-authentication.ts'
import type { PollOutcome } from './device-grants.ts'
import { renderActivatedPage, renderCodePage, renderDeviceConsentPage } from './device-pages.ts'
import { renderSignInPage } from './pages.ts'
import { findUnusableScope, grantScope, parseScope } from './scopes.ts'
import {
  tokenAnswer,
  unknownClientAnswer,
  unreadableBodyAnswer,
  unsupportedGrantAnswer,
} from './token-answers.ts'
import type { VimeoWorld } from './world.ts'

/** Adds the routes. */
export function addDeviceRoutes(app: Hono, world: VimeoWorld): void {
  app.post('/oauth/device', async ({ req }) => {
    const body = await readClientRequest(req.raw, world)
    if (body instanceof Response) return body
    if (body['grant_type'] !== 'device_grant') return unsupportedGrantAnswer(world)
    const scope = parseScope(body['scope'])
    const unusable = findUnusableScope(scope, world.switches.unavailableScopes)
    if (unusable !== undefined)
      return authErrorAnswer('invalid_scope', `There is no scope "${unusable}".`)

    const { deviceSeconds, deviceIntervalSeconds } = world.switches
    const { deviceCode, userCode } = world.devices.create(scope, deviceSeconds)
    return secretAnswer({
      device_code: deviceCode,
      user_code: userCode,
      activate_link: `${world.origins.api}/activate`,
      authorize_link: `${world.origins.api}/oauth/device/authorize`,
      expires_in: deviceSeconds,
      interval: deviceIntervalSeconds,
    })
  })

  app.post('/oauth/device/authorize', async ({ req }) => {
    const body = await readClientRequest(req.raw, world)
    if (body instanceof Response) return body
    const { device_code: deviceCode = '', user_code: userCode = '' } = body
    const interval = world.switches.deviceIntervalSeconds
    const outcome = world.devices.poll(deviceCode, userCode, interval)
    if (outcome.kind !== 'approved') return pollRefusal(outcome.kind, world)
    return tokenAnswer(world.grants.createToken(outcome.consent, world.switches), world)
  })

  app.get('/activate', ({ req }) => {
    const parameters = new URL(req.url).searchParams
    const userCode = parameters.get('user_code')
    if (userCode === null) return renderCodePage(world)
    const grant = world.devices.findWaiting(userCode)
    if (grant === undefined) return renderCodePage(world, userCode)
    const person = world.people.find(({ id }) => id === parameters.get('person'))
    return person === undefined
      ? renderSignInPage(world, parameters, '/activate')
      : renderDeviceConsentPage(world, { grant, person })
  })

  app.post('/activate', async ({ req }) => {
    const form = new URLSearchParams(await req.text())
    const userCode = form.get('user_code') ?? ''
    const grant = world.devices.findWaiting(userCode)
    if (grant === undefined) return renderCodePage(world, userCode)
    const person = world.people.find(({ id }) => id === form.get('person'))
    if (person === undefined) return renderSignInPage(world, form, '/activate')
    const isAllowed = form.get('decision') === 'allow'
    const scope = grantScope(grant.scope, form.getAll('granted'))
    world.devices.decide(grant, isAllowed ? { person, scope } : 'denied')
    return renderActivatedPage(world, isAllowed)
  })
}

/** Reads the body of a client that proved itself, or makes the answer that it gets instead. */
async function readClientRequest(
  request: Request,
  world: VimeoWorld,
): Promise<BodyParameters | Response> {
  const body = await readBodyParameters(request)
  if (body === undefined) return unreadableBodyAnswer()
  const proof = readClientProof(request.headers.get('authorization'), body, world)
  return proof === 'ok' ? body : unknownClientAnswer(world)
}

function pollRefusal(kind: Exclude<PollOutcome['kind'], 'approved'>, world: VimeoWorld): Response {
  const { deviceEndStatus } = world.switches
  switch (kind) {
    case 'pending':
      return authErrorAnswer('authorization_pending', 'The person has not decided yet.')
    case 'too-soon':
      return authErrorAnswer('slow_down', 'Wait for the interval before you ask again.')
    case 'denied':
      return authErrorAnswer('access_denied', 'The person denied the request.', deviceEndStatus)
    case 'expired':
      return authErrorAnswer('expired_token', 'The codes have ended. Ask anew.', deviceEndStatus)
    case 'unknown':
      return authErrorAnswer('invalid_grant', 'No device has these codes.', deviceEndStatus)
  }
}
