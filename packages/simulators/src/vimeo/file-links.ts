/*
 * Makes and checks the signed addresses of files: the player link that the API gives, and the CDN address
 * that the player link leads to. Both end by themselves. Neither needs a token, and neither holds a file path.
 *
 * @see https://help.vimeo.com/hc/en-us/articles/12427806914577
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

import type { LibraryVideo } from './library-video.ts'
import type { VimeoWorld } from './world.ts'

/** What a link is for: `download` is saved by browsers, `playback` is played. */
export type LinkPurpose = 'download' | 'playback'

/** A link that was checked. */
export interface CheckedLink {
  /** Whether the signature is ours. */
  readonly isGenuine: boolean
  /** Whether its time is over. */
  readonly isExpired: boolean
}

const CDN_FOLDER = '/vimeo-prod-src-reg-us-east1/videos/'

/** Makes a player link that ends at `expires`, in unix seconds; null for a link that stays. */
export function createPlayerLink(
  world: VimeoWorld,
  link: {
    readonly video: LibraryVideo
    readonly purpose: LinkPurpose
    readonly rendition: string
    readonly name: string
    readonly expires: number | null
  },
): string {
  const { video, purpose, rendition, name, expires } = link
  const path = `/progressive_redirect/${purpose}/${video.id}/rendition/${rendition}/${toSegment(name)}`
  const query = new URLSearchParams({
    ...(expires !== null && { expires: String(expires) }),
    loc: 'external',
    signature: sign(world, `${path}?${expires ?? ''}`),
  })
  return `${world.origins.player}${path}?${query}`
}

/** Checks a player link, or the address of captions, by its own path and query. */
export function checkSignedLink(world: VimeoWorld, url: URL): CheckedLink {
  const expires = url.searchParams.get('expires')
  const expected = sign(world, `${url.pathname}?${expires ?? ''}`)
  return {
    isGenuine: isEqual(url.searchParams.get('signature') ?? '', expected),
    isExpired: expires !== null && world.now().getTime() >= Number(expires) * 1000,
  }
}

/** Makes the CDN address of a video, good for `cdnSeconds` from now. */
export function createCdnLink(
  world: VimeoWorld,
  link: {
    readonly video: LibraryVideo
    readonly rendition: string
    readonly purpose: LinkPurpose
    readonly name: string
  },
): string {
  const exp = Math.floor(world.now().getTime() / 1000) + world.switches.cdnSeconds
  const isBeside = link.video.renditions.some(({ rendition }) => rendition === link.rendition)
  const path = `${CDN_FOLDER}${link.video.id}${isBeside ? `-${link.rendition}` : ''}`
  const ticket = `exp=${exp}~acl=${encodeURIComponent(path)}`
  const query = new URLSearchParams({
    ...(link.purpose === 'download' && { download: '1' }),
    filename: link.name,
    source: '1',
  })
  return `${world.origins.cdn}/${ticket}~hmac=${sign(world, ticket)}${path}?${query}`
}

/** Parses and checks a CDN address; undefined where it does not look like one. */
export function checkCdnLink(
  world: VimeoWorld,
  url: URL,
):
  | (CheckedLink & { readonly videoId: string; readonly rendition: string | undefined })
  | undefined {
  const parts = /^\/(exp=(\d+)~acl=([^~/]+))~hmac=([0-9a-f]+)(\/.*)$/.exec(url.pathname)
  if (parts === null) return undefined
  const [, ticket = '', exp = '', acl = '', hmac = '', path = ''] = parts
  const [videoId = '', rendition] = path.slice(CDN_FOLDER.length).split('-')
  return {
    isGenuine: isEqual(hmac, sign(world, ticket)) && acl === encodeURIComponent(path),
    isExpired: world.now().getTime() >= Number(exp) * 1000,
    videoId,
    rendition,
  }
}

/** Makes the address of captions, or of the list that players read, which ends at `expires`, in unix seconds. */
export function createTextTrackLink(world: VimeoWorld, name: string, expires: number): string {
  const path = `/captions/${name}`
  const query = new URLSearchParams({
    expires: String(expires),
    signature: sign(world, `${path}?${expires}`),
  })
  return `${world.origins.cdn}${path}?${query}`
}

/** Encodes a name for a path, the parentheses too, as Vimeo does. */
function toSegment(name: string): string {
  return encodeURIComponent(name).replaceAll('(', '%28').replaceAll(')', '%29')
}

function sign(world: VimeoWorld, text: string): string {
  return createHmac('sha256', world.linkKey).update(text).digest('hex')
}

function isEqual(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))
}
