/*
 * One call of the REST API as its routes see it, and what most of them ask of it: whose it is, what it may see.
 */
import { createFullError, createLegacyError, type VimeoRefusal } from './answers.ts'
import { assertUserToken } from './authenticate.ts'
import { assertFields, renderCollection } from './collection.ts'
import { keepFields } from './fields.ts'
import { transcodeOf, type VideoView } from './file-representation.ts'
import type { LibraryVideo } from './library-video.ts'
import type { SamplePerson } from './people.ts'
import { chooseVideos } from './video-list.ts'
import { renderVideo } from './video-representation.ts'

/** One call: whose token, what address. */
export interface RestCall extends VideoView {
  readonly url: URL
  /** The id in the path that names the person or video, or empty. */
  readonly id: string
  /** The id of what is below that, or empty. */
  readonly innerId: string
  readonly request: Request
  /** Headers of the answer. A route may add some. */
  readonly headers: Record<string, string>
}

/** Tells whether a path is one of the API that a token opens. */
export function isRestPath(pathname: string): boolean {
  return /^\/(me|users|videos|albums|tokens|oauth\/verify)(\/|$)/.test(pathname)
}

/** Adds a route that answers JSON of a kind such as `video`, or throws a refusal. */
export type AddRoute = (path: string, kind: string, answer: (call: RestCall) => unknown) => void

/** Makes the way to add routes below `/me` and below each person. */
export function belowPeople(get: AddRoute) {
  return (
    path: string,
    kind: string,
    answer: (owner: SamplePerson, call: RestCall) => unknown,
  ): void => {
    get(`/me${path}`, kind, (call) => answer(personOf(call), call))
    get(`/users/:id${path}`, kind, (call) => answer(findPerson(call), call))
  }
}

/** Renders the page of videos that a call asks for: those of the list that it may see. */
export function renderVideoPage(
  videos: readonly LibraryVideo[],
  call: RestCall,
  options: {
    readonly isShown?: (video: LibraryVideo) => boolean
    readonly isManual?: boolean
  } = {},
): object {
  const { world, url } = call
  const { isShown = () => true, isManual = false } = options
  const chosen = chooseVideos(videos, url.searchParams, {
    isShown: (video) => isShown(video) && isVisible(video, call),
    isPlayable: (video) => transcodeOf(video, world) === 'complete',
    isManual,
  })
  return renderCollection(chosen.videos, {
    url,
    switches: world.switches,
    unfiltered: chosen.unfiltered,
    uriOf: ({ id }) => `/videos/${id}`,
    render: (video) => renderVideo(video, call),
  })
}

/** Keeps the fields that a call asks for. */
export function withFields(call: RestCall, body: unknown): unknown {
  const fields = call.url.searchParams.get('fields') ?? undefined
  assertFields([body], fields, call.world.switches)
  return keepFields(body, fields)
}

/**
 * The person of the token.
 *
 * @throws `VimeoRefusal` 401 where the token is an app's.
 */
export function personOf({ token }: RestCall): SamplePerson {
  assertUserToken(token)
  return token.person
}

/**
 * Finds the person whom the path names.
 *
 * @throws `VimeoRefusal` 404.
 */
export function findPerson({ id, world }: RestCall): SamplePerson {
  const person = world.people.find((each) => each.id === id)
  if (person === undefined) throw createLegacyError(404, "The requested user couldn't be found.")
  return person
}

/**
 * Finds the video that the path names.
 *
 * @throws `VimeoRefusal` 404, with 5460 where it may not be seen.
 */
export function findVideo(call: RestCall): LibraryVideo {
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
export function isVisible({ view, owner }: LibraryVideo, { token }: RestCall): boolean {
  if (view === 'anybody') return true
  return owner.uri === token.person?.uri && token.scope.includes('private')
}

/** Makes the refusal of a folder or showcase that is not there (5000). */
export function createNotFound(what: 'folder' | 'album'): VimeoRefusal {
  return createFullError({
    status: 404,
    code: 5000,
    error: `The requested ${what} couldn't be found.`,
    developerMessage: `There is no such ${what}, or it is not this person's.`,
  })
}

/** Makes the refusal of a video that is not there. */
export function createVideoNotFound(): VimeoRefusal {
  return createLegacyError(404, "The requested video couldn't be found.")
}
