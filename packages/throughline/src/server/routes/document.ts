/*
 * GET of a page: the whole page as HTML, its elements leaving in page order while the script still runs.
 */
import { documentEnd, documentStart, goElsewhere } from '../../html/document.ts'
import { html } from '../../html/escape.ts'
import { runTab, type TabAnswer } from '../../script/tab-run.ts'
import { DocumentOutput, type DocumentFrame } from '../document-output.ts'
import { createNonce, documentHeaders, htmlResponse, redirectResponse } from '../headers.ts'
import {
  cookiesFor,
  lineFor,
  pathWithTab,
  sessionOf,
  tabOfDocument,
  tokenFor,
  toTabRequest,
  type PageRequest,
} from '../page-request.ts'
import { busyResponse } from '../plain-pages.ts'
import type { Program } from '../program.ts'
import { createTextStream } from '../text-stream.ts'
import type { HeldView } from '../views.ts'

/** Answers with a document. */
export async function serveDocument(program: Program, page: PageRequest): Promise<Response> {
  const tabId = tabOfDocument(program, page)
  const nonce = createNonce(program.identity.random)
  const cookies = cookiesFor(program, page.browser)
  const stream = createTextStream()
  const frame = frameOf(program, page, tabId, nonce, stream.write)

  const held = program.views.takeHeld(lineFor(program, page.browser, tabId), page.page)
  if (held !== undefined) return serveHeld(program, page, tabId, frame, held)

  const output = new DocumentOutput(frame)
  const asked = toTabRequest(program, page, {
    tabId,
    kind: 'document',
    shownRun: 0,
    output,
    inLinks: true,
  })
  const answering = runTab(program.script, asked)
  const streaming = () => {
    const headers = documentHeaders(program, nonce)
    for (const cookie of cookies) headers.append('set-cookie', cookie)
    return new Response(stream.body, { headers })
  }
  const completing = answering.then((answer) => {
    const response = output.hasSent ? undefined : elsewhere(program, page, tabId, answer)
    if (response !== undefined) return response
    completeDocument(program, page, tabId, output, answer, frame)
    stream.close()
    return undefined
  })
  const first = await Promise.race([completing, stream.started.then(() => undefined)])
  completing.catch((error: unknown) => {
    program.log({ level: 'error', message: 'A document broke off.', error })
    stream.close()
  })
  return first ?? streaming()
}

function frameOf(
  program: Program,
  page: PageRequest,
  tabId: string,
  nonce: string,
  write: (text: string) => void,
): DocumentFrame {
  const { app, assets, development } = program
  return {
    title: app.title,
    lang: app.lang,
    stylesheet: assets.stylesheet.path,
    program: assets.program.path,
    nonce,
    action: page.page,
    tab: tabId,
    token: tokenFor(program, page.browser),
    development,
    write,
  }
}

/** What an answer is when no byte has left yet and it is no document of this page. */
function elsewhere(
  program: Program,
  page: PageRequest,
  tabId: string,
  answer: TabAnswer,
): Response | undefined {
  const cookies = cookiesFor(program, page.browser)
  if (answer.kind === 'switched') {
    return redirectResponse(program, pathWithTab(answer.path, tabId), cookies)
  }
  if (answer.kind === 'signed-out') return redirectResponse(program, '/')
  if (answer.kind === 'busy' || answer.kind === 'folded') return busyResponse(program, page.page)
  return undefined
}

function completeDocument(
  program: Program,
  page: PageRequest,
  tabId: string,
  output: DocumentOutput,
  answer: TabAnswer,
  frame: DocumentFrame,
): void {
  const line = lineFor(program, page.browser, tabId)
  if (answer.kind === 'switched') {
    frame.write(goElsewhere(pathWithTab(answer.path, tabId), frame.nonce).toString())
  }
  // A later request for this tab took over: whoever still looks at this document is shown the present one.
  if (answer.kind === 'yielded') {
    frame.write(goElsewhere(pathWithTab(page.page, tabId), frame.nonce).toString())
  }
  const entries = output.close(answer.kind === 'shown' && answer.hasInputs)
  if (answer.kind !== 'shown' || entries === undefined) program.views.forget(line)
  else program.views.show(line, { page: page.page, run: answer.run, entries })
}

/** Shows the view that a press without JavaScript has made, once; a reload runs the script. */
async function serveHeld(
  program: Program,
  page: PageRequest,
  tabId: string,
  frame: DocumentFrame,
  held: HeldView,
): Promise<Response> {
  const session = sessionOf(program, page.browser)
  const tab = await program.identity.sessions.loadTab(session.key, tabId)
  const news = await program.identity.sessions.loadNews(session.key)
  const parts = [
    documentStart({
      ...frame,
      run: tab?.run ?? 0,
      number: (tab?.number ?? 0) + 1,
      news,
    }),
    ...held.markups,
    documentEnd({ hasInputs: held.hasInputs, notice: held.notice }),
  ]
  program.views.forget(lineFor(program, page.browser, tabId))
  return htmlResponse(program, html`${parts}`, { nonce: frame.nonce })
}
