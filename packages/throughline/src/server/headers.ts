/*
 * The headers of every answer that a browser may show.
 */
import type { Random } from '../base/random.ts'
import type { Html } from '../html/escape.ts'
import type { Program } from './program.ts'

/** Makes a nonce for one answer's content security policy. */
export function createNonce(random: Random): string {
  return Buffer.from(random(16)).toString('base64')
}

/**
 * Builds the headers of a document: a strict policy, nothing kept, nothing told to others.
 *
 * Pictures may come from https (and, on a loopback program, from loopback servers: a simulator's thumbnails).
 *
 * @see CSP Level 3; `form-action` is checked on redirects after a form post, so leaving is not a redirect.
 */
export function documentHeaders(program: Program, nonce: string): Headers {
  const loopback = program.publicUrl.protocol === 'http:' ? ' http://127.0.0.1:*' : ''
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: https:${loopback}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  const headers = new Headers({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
  })
  return withCommonHeaders(program, headers)
}

/**
 * Adds what every answer has: not kept, not sniffed, not framed, nothing told to other origins.
 *
 * The referrer policy is `same-origin` because under `no-referrer` browsers send `Origin: null` with our own forms.
 */
export function withCommonHeaders(program: Program, headers: Headers): Headers {
  headers.set('cache-control', 'no-store')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'same-origin')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('x-frame-options', 'DENY')
  if (program.publicUrl.protocol === 'https:') {
    headers.set('strict-transport-security', 'max-age=31536000')
  }
  return headers
}

/**
 * Adds what every answer has whose bytes must arrive as they leave: proxies neither collect it (nginx) nor rewrite it,
 * for whoever compresses collects.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering, RFC 9111 §5.2.2.6
 */
export function withStreamHeaders(program: Program, headers: Headers): Headers {
  withCommonHeaders(program, headers).set('cache-control', 'no-store, no-transform')
  headers.set('x-accel-buffering', 'no')
  return headers
}

/** Answers with a whole document. */
export function htmlResponse(
  program: Program,
  page: Html,
  { status = 200, nonce = '', cookies = [] }: HtmlOptions = {},
): Response {
  const headers = documentHeaders(program, nonce)
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(page.toString(), { status, headers })
}

/** How a document's answer differs from the ordinary. */
export interface HtmlOptions {
  readonly status?: number
  readonly nonce?: string
  readonly cookies?: readonly string[]
}

/** Answers with a redirect to a path of ours: 303, so that nothing posted is repeated. */
export function redirectResponse(
  program: Program,
  path: string,
  cookies: readonly string[] = [],
): Response {
  const headers = withCommonHeaders(program, new Headers({ location: path }))
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}
