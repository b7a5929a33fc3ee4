/*
 * The player origin, standing for player.vimeo.com: turns a signed link into a redirect to the CDN.
 * Needs no token. A link that is no longer good leads to the home page, never to an error.
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'

import { checkSignedLink, createCdnLink, type LinkPurpose } from './file-links.ts'
import { countCall } from './injected-failures.ts'
import { renderHomePage } from './pages.ts'
import type { VimeoWorld } from './world.ts'

/** Creates the routes of the player origin. */
export function createPlayerOrigin(world: VimeoWorld): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(
    '/progressive_redirect/*',
    async ({ env }, next) => (await countCall(world, 'player', env)) ?? next(),
  )
  app.get('/', () => renderHomePage(world))
  app.get(
    '/progressive_redirect/:purpose{download|playback}/:id/rendition/:rendition/:name',
    ({ req }) => {
      const link = checkSignedLink(world, new URL(req.url))
      const video = world.library.byId.get(req.param('id'))
      if (world.switches.playerRefuses || !link.isGenuine || link.isExpired || video === undefined)
        return redirectTo(`${world.origins.player}/`)
      const purpose = req.param('purpose') as LinkPurpose
      return redirectTo(
        createCdnLink(world, {
          video,
          rendition: req.param('rendition'),
          purpose,
          name: req.param('name'),
        }),
      )
    },
  )
  app.notFound(() => redirectTo(`${world.origins.player}/`))
  return app
}

function redirectTo(location: string): Response {
  return new Response(null, { status: 302, headers: { location, 'cache-control': 'no-store' } })
}
