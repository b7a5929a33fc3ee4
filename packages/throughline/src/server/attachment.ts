/*
 * The headers of bytes that a script gives: saved under a name, never shown from our origin.
 */
import { toFileName } from '../protocol/file-name.ts'
import { withStreamHeaders } from './headers.ts'
import type { Program } from './program.ts'

/**
 * Builds the headers of a file.
 *
 * @param type The media type.
 * @param file The name under which it is saved, from anyone.
 */
export function attachmentHeaders(program: Program, type: string, file: string): Headers {
  const headers = withStreamHeaders(program, new Headers({ 'content-type': type }))
  headers.set('content-disposition', contentDisposition(toFileName(file)))
  headers.set('content-security-policy', "sandbox; default-src 'none'")
  return headers
}

/** @see RFC 6266, RFC 8187 */
function contentDisposition(file: string): string {
  const plain = file.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeName(file)}`
}

/** Writes a name in letters, digits and `-_.~%` alone: for a header and for the last segment of a URL. */
export function encodeName(file: string): string {
  return encodeURIComponent(file.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
