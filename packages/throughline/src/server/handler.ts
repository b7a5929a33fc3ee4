/*
 * Request → Response: the table of routes, in order.
 *
 *   Host          421 for another name; a loopback program sends its other names to its origin
 *   /healthz      200; 503 where the store does not answer, or this process ends
 *   /-/asset/…    stylesheet, browser program
 *   /-/news       the event stream
 *   /-/download/… a file that was asked for by a press
 *   /-/file/…     one of several files, for a folder or by a link
 *   /oauth/callback/<provider>, and a page that is a redirect URI when `state` comes with `code` or `error`
 *   a page        GET: document, or frames for the browser program; POST: a press; HEAD: whether it is there
 *   anything else 404
 */
import { isForPerson, isThroughlineError } from '../base/error.ts'
import { createRequestId } from '../base/random.ts'
import { POPUP_PARAMETER } from '../protocol/fields.ts'
import {
  ASSET_PATH,
  CALLBACK_PATH,
  DOWNLOAD_PATH,
  FILE_PATH,
  HEALTH_PATH,
  isReservedPath,
  NEWS_PATH,
} from '../protocol/paths.ts'
import { dismissAbandoned, retryRevocations } from '../connect/disconnect.ts'
import { cookieValues, createCookieId } from '../session/cookie.ts'
import {
  identifyBrowser,
  SESSION_IDLE_MS,
  type BrowserIdentity,
  type PresentBrowser,
} from '../session/browser-identity.ts'
import type { Caller } from '../session/caller.ts'
import { assetResponse } from './assets.ts'
import { checkHost, checkPost, isFromOurPage, isSpeculative, isToBeShown } from './guards.ts'
import { createNonce, documentHeaders, withCommonHeaders } from './headers.ts'
import { pathWithTab, tabOfDocument, wantsFrames } from './page-request.ts'
import {
  againResponse,
  endingResponse,
  fullResponse,
  MOMENT_COOKIE,
  momentResponse,
  notFoundResponse,
  plainResponse,
  popupEndResponse,
  refusalResponse,
} from './plain-pages.ts'
import { createProgram, type Program, type ProgramOptions } from './program.ts'
import { isAuthorizationResponse, serveCallback } from './routes/callback.ts'
import { serveDocument } from './routes/document.ts'
import { serveDownload } from './routes/download.ts'
import { serveFile } from './routes/file.ts'
import { NewsStreams } from './routes/news.ts'
import { servePress } from './routes/press.ts'
import { serveQuestion } from './routes/question.ts'

/** What falls due is done this often. */
const TEND_MS = 5 * 60_000
/** Longest request target that is looked at, in characters. */
const URL_CHARACTERS = 16_384

/** A program that answers requests. */
export interface Handler {
  readonly program: Program
  /** Answers; `caller` is who asks, as far as a port can tell. */
  readonly fetch: (request: Request, caller?: Caller) => Promise<Response>
  /** How many event streams are open. */
  readonly streams: () => number
  /**
   * Does what falls due: drops expired rows, makes room where there are too many sessions, tells providers what they
   * could not be told, and what nobody can choose any more. By itself every five minutes.
   */
  readonly tend: () => Promise<void>
  /**
   * Drains, and ends timers: health says so, event streams end, whoever comes is asked to come again. What is under way
   * goes on, and stylesheets are still given out for it.
   */
  close(): void
}

/**
 * Makes the handler of a program.
 *
 * @throws The codes of `createProgram`.
 */
export function createHandler(options: ProgramOptions): Handler {
  const program = createProgram(options)
  const news = new NewsStreams(program)
  const { sessions, clock } = program.identity
  const tend = async () => {
    await sessions.reap(clock(), clock() - SESSION_IDLE_MS)
    await program.identity.admission.makeRoom()
    await retryRevocations(program.connect)
    await dismissAbandoned(program.connect)
  }
  const tending = setInterval(() => {
    tend().catch((error: unknown) => {
      program.log({ level: 'error', message: 'What falls due could not be done.', error })
    })
  }, TEND_MS)
  tending.unref()
  const state = { isDraining: false }
  const unknown = (): Caller => ({
    network: undefined,
    requestId: createRequestId(program.identity.random),
  })
  return {
    program,
    async fetch(request, caller = unknown()) {
      const response = await answer(program, { news, state, request, caller })
      response.headers.set('x-request-id', caller.requestId)
      return response
    },
    streams: () => news.count,
    tend,
    close() {
      clearInterval(tending)
      state.isDraining = true
      news.close()
    },
  }
}

/** A request as it arrived, and what of this process it is answered by. */
interface Arrived {
  readonly request: Request
  readonly caller: Caller
  readonly news: NewsStreams
  readonly state: { readonly isDraining: boolean }
}

/** Answers every request; what fails inside is told to the operator, and to the person by an id. */
async function answer(program: Program, arrived: Arrived): Promise<Response> {
  const { request } = arrived
  try {
    return await route(program, arrived)
  } catch (error) {
    if (isThroughlineError(error, 'session.too-many')) return fullResponse(program, error.message)
    // Signed out elsewhere, since this request arrived: the next one begins anew.
    if (isThroughlineError(error, 'store.no-session'))
      return wantsFrames(request) ? againResponse(program) : momentResponse(program)
    const id = arrived.caller.requestId
    program.log({ level: 'error', message: 'A request failed.', error, id })
    return plainResponse(program, {
      status: 500,
      heading: 'Something went wrong',
      paragraphs: [
        isForPerson(error)
          ? error.message
          : 'The program could not answer. Nothing that was shown as done is lost.',
        `If it happens again, tell the operator this id: ${id}.`,
      ],
      action: { label: 'Go to the first page', href: '/' },
    })
  }
}

