/*
 * GET of a page by the browser program: what is there now, as frames.
 */
import { isMac } from '../../crypto/mac.ts'
import { HEADER } from '../../protocol/fields.ts'
import type { PageRequest } from '../page-request.ts'
import { createTabId, lineFor, tabOfQuestion, tokenFor, toTabRequest } from '../page-request.ts'
import { FrameOutput } from '../frame-output.ts'
import { readCount } from '../interaction.ts'
import type { Program } from '../program.ts'
import { createTextStream } from '../text-stream.ts'
import { answerInFrames } from '../frame-answer.ts'

/** Answers a question with frames. */
export function serveQuestion(program: Program, page: PageRequest): Promise<Response> {
  const { tabId = createTabId(program), copyOf } = tabOfQuestion(page)
  const shownRun = readCount(page.request.headers.get(HEADER.run))
  const stream = createTextStream()
  const output = new FrameOutput({
    line: lineFor(program, page.browser, tabId),
    views: program.views,
    page: page.page,
    shownRun,
    title: program.app.title,
    token: freshTokenFor(program, page),
    write: stream.write,
  })
  const asked = toTabRequest(program, page, {
    tabId,
    copyOf,
    kind: 'change',
    shownRun,
    output,
    inLinks: false,
  })
  return answerInFrames(program, page, asked, output, stream)
}

/** The token that fits the present cookie, where the document still has that of an earlier one. */
function freshTokenFor(program: Program, page: PageRequest): string | undefined {
  const { browser, request } = page
  const token = request.headers.get(HEADER.token) ?? ''
  const fits = isMac(program.identity.ring, 'form-token', browser.cookieId, token)
  return fits ? undefined : tokenFor(program, browser)
}
