/*
 * Writes the file objects of a video down (`download`, `files`, `play`), and decides whether a token gets
 * them at all. A refusal is silent: the keys are missing.
 *
 * @see https://help.vimeo.com/hc/en-us/articles/12427806914577
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'

import { createPlayerLink, type LinkPurpose } from './file-links.ts'
import type { AccessToken } from './grants.ts'
import type { TranscodeState } from './library-notes.ts'
import type { LibraryFile, LibraryVideo } from './library-video.ts'
import { toVimeoTime } from './representation.ts'
import { createHex } from '../simulator/random-text.ts'
import type { VimeoPlan } from './switches.ts'
import type { VimeoWorld } from './world.ts'

/** Who looks at a video, and how. */
export interface VideoView {
  /** The token of the request. */
  readonly token: AccessToken
  /** API version that the request asked for, such as `3.4`. */
  readonly version: string
  /** The simulator. */
  readonly world: VimeoWorld
  /** Hears why something is missing. */
  readonly note?: (reason: string) => void
}

const plansWithoutFiles: readonly VimeoPlan[] = ['free', 'starter', 'basic', 'plus']

/** Tells why a view of a video has no file links; undefined where it has. Each condition has a switch. */
function whyNoFiles(video: LibraryVideo, { token, version, world }: VideoView): string | undefined {
  const { switches } = world
  const hasPlan = (plan: VimeoPlan) => !plansWithoutFiles.includes(plan)
  const lacking = ['private', 'video_files'].filter((scope) => !token.scope.includes(scope))
  const conditions: readonly (readonly [boolean, string])[] = [
    [hasPlan(switches.plan), `the plan ${switches.plan} has none`],
    [hasPlan(token.planWhenMade), `the token was made under the plan ${token.planWhenMade}`],
    [switches.filesForApp, 'the app may not have them (filesForApp)'],
    [transcodeOf(video, world) === 'complete', 'transcoding is not complete'],
    [!switches.filesNeedVersion || version === '3.4', `API version ${version} has none`],
    [
      !switches.filesNeedOwner || token.person?.uri === video.owner.uri,
      "the video is another person's",
    ],
    [
      !switches.filesNeedScope || lacking.length === 0,
      `the token lacks the scope ${lacking.join(' and ')}`,
    ],
  ]
  return conditions.find(([isMet]) => !isMet)?.[1]
}

/** How far a video's transcoding is: what the library says of it, else the switch. */
export function transcodeOf({ transcode }: LibraryVideo, { switches }: VimeoWorld): TranscodeState {
  return transcode ?? switches.transcode
}

/** Renders `play`, `files` and `download`; an empty object where the view has no file links. */
export function renderFileLinks(video: LibraryVideo, view: VideoView): object {
  const reason = whyNoFiles(video, view)
  if (reason !== undefined) {
    view.note?.(`No file links: ${reason}.`)
    return {}
  }
  const { world } = view
  const expires = Math.floor(world.now().getTime() / 1000) + world.switches.linkSeconds
  const copies = copiesOf(video)
  return {
    play: {
      status: 'playable',
      progressive: copies.map((copy) => ({
        ...renderFile(video, { world, purpose: 'playback', copy, expires }),
        link_expiration_time: toVimeoTime(new Date(expires * 1000)),
      })),
    },
    files: copies.map((copy) =>
      renderFile(video, { world, purpose: 'playback', copy, expires: null }),
    ),
    // The source comes last here: the order is not promised, so nothing may choose by index.
    download: [...copies, sourceOf(video)].map((copy) => ({
      ...renderFile(video, { world, purpose: 'download', copy, expires }),
      expires: toVimeoTime(new Date(expires * 1000)),
    })),
  }
}

interface Copy {
  readonly quality: 'source' | 'sd' | 'hd' | 'uhd'
  readonly rendition: string
  readonly publicName: string
  readonly file: LibraryFile
}

function sourceOf(video: LibraryVideo): Copy {
  return { quality: 'source', rendition: 'source', publicName: 'Original', file: video }
}

/** The renditions beside the source. A source that browsers can play also stands for the one of its own size. */
function copiesOf(video: LibraryVideo): readonly Copy[] {
  const beside = video.renditions.map((file) => toCopy(file.rendition, file))
  const own = toRendition(video)
  const isOwnNeeded = own !== undefined && beside.every(({ rendition }) => rendition !== own)
  return isOwnNeeded ? [toCopy(own, video), ...beside] : beside
}

function toCopy(rendition: string, file: LibraryFile): Copy {
  const lines = Math.min(file.width, file.height)
  const quality = lines >= 1440 ? 'uhd' : lines >= 720 ? 'hd' : 'sd'
  return { quality, rendition, publicName: rendition, file }
}

function toRendition({ mediaType, width, height }: LibraryFile): string | undefined {
  if (mediaType !== 'video/mp4' && mediaType !== 'video/webm') return undefined
  const lines = Math.min(width, height)
  return `${[1080, 720, 540, 360].find((step) => lines >= step) ?? 240}p`
}

function renderFile(
  video: LibraryVideo,
  file: {
    readonly world: VimeoWorld
    readonly purpose: LinkPurpose
    readonly copy: Copy
    readonly expires: number | null
  },
): object {
  const { world, purpose, copy, expires } = file
  const { switches } = world
  const { fileName, mediaType, width, height, fps, codec, size: bytes } = copy.file
  const name = purpose === 'playback' ? `file${extname(fileName)}` : toLinkName(video, copy)
  const size = { exact: bytes, wrong: bytes + 1000, null: null }[switches.size]
  return {
    quality: copy.quality,
    rendition: copy.rendition,
    type: copy.quality === 'source' ? 'source' : mediaType,
    width,
    height,
    link: createPlayerLink(world, { video, purpose, rendition: copy.rendition, name, expires }),
    created_time: toVimeoTime(video.created),
    fps,
    codec,
    size,
    md5: {
      null: () => null,
      right: () => md5Of(copy.file),
      wrong: () => createHex(world.random, 32),
    }[switches.md5](),
    public_name: copy.publicName,
    size_short: toShortSize(bytes),
  }
}

const knownDigests = new WeakMap<LibraryFile, string>()

/** Digests a file once; asked for by a switch alone, since a large one takes its time. */
function md5Of(file: LibraryFile): string {
  const digest =
    knownDigests.get(file) ?? createHash('md5').update(readFileSync(file.path)).digest('hex')
  knownDigests.set(file, digest)
  return digest
}

/** Writes a size as `14.69MB` or `1.5GB`, on a base of 1024. */
function toShortSize(bytes: number): string {
  const [unit, power] = bytes < 1024 ** 3 ? ['MB', 2] : ['GB', 3]
  return `${Number((bytes / 1024 ** Number(power)).toFixed(2))}${unit}`
}

/** The slug that Vimeo puts into links: `harbour_at_dawn (Original).mp4`. */
function toLinkName(video: LibraryVideo, copy: Copy): string {
  const slug = video.title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 100)
  return `${slug || 'video'} (${copy.publicName})${extname(copy.file.fileName)}`
}
