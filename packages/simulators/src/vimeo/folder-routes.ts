/*
 * The REST routes of folders and showcases: lists of them, and what is in them.
 *
 * @see https://developer.vimeo.com/api/reference
 */
import { createFullError, createInvalidParameters } from './answers.ts'
import { assertScope } from './authenticate.ts'
import { renderCollection } from './collection.ts'
import { renderFolder, renderShowcase, folderUri } from './folder-representation.ts'
import { isWithin, type LibraryFolder, type LibraryShowcase } from './library-folders.ts'
import type { Library } from './library.ts'
import type { LibraryVideo } from './library-video.ts'
import type { SamplePerson } from './people.ts'
import {
  findPerson,
  personOf,
  renderVideoPage,
  withFields,
  type AddRoute,
  type RestCall,
} from './rest-call.ts'
import { renderVideo } from './video-representation.ts'

type Order = (left: LibraryFolder, right: LibraryFolder) => number

const collator = new Intl.Collator('en')
const byDate: Order = (left, right) => left.created.getTime() - right.created.getTime()

const folderOrders: Readonly<Record<string, Order>> = {
  date: byDate,
  default: byDate,
  modified_time: byDate,
  name: (left, right) => collator.compare(left.name, right.name),
  pinned_on: byDate,
}

/** Adds the routes, below `/me` and below each person. */
export function addFolderRoutes(get: AddRoute): void {
  const below = (
    path: string,
    type: string,
    answer: (owner: SamplePerson, call: RestCall) => unknown,
  ) => {
    get(`/me${path}`, type, (call) => answer(personOf(call), call))
    get(`/users/:id${path}`, type, (call) => answer(findPerson(call), call))
  }

  for (const name of ['projects', 'folders']) {
    below(`/${name}`, 'folder', (owner, call) => {
      const isShown = ({ parent }: LibraryFolder) =>
        call.world.switches.folderList === 'all' || parent === undefined
      return renderFolderPage(foldersOf(owner, call).filter(isShown), call)
    })
    below(`/${name}/:inner`, 'folder', (owner, call) =>
      withFields(call, renderWhole(findFolder(owner, call), call.world.library)),
    )
    below(`/${name}/:inner/videos`, 'video', (owner, call) => {
      const folder = findFolder(owner, call)
      const isDeep = readBoolean(call, 'include_subfolders')
      return renderVideoPage(call.world.library.byOwner.get(owner.uri) ?? [], call, {
        isShown: (video) => (isDeep ? isWithin(video.folder, folder) : video.folder === folder),
      })
    })
    below(`/${name}/:inner/items`, 'folder.item', (owner, call) =>
      renderItems(findFolder(owner, call), call),
    )
  }

  below('/albums', 'album', (owner, call) => {
    const { library, switches } = call.world
    return renderCollection([...showcasesOf(owner, library)], {
      url: call.url,
      switches,
      render: ([showcase, videos]) => renderShowcase(showcase, videos.length),
    })
  })
  below('/albums/:inner', 'album', (owner, call) => {
    const [showcase, videos] = findShowcase(owner, call)
    return withFields(call, renderShowcase(showcase, videos.length))
  })
  below('/albums/:inner/videos', 'video', (owner, call) =>
    renderVideoPage(findShowcase(owner, call)[1], call, { isManual: true }),
  )
}

/** The showcases of a person, with their videos. */
function showcasesOf(
  { uri }: SamplePerson,
  { showcases }: Library,
): readonly (readonly [LibraryShowcase, readonly LibraryVideo[]])[] {
  return [...showcases].filter(([{ owner }]) => owner.uri === uri)
}

/** Folders are for their owner's token with the scope `private`. */
function foldersOf(owner: SamplePerson, { token, world }: RestCall): readonly LibraryFolder[] {
  assertScope(token, 'private')
  if (token.person?.uri !== owner.uri) return []
  return world.library.folders.filter((folder) => folder.owner.uri === owner.uri)
}

function findFolder(owner: SamplePerson, call: RestCall): LibraryFolder {
  const folder = foldersOf(owner, call).find(({ id }) => id === call.innerId)
  if (folder === undefined) throw createNotFound('folder')
  return folder
}

function findShowcase(owner: SamplePerson, { innerId, world }: RestCall) {
  const found = showcasesOf(owner, world.library).find(([{ id }]) => id === innerId)
  if (found === undefined) throw createNotFound('album')
  return found
}

function renderFolderPage(folders: readonly LibraryFolder[], call: RestCall): object {
  const { url, world } = call
  return renderCollection(sortFolders(folders, url.searchParams), {
    url,
    switches: world.switches,
    uriOf: folderUri,
    render: (folder) => renderWhole(folder, world.library),
  })
}

function sortFolders(
  folders: readonly LibraryFolder[],
  parameters: URLSearchParams,
): readonly LibraryFolder[] {
  const sort = parameters.get('sort') ?? 'default'
  const order = Object.hasOwn(folderOrders, sort) ? folderOrders[sort] : undefined
  const direction = parameters.get('direction') ?? (sort === 'name' ? 'asc' : 'desc')
  if (order === undefined) throw createInvalid('sort', Object.keys(folderOrders))
  if (direction !== 'asc' && direction !== 'desc') throw createInvalid('direction', ['asc', 'desc'])
  const sign = direction === 'desc' ? -1 : 1
  const words = (parameters.get('query') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return folders
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .toSorted((left, right) => sign * order(left, right) || Number(left.id) - Number(right.id))
}

/** Folders first, then videos: what lies directly in a folder. */
function renderItems(folder: LibraryFolder, call: RestCall): object {
  const { url, world } = call
  const { library, switches } = world
  const filter = url.searchParams.get('filter')
  if (filter !== null && !['folder', 'live_event', 'video'].includes(filter))
    throw createInvalid('filter', ['folder', 'live_event', 'video'])
  const items = [
    ...library.folders
      .filter(({ parent }) => parent === folder)
      .map((inner) => ({ type: 'folder', render: () => renderWhole(inner, library) })),
    ...videosIn(folder, library).map((video) => ({
      type: 'video',
      render: () => renderVideo(video, call),
    })),
  ]
  return renderCollection(
    items.filter(({ type }) => filter === null || type === filter),
    {
      url,
      switches,
      render: ({ type, render }) => ({ type, [type]: render() }),
    },
  )
}

function renderWhole(folder: LibraryFolder, library: Library): object {
  return renderFolder(folder, {
    videos: videosIn(folder, library).length,
    folders: library.folders.filter(({ parent }) => parent === folder).length,
  })
}

function videosIn(folder: LibraryFolder, library: Library): readonly LibraryVideo[] {
  return library.byFolder.get(folder) ?? []
}

function readBoolean({ url }: RestCall, field: string): boolean {
  const text = url.searchParams.get(field) ?? 'false'
  if (text !== 'true' && text !== 'false') throw createInvalid(field, ['true', 'false'])
  return text === 'true'
}

function createInvalid(field: string, values: readonly string[]) {
  return createInvalidParameters([{ field, message: `Expected one of ${values.join(', ')}.` }])
}

function createNotFound(what: 'folder' | 'album') {
  return createFullError({
    status: 404,
    code: 5000,
    error: `The requested ${what} couldn't be found.`,
    developerMessage: `There is no such ${what}, or it is not this person's.`,
  })
}
