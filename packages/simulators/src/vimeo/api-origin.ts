/*
 * The API origin as a whole, standing for api.vimeo.com: OAuth pages and endpoints, and the REST API.
 */
import { setTimeout as wait } from 'node:timers/promises'

import { Hono } from 'hono'

import { createLegacyError, VimeoRefusal } from './answers.ts'
import { addAuthorizeRoutes } from './authorize.ts'
import { isControlPath } from './control-guard.ts'
import { createControlRoutes } from './control-routes.ts'
import type { Controls } from './controls.ts'
import { addDeviceRoutes } from './device.ts'
import { renderHomePage } from './pages.ts'
import { addRestRoutes } from './rest-api.ts'
import { addTokenRoutes } from './token-endpoint.ts'
import type { VimeoWorld } from './world.ts'

/** Creates the routes of the API origin. */
export function createApiOrigin(world: VimeoWorld, controls: Controls): Hono {
  const app = new Hono()
  app.onError((error) => {
    if (error instanceof VimeoRefusal) return error.response
    throw error
  })
  app.notFound(() => createLegacyError(404, "The requested page couldn't be found.").response)
  app.use(async ({ req }, next) => {
    const { delayMilliseconds } = world.switches
    // The timer must not keep a program alive whose simulator was closed.
    if (delayMilliseconds > 0 && req.path !== '/oauth/authorize' && !isControlPath(req.raw))
      await wait(delayMilliseconds, undefined, { ref: false })
    await next()
  })
  app.get('/', () => renderHomePage(world))
  app.route('/simulator', createControlRoutes(world, controls))
  addAuthorizeRoutes(app, world)
  addTokenRoutes(app, world)
  addDeviceRoutes(app, world)
  addRestRoutes(app, world)
  return app
}
