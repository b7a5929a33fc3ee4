/*
 * The CDN origin, standing for vimeocdn.com: the bytes of files, and pictures. Needs no token. Files are
 * found by id in the library and streamed from disk; nothing of a request ever becomes part of a path.
 */
import { readFile } from 'node:fs/promises'

import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'

import { sendFile } from './file-answer.ts'
import { checkCdnLink, checkSignedLink, createTextTrackLink } from './file-links.ts'
import { htmlAnswer } from './injected-failures.ts'
import { explain } from './reasons.ts'
import { renderPortrait, renderThumbnail } from './thumbnail.ts'
import type { VimeoWorld } from './world.ts'

const refusals = {
  403: { text: 'Forbidden', reason: 'The address is not one that the simulator signed.' },
  404: { text: 'Not Found', reason: 'There is nothing under that address.' },
  410: { text: 'Gone', reason: 'The address has ended: it is good for a while only.' },
}

/** Creates the routes of the CDN origin. */
export function createCdnOrigin(world: VimeoWorld): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
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
  app.get('/captions/:track{\\d+\\.(?:vtt|m3u8)}', async ({ req }) => {
    const url = new URL(req.url)
    const link = checkSignedLink(world, url)
    const [id = '', extension] = req.param('track').split('.')
    const track = world.library.textTracks.get(id)
    if (!link.isGenuine || track === undefined) return textAnswer(403)
    if (link.isExpired) return textAnswer(410)
    if (extension === 'vtt') return captionsAnswer(await readFile(track.path), 'text/vtt')
    const expires = Number(url.searchParams.get('expires'))
    const list = renderCaptionList(createTextTrackLink(world, `${id}.vtt`, expires))
    return captionsAnswer(list, 'application/vnd.apple.mpegurl')
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
    if (world.switches.cdnHtml) return explain(htmlAnswer(200), 'The switch `cdnHtml` is on.')
    const file = video.renditions.find(({ rendition }) => rendition === link.rendition) ?? video
    const breakConnection = () => env.outgoing.socket?.destroySoon()
    return sendFile(req.raw, { file, switches: world.switches, breakConnection })
  })
  return app
}

function captionsAnswer(body: Uint8Array<ArrayBuffer> | string, type: string): Response {
  const headers = { 'content-type': type, 'x-content-type-options': 'nosniff' }
  return new Response(body, { headers })
}

/** Writes the list of an HLS player's: all captions are one piece. No video here is longer than a day. */
function renderCaptionList(link: string): string {
  const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:86400', '#EXT-X-PLAYLIST-TYPE:VOD']
  return [...lines, '#EXTINF:86400,', link, '#EXT-X-ENDLIST', ''].join('\n')
}

function textAnswer(status: keyof typeof refusals): Response {
  const { text, reason } = refusals[status]
  const headers = { 'content-type': 'text/plain' }
  return explain(new Response(`${text}\n`, { status, headers }), reason)
}
