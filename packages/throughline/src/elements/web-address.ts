/*
 * Which addresses may stand in a page: one list for links, images and Markdown.
 *
 * Control characters, spaces and backslashes are refused outright: browsers drop or turn them, so that an address
 * would not be what a check has seen.
 */

// eslint-disable-next-line no-control-regex
const TREACHEROUS =
  /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\]/
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
const RASTER = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/]+={0,2}$/

/** Tells whether it is a path inside the app: `/videos?sort=name#top`. */
export function isAppPath(address: string): boolean {
  return address.startsWith('/') && !address.startsWith('//') && !TREACHEROUS.test(address)
}

/** Tells whether it is an http or https URL with a host. */
export function isWebAddress(address: string): boolean {
  return toWebUrl(address) !== undefined
}

/** Tells whether it is a mail address with its scheme: `mailto:a@example.org`. */
export function isMailAddress(address: string): boolean {
  return /^mailto:[^@]+@[^@]+$/i.test(address) && !TREACHEROUS.test(address)
}

/** Tells whether a page may show it as a picture: https, http on the loopback interface, raster data, app paths. */
export function isPictureAddress(address: string): boolean {
  if (isAppPath(address) || RASTER.test(address)) return true
  const url = toWebUrl(address)
  return url !== undefined && (url.protocol === 'https:' || LOOPBACK.test(url.hostname))
}

function toWebUrl(address: string): URL | undefined {
  if (!/^https?:\/\/[^/]/i.test(address) || TREACHEROUS.test(address)) return undefined
  return URL.parse(address) ?? undefined
}
