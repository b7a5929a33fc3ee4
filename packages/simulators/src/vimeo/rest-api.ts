/*
 * The REST routes of the API: people and their videos. Each answers JSON, or throws a refusal.
 *
 * @see vimeo-api.md 2
 */
import type { Hono } from 'hono'

import { createFullError, createLegacyError, jsonAnswer, VimeoRefusal } from './answers.ts'
import { assertScope, assertUserToken, authenticate } from './authenticate.ts'
import { renderCollection } from './collection.ts'
import { keepFields } from './fields.ts'
import type { VideoView } from './file-representation.ts'
import { countCall } from './injected-failures.ts'
import type { LibraryVideo } from './library.ts'
import type { SamplePerson } from './people.ts'
import { createRateLimitError, RateLimits } from './rate-limits.ts'
import { renderUser } from './user-representation.ts'
import { chooseVideos } from './video-list.ts'
import { renderVersion, renderVideo } from './video-representation.ts'
import type { VimeoWorld } from './world.ts'

interface RestCall extends VideoView {
  readonly url: URL
  readonly id: string
}

/** Adds the routes. */
export function addRestRoutes(app: Hono, world: VimeoWorld): void {
  const limits = new RateLimits(world.now)

  const get = (path: string, type: string, answer: (call: RestCall) => unknown): void => {
    app.get(path, ({ req }) => {
      const failure = countCall(world)
      if (failure !== undefined) return failure
      const token = authenticate(req.header('authorization'), world)
      const url = new URL(req.url)
      const state =
        token.person &&
        limits.count(token.person.uri, url.searchParams.has('fields'), world.switches)
      const headers = state?.headers ?? {}
      if (state?.isExceeded) throw createRateLimitError(headers)
      const version = readVersion(req.header('accept')) ?? world.switches.defaultVersion
      const id = req.param('id') ?? ''
      try {
        const body = answer({ token, world, version, url, id })
        return jsonAnswer(body, `application/vnd.vimeo.${type}+json`, { headers })
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
    findVideo(call)
    return renderCollection([], { url: call.url, pastEnd: world.switches.pastEnd, render: String })
  })
  get('/videos/:id/versions', 'video.version', (call) => {
    assertScope(call.token, 'private')
    return renderCollection([findVideo(call)], {
      url: call.url,
      pastEnd: world.switches.pastEnd,
      render: renderVersion,
    })
  })
  get('/me/projects', 'folder', (call) => {
    personOf(call)
    assertScope(call.token, 'private')
    return renderCollection([], { url: call.url, pastEnd: world.switches.pastEnd, render: String })
  })
}

function renderVideosOf(owner: SamplePerson, call: RestCall): object {
  const { world, url } = call
  const visible = world.library.videos.filter(
    (video) => video.owner.uri === owner.uri && isVisible(video, call),
  )
  const chosen = chooseVideos(visible, url.searchParams, world.switches.transcode === 'complete')
  return renderCollection(chosen, {
    url,
    pastEnd: world.switches.pastEnd,
    render: (video) => renderVideo(video, call),
  })
}

function withFields(call: RestCall, body: unknown): unknown {
  return keepFields(body, call.url.searchParams.get('fields') ?? undefined)
}

function personOf({ token }: RestCall): SamplePerson {
  assertUserToken(token)
  return token.person
}

function findPerson({ id, world }: RestCall): SamplePerson {
  const person = world.people.find((each) => each.id === id)
  if (person === undefined) throw createLegacyError(404, "The requested user couldn't be found.")
  return person
}

function findVideo(call: RestCall): LibraryVideo {
  // The uri of an unlisted video can carry a hash: /videos/{id}:{hash}.
  const video = call.world.library.byId.get(call.id.split(':', 1)[0] ?? '')
  if (video === undefined) throw createVideoNotFound()
  if (isVisible(video, call)) return video
  throw createFullError({
    status: 404,
    code: 5460,
    error: "The requested video couldn't be found.",
    developerMessage: 'The video is not public, and the token may not see it.',
  })
}

/** Public videos are for every token, the others for their owner's with the scope `private`. */
function isVisible({ view, owner }: LibraryVideo, { token }: RestCall): boolean {
  if (view === 'anybody') return true
  return owner.uri === token.person?.uri && token.scope.includes('private')
}

function createVideoNotFound(): VimeoRefusal {
  return createLegacyError(404, "The requested video couldn't be found.")
}

/** Reads `3.4` from `application/vnd.vimeo.*+json;version=3.4`, with or without a space or a patch number. */
function readVersion(accept: string | undefined): string | undefined {
  return /;\s*version\s*=\s*"?(\d+\.\d+)/i.exec(accept ?? '')?.[1]
}
