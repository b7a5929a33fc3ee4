/*
 * The REST routes of folders: lists of them, and what is in them.
 *
 * @see https://developer.vimeo.com/api/reference
 */
import { createNoneOf } from './answers.ts'
import { assertScope } from './authenticate.ts'
import { renderCollection } from './collection.ts'
import { renderFolder, folderUri } from './folder-representation.ts'
import { isWithin, type LibraryFolder } from './library-folders.ts'
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
import { renderVideo } from './video-representation.ts'

const folderOrders: Orders<LibraryFolder> = {
  date: byDate,
  default: byDate,
  modified_time: byDate,
  name: byName,
  pinned_on: byDate,
}

/** Adds the routes, below `/me` and below each person. */
export function addFolderRoutes(get: AddRoute): void {
  const below = belowPeople(get)
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

function renderFolderPage(folders: readonly LibraryFolder[], call: RestCall): object {
  const { url, world } = call
  return renderCollection(chooseNamed(folders, url.searchParams, folderOrders), {
    url,
    switches: world.switches,
    uriOf: folderUri,
    render: (folder) => renderWhole(folder, world.library),
  })
}

/** Folders first, then videos: what lies directly in a folder. */
function renderItems(folder: LibraryFolder, call: RestCall): object {
  const { url, world } = call
  const { library, switches } = world
  const filter = url.searchParams.get('filter')
  if (filter !== null && !['folder', 'live_event', 'video'].includes(filter))
    throw createNoneOf('filter', ['folder', 'live_event', 'video'])
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
  if (text !== 'true' && text !== 'false') throw createNoneOf(field, ['true', 'false'])
  return text === 'true'
}
