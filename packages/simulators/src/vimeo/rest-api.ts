/*
 * The REST routes of the API: people and their videos. Each answers JSON, or throws a refusal.
 *
 * @see https://developer.vimeo.com/api/reference
 */
import type { Hono } from 'hono'

import { createLegacyError, jsonAnswer, VimeoRefusal } from './answers.ts'
import { assertScope, authenticate } from './authenticate.ts'
import { renderCollection } from './collection.ts'
import { isUnchanged, NOT_MODIFIED } from './conditional-list.ts'
import { renderTextTrack } from './folder-representation.ts'
import { addFolderRoutes } from './folder-routes.ts'
import { assertAccepted, mediaTypeOf, readVersion } from './media-types.ts'
import type { SamplePerson } from './people.ts'
import { createRateLimitError, RateLimits } from './rate-limits.ts'
import { explain } from './reasons.ts'
import {
  createVideoNotFound,
  findPerson,
  findVideo,
  personOf,
  renderVideoPage,
  withFields,
  type AddRoute,
  type RestCall,
} from './rest-call.ts'
import { addShowcaseRoutes } from './showcase-routes.ts'
import { renderUser } from './user-representation.ts'
import { renderVersion, renderVideo, renderVideoPictures } from './video-representation.ts'
import type { VimeoWorld } from './world.ts'

/** Adds the routes. */
export function addRestRoutes(app: Hono, world: VimeoWorld): void {
  const limits = new RateLimits(world.now)

  const get: AddRoute = (path, kind, answer) => {
    app.get(path, ({ req }) => {
      const token = authenticate(req.header('authorization'), world)
      const url = new URL(req.url)
      const state =
        token.person &&
        limits.count(token.person.uri, Boolean(url.searchParams.get('fields')), world.switches)
      const headers = { ...state?.headers }
      if (state?.isExceeded) throw createRateLimitError(world.switches, headers)
      const accept = req.header('accept')
      const version = readVersion(accept) ?? world.switches.defaultVersion
      const id = req.param('id') ?? ''
      try {
        assertAccepted(accept, kind, world.switches)
        const innerId = req.param('inner') ?? ''
        const reasons = new Set<string>()
        const note = (reason: string) => void reasons.add(reason)
        const call = { token, world, version, url, id, innerId, request: req.raw, headers, note }
        const body = answer(call)
        if (body === NOT_MODIFIED) return new Response(null, { status: 304, headers })
        const response = jsonAnswer(body, mediaTypeOf(kind, world.switches), { headers })
        return reasons.size === 0 ? response : explain(response, [...reasons].join(' '))
      } catch (error) {
        if (error instanceof VimeoRefusal)
          for (const [name, value] of Object.entries(headers))
            error.response.headers.set(name, value)
        throw error
      }
    })
  }

  get('/me', 'user', (call) => withFields(call, renderUser(personOf(call), call)))
  get('/users/:id', 'user', (call) => withFields(call, renderUser(findPerson(call), call)))
  get('/me/videos', 'video', (call) => renderVideosOf(personOf(call), call))
  get('/users/:id/videos', 'video', (call) => renderVideosOf(findPerson(call), call))
  get('/me/videos/:id', 'video', (call) => {
    const video = findVideo(call)
    if (video.owner.uri !== personOf(call).uri) throw createVideoNotFound()
    return withFields(call, renderVideo(video, call))
  })
  get('/videos/:id', 'video', (call) => withFields(call, renderVideo(findVideo(call), call)))
  get('/videos/:id/texttracks', 'video.texttrack', (call) => {
    const { id, textTracks } = findVideo(call)
    return renderCollection(textTracks, {
      url: call.url,
      switches: world.switches,
      render: (track) => renderTextTrack(track, id, world),
    })
  })
  get('/videos/:id/texttracks/:inner', 'video.texttrack', (call) => {
    const { id, textTracks } = findVideo(call)
    const track = textTracks.find((each) => each.id === call.innerId)
    if (track === undefined)
      throw createLegacyError(404, "The requested text track couldn't be found.")
    return withFields(call, renderTextTrack(track, id, world))
  })
  get('/videos/:id/pictures', 'picture', (call) =>
    renderCollection([findVideo(call)], {
      url: call.url,
      switches: world.switches,
      render: (video) => renderVideoPictures(video, world),
    }),
  )
  get('/videos/:id/versions', 'video.version', (call) => {
    assertScope(call.token, 'private')
    return renderCollection([findVideo(call)], {
      url: call.url,
      switches: world.switches,
      render: renderVersion,
    })
  })
  addFolderRoutes(get)
  addShowcaseRoutes(get)
}

function renderVideosOf({ uri }: SamplePerson, call: RestCall): unknown {
  const videos = call.world.library.byOwner.get(uri) ?? []
  return isUnchanged(videos, call) ? NOT_MODIFIED : renderVideoPage(videos, call)
}