async function route(program: Program, arrived: Arrived): Promise<Response> {
  const { request, caller, news, state } = arrived
  const { publicUrl } = program
  if (request.url.length > URL_CHARACTERS) {
    return refusalResponse(program, { status: 414, sentence: 'That address is too long.' })
  }
  const url = URL.parse(request.url)
  if (url === null) {
    return refusalResponse(program, { status: 400, sentence: 'That is not an address.' })
  }
  const host = checkHost(request, url.pathname, publicUrl)
  if (typeof host === 'object') return refusalResponse(program, host)
  if (host === 'elsewhere') {
    const location = `${publicUrl.origin}${url.pathname}${url.search}`
    const headers = withCommonHeaders(program, new Headers({ location }))
    return new Response(null, { status: 307, headers })
  }
  const { pathname: path } = url
  if (path === HEALTH_PATH) return healthResponse(program, state.isDraining)
  if (path.startsWith(ASSET_PATH)) {
    return assetResponse(program.assets, path, request) ?? notFoundResponse(program)
  }
  if (state.isDraining)
    return wantsFrames(request) ? againResponse(program) : endingResponse(program)
  if (path.startsWith(FILE_PATH)) return serveFile(program, request, path, caller)
  const isPage = program.app.pages.has(path)
  if (!isPage && !isReservedPath(path)) return notFoundResponse(program)
  if (request.method === 'POST' && isPage) {
    const refusal = checkPost(request, publicUrl)
    if (refusal !== undefined) return refusalResponse(program, refusal)
  } else if (request.method === 'HEAD' && isPage && !isAuthorizationResponse(url.searchParams)) {
    // Whoever looks whether the page is there runs no script for it.
    const headers = documentHeaders(program, createNonce(program.identity.random))
    return new Response(null, { headers })
  } else if (request.method !== 'GET') {
    return refusalResponse(program, { status: 405, sentence: 'Only GET, and POST to a page.' })
  }
  const cookies = request.headers.get('cookie') ?? undefined
  const browser = await identifyBrowser(program.identity, cookies)

  if (path === NEWS_PATH) return news.serve(request, browser)
  if (path.startsWith(CALLBACK_PATH) || isCallbackPage(program, request, url)) {
    return routeCallback(program, request, url, browser)
  }
  const present = presentBrowser(program, browser, cookies)
  if (present === undefined) {
    return wantsFrames(request) ? againResponse(program) : momentResponse(program)
  }
  if (path.startsWith(DOWNLOAD_PATH)) {
    return serveDownload(program, request, path.slice(DOWNLOAD_PATH.length), present, caller)
  }
  if (!isPage) return notFoundResponse(program)
  return servePage(program, { request, url, page: path, browser: present, caller })
}

/** Asks the store for as little as there is: a program that can keep nothing is not well. */
async function healthResponse(program: Program, isDraining: boolean): Promise<Response> {
  const say = (status: number, word: string) => {
    const headers = new Headers({ 'content-type': 'text/plain; charset=utf-8' })
    return new Response(`${word}\n`, { status, headers: withCommonHeaders(program, headers) })
  }
  if (isDraining) return say(503, 'draining')
  try {
    await program.identity.sessions.loadNews('')
  } catch (error) {
    program.log({ level: 'error', message: 'The store does not answer.', error })
    return say(503, 'the store does not answer')
  }
  return say(200, 'ok')
}

function servePage(program: Program, page: Parameters<typeof serveDocument>[1]): Promise<Response> {
  const { request } = page
  if (request.method === 'POST') return servePress(program, page)
  const isDocument = !wantsFrames(request)
  if (isDocument && !isToBeShown(request)) return Promise.resolve(notFromOurPage(program))
  if (isDocument) {
    const isPopup = page.url.searchParams.has(POPUP_PARAMETER)
    if (isPopup)
      return Promise.resolve(
        popupEndResponse(program, pathWithTab(page.page, tabOfDocument(program, page))),
      )
    return serveDocument(program, page)
  }
  if (isSpeculative(request) || !isFromOurPage(request, program.publicUrl)) {
    return Promise.resolve(notFromOurPage(program))
  }
  return serveQuestion(program, page)
}

function notFromOurPage(program: Program): Response {
  const sentence = 'This did not come from a page of this program.'
  return refusalResponse(program, { status: 403, sentence })
}

/** Only GET brings a person back; a press on that page stays a press, whatever stands in its address. */
function isCallbackPage(program: Program, { method }: Request, url: URL): boolean {
  return (
    method === 'GET' &&
    program.callbackPages.has(url.pathname) &&
    isAuthorizationResponse(url.searchParams)
  )
}

function routeCallback(
  program: Program,
  request: Request,
  url: URL,
  browser: BrowserIdentity,
): Promise<Response> | Response {
  const onPage = program.callbackPages.get(url.pathname)
  const named = program.connect.providers.get(url.pathname.slice(CALLBACK_PATH.length))
  const registered = onPage ?? named
  if (registered === undefined) return notFoundResponse(program)
  if (new URL(registered.redirectUri).pathname !== url.pathname) return notFoundResponse(program)
  return serveCallback(program, registered, request, url.searchParams, browser)
}

/** A browser whose cookie was replaced a moment ago is held up once, for the new one to arrive. */
function presentBrowser(
  program: Program,
  browser: BrowserIdentity,
  cookies: string | undefined,
): PresentBrowser | undefined {
  if (browser.kind !== 'retired') return browser
  if (cookieValues(cookies, MOMENT_COOKIE).length === 0) return undefined
  const { clock, random } = program.identity
  return { kind: 'new', cookieId: createCookieId(clock, random), isFresh: true }
}
