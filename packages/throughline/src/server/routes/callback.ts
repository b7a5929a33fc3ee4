/*
 * GET of a redirect URI: the person is back from the provider.
 *
 * Answers 303 to the clean path of the page that was left, naming the tab whose values the new document adopts; a
 * popup is sent to where it closes itself.
 */
import { finishAuthorization, type FinishedAuthorization } from '../../connect/finish.ts'
import type { RegisteredProvider } from '../../connect/connect-world.ts'
import { TAB_COOKIE } from '../../protocol/fields.ts'
import type { BrowserIdentity } from '../../session/browser-identity.ts'
import { cookieValues, serializeCookie } from '../../session/cookie.ts'
import { popupPath } from '../page-request.ts'
import { redirectResponse, withCommonHeaders } from '../headers.ts'
import { isSpeculative } from '../guards.ts'
import { MOMENT_COOKIE, momentResponse, plainResponse } from '../plain-pages.ts'
import type { Program } from '../program.ts'

/** How long the cookie that names the tab lives: long enough for one redirect. */
const TAB_COOKIE_SECONDS = 20

/** Whether a page's query is a provider's answer: only `state` together with `code` or `error`. */
export function isAuthorizationResponse(parameters: URLSearchParams): boolean {
  return parameters.has('state') && (parameters.has('code') || parameters.has('error'))
}

/** Answers the request at a redirect URI. */
export async function serveCallback(
  program: Program,
  registered: RegisteredProvider,
  request: Request,
  parameters: URLSearchParams,
  browser: BrowserIdentity,
): Promise<Response> {
  if (isSpeculative(request)) {
    return new Response(null, { status: 204, headers: withCommonHeaders(program, new Headers()) })
  }
  const finished = await finishAuthorization(program.connect, registered, parameters, browser)
  if (finished.kind === 'refused') {
    const { reason } = finished
    program.connect.note({
      event: 'connection.refused',
      provider: registered.provider.name,
      reason,
    })
  }
  const response =
    finished.kind === 'refused'
      ? refusedResponse(program, finished.reason, registered.provider.title, request)
      : returnedResponse(program, finished)
  // The address of this answer holds a code and a state, whatever became of them.
  response.headers.set('referrer-policy', 'no-referrer')
  return response
}

function returnedResponse(
  program: Program,
  finished: Extract<FinishedAuthorization, { kind: 'returned' }>,
): Response {
  const { ring, cookie } = program.identity
  const { page, tabId, inPopup, cookieId } = finished
  const cookies = cookieId === undefined ? [] : [serializeCookie(ring, cookieId, cookie)]
  if (inPopup) return redirectResponse(program, popupPath(page, tabId), cookies)
  const attributes = `Path=/; Max-Age=${TAB_COOKIE_SECONDS}; SameSite=Lax${cookie.secure ? '; Secure' : ''}`
  return redirectResponse(program, page, [`${TAB_COOKIE}=${tabId}; ${attributes}`, ...cookies])
}

function refusedResponse(
  program: Program,
  reason: Extract<FinishedAuthorization, { kind: 'refused' }>['reason'],
  title: string,
  request: Request,
): Response {
  const cookies = request.headers.get('cookie') ?? undefined
  const isHeldUp = cookieValues(cookies, MOMENT_COOKIE).length > 0
  if (reason === 'again' || (reason === 'retired' && !isHeldUp)) return momentResponse(program)
  const why =
    reason === 'other-browser' || reason === 'retired'
      ? `The connection to ${title} was begun in another browser, and can be finished only there.`
      : `This way back from ${title} is not one that was begun here a moment ago. It may have been used before, or ` +
        'have taken too long.'
  return plainResponse(program, {
    status: reason === 'malformed' ? 400 : 403,
    heading: 'Nothing was connected',
    paragraphs: [why, 'Nothing was changed. You can connect from the page itself at any time.'],
    action: { label: 'Go to the first page', href: '/' },
  })
}
