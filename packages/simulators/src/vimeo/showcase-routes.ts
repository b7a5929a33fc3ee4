/*
 * The REST routes of showcases, whose paths say album: lists of them, and their videos.
 *
 * @see https://developer.vimeo.com/api/reference
 */
import { renderCollection } from './collection.ts'
import { renderShowcase } from './folder-representation.ts'
import type { LibraryShowcase } from './library-folders.ts'
import type { Library } from './library.ts'
import type { LibraryVideo } from './library-video.ts'
import { byDate, byName, chooseNamed, type Orders } from './named-lists.ts'
import type { SamplePerson } from './people.ts'
import {
  belowPeople,
  createNotFound,
  renderVideoPage,
  withFields,
  type AddRoute,
  type RestCall,
} from './rest-call.ts'

/** A showcase with what is in it. */
interface FilledShowcase extends LibraryShowcase {
  readonly videos: readonly LibraryVideo[]
}

const showcaseOrders: Orders<FilledShowcase> = {
  alphabetical: byName,
  date: byDate,
  default: byDate,
  duration: (left, right) => durationOf(left) - durationOf(right),
  modified_time: byDate,
  videos: (left, right) => left.videos.length - right.videos.length,
}

/** Adds the routes, below `/me`, below each person, and under the id alone. */
export function addShowcaseRoutes(get: AddRoute): void {
  const below = belowPeople(get)
  below('/albums', 'album', (owner, call) => {
    const { library, switches } = call.world
    return renderCollection(
      chooseNamed(showcasesOf(owner, library), call.url.searchParams, showcaseOrders),
      { url: call.url, switches, render: (each) => renderShowcase(each, each.videos.length) },
    )
  })
  below('/albums/:inner', 'album', (owner, call) =>
    renderOne(findIn(showcasesOf(owner, call.world.library), call.innerId), call),
  )
  below('/albums/:inner/videos', 'video', (owner, call) =>
    renderVideosIn(findIn(showcasesOf(owner, call.world.library), call.innerId), call),
  )
  get('/albums/:id', 'album', (call) => renderOne(findIn(allOf(call.world.library), call.id), call))
  get('/albums/:id/videos', 'video', (call) =>
    renderVideosIn(findIn(allOf(call.world.library), call.id), call),
  )
}

function allOf({ showcases }: Library): readonly FilledShowcase[] {
  return [...showcases].map(([showcase, videos]) => ({ ...showcase, videos }))
}

function showcasesOf({ uri }: SamplePerson, library: Library): readonly FilledShowcase[] {
  return allOf(library).filter(({ owner }) => owner.uri === uri)
}

function findIn(showcases: readonly FilledShowcase[], id: string): FilledShowcase {
  const found = showcases.find((showcase) => showcase.id === id)
  if (found === undefined) throw createNotFound('album')
  return found
}

function renderOne(showcase: FilledShowcase, call: RestCall): unknown {
  return withFields(call, renderShowcase(showcase, showcase.videos.length))
}

function renderVideosIn({ videos }: FilledShowcase, call: RestCall): object {
  return renderVideoPage(videos, call, { isManual: true })
}

function durationOf({ videos }: FilledShowcase): number {
  return videos.reduce((seconds, { duration }) => seconds + duration, 0)
}
