/*
 * Writes folders, showcases and captions down as Vimeo's API does.
 *
 * @see https://github.com/vimeo/openapi, api.yaml, schemas `project`, `album` and `text-track`
 */
import { createTextTrackLink } from './file-links.ts'
import type { LibraryFolder, LibraryShowcase } from './library-folders.ts'
import type { LibraryTextTrack } from './library-video.ts'
import { toResourceKey, toVimeoTime } from './representation.ts'
import type { VimeoWorld } from './world.ts'

/** The uri of a folder, whose path says project. */
export function folderUri({ owner, id }: LibraryFolder): string {
  return `${owner.uri}/projects/${id}`
}

/** Renders the folder that a video or folder lies in: what names it. */
export function renderParentFolder(folder: LibraryFolder): object {
  return { uri: folderUri(folder), name: folder.name }
}

/** Renders a folder with how much it holds. */
export function renderFolder(
  folder: LibraryFolder,
  holds: { readonly videos: number; readonly folders: number },
): object {
  const uri = folderUri(folder)
  const connection = (name: string, total: number) => ({
    uri: `${uri}/${name}`,
    options: ['GET'],
    total,
  })
  return {
    uri,
    name: folder.name,
    link: `https://vimeo.com/manage/folders/${folder.id}`,
    created_time: toVimeoTime(folder.created),
    modified_time: toVimeoTime(folder.created),
    last_user_action_event_date: toVimeoTime(folder.created),
    pinned_on: null,
    is_pinned: false,
    privacy: { view: 'nobody' },
    resource_key: toResourceKey(uri),
    parent_folder: folder.parent === undefined ? null : renderParentFolder(folder.parent),
    user: { uri: folder.owner.uri, name: folder.owner.name },
    metadata: {
      connections: {
        items: connection('items', holds.videos + holds.folders),
        videos: connection('videos', holds.videos),
        folders: connection('items?filter=folder', holds.folders),
      },
      interactions: {},
    },
  }
}

/** Renders a showcase. Its own uri says showcase, the paths below it say album. */
export function renderShowcase(showcase: LibraryShowcase, total: number): object {
  const { id, name, owner, created } = showcase
  return {
    uri: `/showcases/${id}`,
    name,
    description: null,
    link: `https://vimeo.com/showcase/${id}`,
    created_time: toVimeoTime(created),
    modified_time: toVimeoTime(created),
    sort: 'manual',
    privacy: { view: 'anybody' },
    resource_key: toResourceKey(`/showcases/${id}`),
    user: { uri: owner.uri, name: owner.name },
    metadata: {
      connections: { videos: { uri: `${owner.uri}/albums/${id}/videos`, options: ['GET'], total } },
      interactions: {},
    },
  }
}

/** Renders captions, with links that end like those to files. */
export function renderTextTrack(
  track: LibraryTextTrack,
  videoId: string,
  world: VimeoWorld,
): object {
  const { id, language } = track
  const expires = Math.floor(world.now().getTime() / 1000) + world.switches.linkSeconds
  const time = world.switches.trackTimes === 'text' ? String(expires) : expires
  return {
    uri: `/videos/${videoId}/texttracks/${id}`,
    id: Number(id),
    active: true,
    type: 'captions',
    language,
    display_language: new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language,
    name: track.fileName,
    link: createTextTrackLink(world, `${id}.vtt`, expires),
    link_expires_time: time,
    hls_link: createTextTrackLink(world, `${id}.m3u8`, expires),
    hls_link_expires_time: time,
  }
}
