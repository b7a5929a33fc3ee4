/*
 * The media types of the REST API: which version and kind a request asks for, and which an answer has.
 *
 * @see https://developer.vimeo.com/api/common-formats
 */
import { createFullError } from './answers.ts'
import type { VimeoSwitches } from './switches.ts'

/** Kinds that were never seen with a media type of their own. */
const kindsWithoutType = ['folder', 'folder.item']

/** Names the media type of an answer of a kind, such as `video`. */
export function mediaTypeOf(kind: string, { folderContentType }: VimeoSwitches): string {
  const isPlain = kindsWithoutType.includes(kind) && folderContentType === 'json'
  return isPlain ? 'application/json' : `application/vnd.vimeo.${kind}+json`
}

/** Reads `3.4` from `application/vnd.vimeo.*+json;version=3.4`, with or without a space or a patch number. */
export function readVersion(accept: string | undefined): string | undefined {
  return /;\s*version\s*=\s*"?(\d+\.\d+)/i.exec(accept ?? '')?.[1]
}

/**
 * Asserts that a request takes what its endpoint answers.
 *
 * @throws `VimeoRefusal` 400 (2206) for an `Accept` that names other kinds of Vimeo's alone.
 */
export function assertAccepted(
  accept: string | undefined,
  kind: string,
  { acceptMismatch }: VimeoSwitches,
): void {
  if (acceptMismatch === 'ignore' || kindsWithoutType.includes(kind)) return
  const takes = (range: string) => {
    const named = /^\s*application\/vnd\.vimeo\.([\w.*-]+)/i.exec(range)?.[1]?.toLowerCase()
    return named === undefined || named === '*' || named === kind
  }
  if ((accept ?? '').split(',').some(takes)) return
  throw createFullError({
    status: 400,
    code: 2206,
    error: "Something strange occurred. Please get in touch with the app's creator.",
    developerMessage: `The Accept header names another type than application/vnd.vimeo.${kind}+json.`,
  })
}
