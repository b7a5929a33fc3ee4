/*
 * The API origin as a whole, standing for api.vimeo.com: OAuth pages and endpoints, and the REST API.
 */
import { setTimeout as wait } from 'node:timers/promises'

import { Hono } from 'hono'

import { createLegacyError, VimeoRefusal } from './answers.ts'
import { addAuthorizeRoutes } from './authorize.ts'
import { isControlPath } from '../simulator/control-guard.ts'
import { createControlRoutes } from './control-routes.ts'
import type { Controls } from './controls.ts'
import { allowAnyOrigin, answerPreflight } from './cross-origin.ts'
import { addDeviceRoutes } from './device.ts'
import { htmlAnswer } from './injected-failures.ts'
import { renderHomePage } from './pages.ts'
import { explain } from './reasons.ts'
import { addRestRoutes } from './rest-api.ts'
import { isRestPath } from './rest-call.ts'
import { addTokenRoutes } from './token-endpoint.ts'
import type { VimeoWorld } from './world.ts'

/** Creates the routes of the API origin. */
export function createApiOrigin(world: VimeoWorld, controls: Controls): Hono {
  const app = new Hono()
  app.onError((error) => {
    if (!(error instanceof VimeoRefusal)) throw error
    const { response, code } = error
    if (world.switches.errorCodeHeader && code !== undefined)
      response.headers.set('vimeo-error-code', String(code))
    return response
  })
  app.notFound(() => createLegacyError(404, "The requested page couldn't be found.").response)
  app.use(async ({ req }, next) => {
    const { delayMilliseconds } = world.switches
    // The timer must not keep a program alive whose simulator was closed.
    if (delayMilliseconds > 0 && req.path !== '/oauth/authorize' && !isControlPath(req.raw))
      await wait(delayMilliseconds, undefined, { ref: false })
    await next()
  })
  app.use(async (context, next) => {
    const { req } = context
    const { crossOrigin, needsUserAgent } = world.switches
    const isRest = isRestPath(req.path)
    if (crossOrigin && isRest) {
      const preflight = answerPreflight(req.raw)
      if (preflight !== undefined) return preflight
    }
    const isProgram = isRest || (req.method === 'POST' && /^\/oauth\/(?!authorize$)/.test(req.path))
    if (needsUserAgent && isProgram && isGenericAgent(req.header('user-agent')))
      return explain(htmlAnswer(403), 'The User-Agent is generic (needsUserAgent).')
    await next()
    if (crossOrigin && isRest) allowAnyOrigin(context.res)
    return undefined
  })
  app.get('/', () => renderHomePage(world))
  app.route('/simulator', createControlRoutes(world, controls))
  addAuthorizeRoutes(app, world)
  addTokenRoutes(app, world)
  addDeviceRoutes(app, world)
  addRestRoutes(app, world)
  return app
}

/** Tells whether a program left its User-Agent to its library. */
function isGenericAgent(agent = ''): boolean {
  return /^($|(node|undici|axios|got|curl|wget|python|go-http-client|okhttp|java|php|ruby)\b)/i.test(
    agent,
  )
}
