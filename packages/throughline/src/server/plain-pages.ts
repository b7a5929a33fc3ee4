/*
 * The pages that stand without a script: what went wrong, in plain words, with one way on.
 */
import { plainPage } from '../html/document.ts'
import { createNonce, htmlResponse, withCommonHeaders } from './headers.ts'
import type { Refusal } from './guards.ts'
import type { Program } from './program.ts'

/** What a plain page says. */
export interface PlainWords {
  readonly status: number
  readonly heading: string
  readonly paragraphs: readonly string[]
  readonly action?: { readonly label: string; readonly href: string }
  readonly refresh?: { readonly url: string; readonly seconds: number }
  /** Whether the window closes itself (no). */
  readonly closes?: boolean
  readonly cookies?: readonly string[]
}

/** Answers with a plain page. */
export function plainResponse(program: Program, words: PlainWords): Response {
  const { status, cookies = [], closes = false, ...rest } = words
  const nonce = createNonce(program.identity.random)
  const { app, assets } = program
  const page = plainPage({
    ...rest,
    title: app.title,
    lang: app.lang,
    stylesheet: assets.stylesheet.path,
    closingNonce: closes ? nonce : undefined,
  })
  return htmlResponse(program, page, { status, nonce, cookies })
}

/** Answers what a guard refused: a sentence, without a page around it. */
export function refusalResponse(program: Program, { status, sentence }: Refusal): Response {
  const headers = new Headers({ 'content-type': 'text/plain; charset=utf-8' })
  return new Response(`${sentence}\n`, { status, headers: withCommonHeaders(program, headers) })
}

/** The way out to a provider: leaves by itself, and shows the link. */
export function leavingResponse(program: Program, url: string, title: string): Response {
  return plainResponse(program, {
    status: 200,
    heading: `Going to ${title}…`,
    paragraphs: [`If nothing happens, continue to ${title} yourself.`],
    action: { label: `Continue to ${title}`, href: url },
    refresh: { url, seconds: 0 },
  })
}

/** The end of a popup: it closes itself, and shows the way on where it may not. */
export function popupEndResponse(program: Program, page: string): Response {
  return plainResponse(program, {
    status: 200,
    heading: 'You can close this window',
    paragraphs: ['The page that you came from goes on by itself.'],
    action: { label: 'Go on here', href: page },
    closes: true,
  })
}

/** A path that is no page. */
export function notFoundResponse(program: Program): Response {
  return plainResponse(program, {
    status: 404,
    heading: 'There is no such page',
    paragraphs: ['The address may be mistyped, or the page may have moved.'],
    action: { label: 'Go to the first page', href: '/' },
  })
}

/** A press that came without the cookie of the page it stood on. */
export function cookiesOffResponse(program: Program, page: string): Response {
  return plainResponse(program, {
    status: 403,
    heading: 'This page needs a cookie',
    paragraphs: [
      'Your browser did not send back the cookie that keeps what you enter. It holds no personal data.',
      'Allow cookies for this address, then open the page again.',
    ],
    action: { label: 'Open the page again', href: page },
  })
}

/** The tab's run takes too long for anything else to wait for it. */
export function busyResponse(program: Program, page: string): Response {
  return plainResponse(program, {
    status: 503,
    heading: 'Still working',
    paragraphs: [
      'An earlier press of yours is still being worked on, or too many people are at work just now. Nothing is lost.',
    ],
    action: { label: 'Look again', href: page },
  })
}

/** There is no room for one more; whoever is here already goes on. */
export function fullResponse(program: Program, sentence: string): Response {
  const response = plainResponse(program, {
    status: 503,
    heading: 'Too many people at once',
    paragraphs: [sentence],
    action: { label: 'Try again', href: '/' },
  })
  response.headers.set('retry-after', '60')
  return response
}

/** This process takes nothing new: the next one, or another, is asked by itself in a moment. */
export function endingResponse(program: Program): Response {
  const response = plainResponse(program, {
    status: 503,
    heading: 'One moment…',
    paragraphs: [
      'This program is just being started anew. Nothing that was shown as done is lost.',
      'If nothing happens, reload this page.',
    ],
  })
  response.headers.set('retry-after', '1')
  // Without a URL, as below.
  response.headers.set('refresh', '1')
  return response
}

/** The cookie was replaced a moment ago: the browser is about to send the new one, and loads the same URL again. */
export function momentResponse(program: Program): Response {
  const secure = program.identity.cookie.secure ? '; Secure' : ''
  const response = plainResponse(program, {
    status: 200,
    heading: 'One moment…',
    paragraphs: [
      'Your browser is just receiving a new cookie.',
      'If nothing happens, reload this page.',
    ],
    cookies: [`${MOMENT_COOKIE}=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax${secure}`],
  })
  // As a header and without a URL: what stands in the address (a code, at a redirect URI) is not written down again.
  response.headers.set('refresh', '1')
  return response
}

/**
 * The same for the browser program: it repeats what was answered 202, by then with the new cookie. (An error status
 * would be shown to whoever looks at the browser's console.)
 */
export function againResponse(program: Program): Response {
  const headers = withCommonHeaders(program, new Headers({ 'retry-after': '1' }))
  return new Response(null, { status: 202, headers })
}

/** Set by the page above, so that a browser that never receives the new cookie is not held up twice. */
export const MOMENT_COOKIE = 'tl-moment'
