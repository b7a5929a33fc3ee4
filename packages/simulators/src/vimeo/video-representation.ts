/*
 * Writes a video down as Vimeo's API does.
 *
 * @see https://github.com/vimeo/openapi, api.yaml, schema `video`
 */
import { renderFileLinks, transcodeOf, type VideoView } from './file-representation.ts'
import { renderParentFolder } from './folder-representation.ts'
import type { LibraryVideo } from './library-video.ts'
import { renderPictures, toResourceKey, toVimeoTime } from './representation.ts'
import { renderUser } from './user-representation.ts'
import type { VimeoWorld } from './world.ts'

/** Renders a whole video, with file links where the view has them. */
export function renderVideo(
  video: LibraryVideo,
  view: VideoView,
): Readonly<Record<string, unknown>> {
  const { token, world } = view
  const { switches } = world
  const uri = `/videos/${video.id}`
  const hash = toResourceKey(uri).slice(0, 10)
  const isHashed = switches.unlistedHash && video.view === 'unlisted'
  const isOwn = token.person?.uri === video.owner.uri
  const transcode = transcodeOf(video, world)
  const isComplete = transcode === 'complete'
  const owner = renderUser(video.owner, { token, world })
  return {
    uri: isHashed ? `${uri}:${hash}` : uri,
    name: video.title,
    description: video.description,
    type: 'video',
    link: `https://vimeo.com/${video.id}`,
    player_embed_url: `https://player.vimeo.com/video/${video.id}?h=${hash}`,
    manage_link: `/manage/videos/${video.id}`,
    duration: isComplete ? Math.round(video.duration) : 0,
    width: video.width,
    height: video.height,
    language: null,
    license: null,
    created_time: toVimeoTime(video.created),
    modified_time: toVimeoTime(video.modified),
    release_time: toVimeoTime(video.created),
    last_user_action_event_date: toVimeoTime(video.modified),
    content_rating: ['unrated'],
    content_rating_class: 'unrated',
    rating_mod_locked: false,
    privacy: {
      view: video.view,
      embed: 'private',
      download: true,
      add: false,
      comments: 'nobody',
      allow_share_link: true,
    },
    ...(isOwn && token.scope.includes('private') && switches.passwords
      ? { password: world.leakedPassword }
      : {}),
    pictures: renderVideoPictures(video, world),
    tags: video.tags.map((name) => ({ uri: `/tags/${encodeURIComponent(name)}`, name, tag: name })),
    categories: [],
    stats: { plays: playsOf(video) },
    uploader: { link: owner['link'], name: owner['name'], pictures: owner['pictures'] },
    user: owner,
    app: { name: world.app.name, uri: world.app.uri },
    parent_folder: video.folder === undefined ? null : renderParentFolder(video.folder),
    status: isComplete ? 'available' : transcode === 'error' ? 'transcoding_error' : 'transcoding',
    upload: { status: 'complete', approach: 'tus', size: video.size },
    transcode: { status: transcode },
    version_transcode_status: {
      is_complete: isComplete,
      is_playable: isComplete,
      is_fully_playable: isComplete,
    },
    is_playable: isComplete,
    has_audio: video.hasAudio,
    has_audio_tracks: false,
    has_text_tracks: video.textTracks.length > 0,
    has_chapters: false,
    has_interactive: false,
    resource_key: toResourceKey(uri),
    metadata: {
      connections: {
        texttracks: {
          uri: `${uri}/texttracks`,
          options: ['GET', 'POST'],
          total: video.textTracks.length,
        },
        pictures: { uri: `${uri}/pictures`, options: ['GET'], total: 1 },
        versions: {
          uri: `${uri}/versions`,
          options: ['GET'],
          total: 1,
          current_uri: `${uri}/versions/1`,
        },
      },
      interactions: {},
    },
    ...renderFileLinks(video, view),
  }
}

/** Renders the pictures of a video. */
export function renderVideoPictures({ id }: LibraryVideo, { origins }: VimeoWorld): object {
  return renderPictures(`/videos/${id}`, `${origins.cdn}/video/${id}-d`, [
    [100, 75],
    [200, 150],
    [295, 166],
    [640, 360],
    [1280, 720],
  ])
}

/** A count that differs between videos and stays the same, so that sorting by it can be seen. */
export function playsOf(video: LibraryVideo): number {
  return Number(video.id) % 97
}

/** Renders the one version that every video here has: the file as it was uploaded. */
export function renderVersion(video: LibraryVideo): object {
  return {
    uri: `/videos/${video.id}/versions/1`,
    filename: video.fileName,
    filesize: video.size,
    active: true,
    created_time: toVimeoTime(video.created),
    duration: Math.round(video.duration),
  }
}
