/*
 * The CDN origin, standing for vimeocdn.com: the bytes of files, and pictures. Needs no token. Files are
 * found by id in the library and streamed from disk; nothing of a request ever becomes part of a path.
 */
import { readFile } from 'node:fs/promises'

import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'

import { sendFile } from './file-answer.ts'
import { checkCdnLink, checkSignedLink } from './file-links.ts'
import { countCall, htmlAnswer } from './injected-failures.ts'
import { renderPortrait, renderThumbnail } from './thumbnail.ts'
import type { VimeoWorld } from './world.ts'

/** Creates the routes of the CDN origin. */
export function createCdnOrigin(world: VimeoWorld): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(async ({ env }, next) => (await countCall(world, 'cdn', env)) ?? next())
  app.get('/video/:picture{\\d+-d_\\d+x\\d+}', ({ req }) => {
    const [, id = '', width, height] = /^(\d+)-d_(\d+)x(\d+)$/.exec(req.param('picture')) ?? []
    const video = world.library.byId.get(id)
    return video ? renderThumbnail(video, Number(width), Number(height)) : textAnswer(404)
  })
  app.get('/portrait/:picture{\\d+_\\d+x\\d+}', ({ req }) => {
    const [, id, width] = /^(\d+)_(\d+)x/.exec(req.param('picture')) ?? []
    const person = world.people.find((each) => each.id === id)
    return person ? renderPortrait(person, Number(width)) : textAnswer(404)
  })
  app.get('/captions/:track{\\d+\\.vtt}', async ({ req }) => {
    const link = checkSignedLink(world, new URL(req.url))
    const id = req.param('track').slice(0, -'.vtt'.length)
    const track = world.library.textTracks.get(id)
    if (!link.isGenuine || track === undefined) return textAnswer(403)
    if (link.isExpired) return textAnswer(410)
    const headers = { 'content-type': 'text/vtt', 'x-content-type-options': 'nosniff' }
    return new Response(await readFile(track.path), { headers })
  })
  // A file that was taken away since the start.
  app.onError((error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return textAnswer(404)
    throw error
  })
  app.get('*', ({ req, env }) => {
    const link = checkCdnLink(world, new URL(req.url))
    if (link === undefined) return textAnswer(404)
    const video = world.library.byId.get(link.videoId)
    if (!link.isGenuine || video === undefined) return textAnswer(403)
    if (link.isExpired) return textAnswer(410)
    if (world.switches.cdnHtml) return htmlAnswer(200)
    const file = video.renditions.find(({ rendition }) => rendition === link.rendition) ?? video
    const breakConnection = () => env.outgoing.socket?.destroySoon()
    return sendFile(req.raw, { file, switches: world.switches, breakConnection })
  })
  return app
}

function textAnswer(status: number): Response {
  const text = { 403: 'Forbidden', 404: 'Not Found', 410: 'Gone' }[status] ?? ''
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain' } })
}
