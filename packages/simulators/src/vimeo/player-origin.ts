/*
 * The player origin, standing for player.vimeo.com: turns a signed link into a redirect to the CDN.
 * Needs no token. A link that is no longer good leads to the home page.
 */
import { Hono } from 'hono'

import { checkSignedLink, createCdnLink, type LinkPurpose } from './file-links.ts'
import { renderHomePage } from './pages.ts'
import { explain } from './reasons.ts'
import type { VimeoWorld } from './world.ts'

const EXPIRED = 'The link has ended: ask the API for a new one before each download.'

/** Creates the routes of the player origin. */
export function createPlayerOrigin(world: VimeoWorld): Hono {
  const app = new Hono()
  const home = (reason: string) => explain(redirectTo(`${world.origins.player}/`), reason)
  app.get('/', () => renderHomePage(world))
  app.get(
    '/progressive_redirect/:purpose{download|playback}/:id/rendition/:rendition/:name',
    ({ req }) => {
      const link = checkSignedLink(world, new URL(req.url))
      const video = world.library.byId.get(req.param('id'))
      const { playerRefuses, expiredLink } = world.switches
      if (playerRefuses) return home('The switch `playerRefuses` is on.')
      if (!link.isGenuine || video === undefined)
        return home('The link is not one that the simulator signed.')
      if (link.isExpired)
        return expiredLink === 'home'
          ? home(EXPIRED)
          : explain(new Response(null, { status: Number(expiredLink) }), EXPIRED)
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
  app.notFound(() => home('It is no link to a file.'))
  return app
}

function redirectTo(location: string): Response {
  return new Response(null, { status: 302, headers: { location, 'cache-control': 'no-store' } })
}
