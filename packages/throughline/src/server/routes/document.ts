/*
 * GET of a page: the whole page as HTML, its elements leaving in page order while the script still runs.
 */
import { documentEnd, documentStart } from '../../html/document.ts'
import { html, trustedHtml } from '../../html/escape.ts'
import { TAB_PARAMETER } from '../../protocol/fields.ts'
import type { TabAnswer } from '../../script/tab-request.ts'
import { runTab } from '../../script/tab-run.ts'
import { DocumentOutput, type DocumentFrame } from '../document-output.ts'
import {
  createNonce,
  documentHeaders,
  htmlResponse,
  redirectResponse,
  withStreamHeaders,
} from '../headers.ts'
import { takeHeldView, type HeldView } from '../held-view.ts'
import {
  cookiesFor,
  lineFor,
  pathWithTab,
  tabOfDocument,
  tokenFor,
  toTabRequest,
  type PageRequest,
} from '../page-request.ts'
import { busyResponse } from '../plain-pages.ts'
import type { Program } from '../program.ts'
import { createTextStream } from '../text-stream.ts'
import { endSession } from './sign-out.ts'

/** Answers with a document. */
export async function serveDocument(program: Program, page: PageRequest): Promise<Response> {
  const tabId = tabOfDocument(program, page)
  const nonce = createNonce(program.identity.random)
  const stream = createTextStream()
  const frame = frameOf(program, page, tabId, nonce, stream.write)
  const held = await heldViewFor(program, page, tabId)
  if (held !== undefined) {
    program.views.forget(lineFor(program, page.browser, tabId))
    return heldResponse(program, frame, held)
  }

  const output = new DocumentOutput(frame)
  const completing = complete(program, page, tabId, output)
  const first = await Promise.race([completing, stream.started.then(() => undefined)])
  completing
    .catch((error: unknown) => {
      program.log({ level: 'error', message: 'A document broke off.', error })
    })
    .finally(() => stream.close())
  if (first !== undefined) return first
  const headers = withStreamHeaders(program, documentHeaders(program, nonce))
  for (const cookie of cookiesFor(program, page.browser)) headers.append('set-cookie', cookie)
  return new Response(stream.body, { headers })
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
    folderProgram: assets.folderProgram?.path,
    nonce,
    action: page.page,
    tab: tabId,
    token: tokenFor(program, page.browser),
    development,
    write,
  }
}

/** Runs the page and writes the document; returns an answer in its place where no byte has left and none must. */
async function complete(
  program: Program,
  page: PageRequest,
  tabId: string,
  output: DocumentOutput,
): Promise<Response | undefined> {
  const asked = toTabRequest(program, page, {
    tabId,
    kind: 'document',
    shownRun: 0,
    output,
    inLinks: true,
  })
  const answer = await runTab(program.script, asked)
  if (answer.kind === 'busy') return busyResponse(program, page.page)
  if (answer.kind === 'signed-out') await endSession(program, page.browser, answer.everywhere)

  const line = lineFor(program, page.browser, tabId)
  if (answer.kind === 'shown') {
    const entries = output.close(answer.hasInputs)
    if (entries === undefined) program.views.forget(line)
    else program.views.show(line, { page: page.page, run: answer.run, since: answer.run, entries })
    return undefined
  }
  program.views.forget(line)
  const path = placeAfter(answer, page.page, tabId)
  if (!output.hasSent) return redirectResponse(program, path, cookiesFor(program, page.browser))
  output.leave(path)
  return undefined
}

/** Where the person goes on when this document is not the one to show. */
function placeAfter(answer: TabAnswer, page: string, tabId: string): string {
  if (answer.kind === 'signed-out') return '/'
  // A later request for this tab took over: whoever still looks at this document is shown the present one.
  return pathWithTab(answer.kind === 'switched' ? answer.path : page, tabId)
}

/** The view that a press without JavaScript has left for this document; its 303 names the tab. */
function heldViewFor(
  program: Program,
  { url, page, browser }: PageRequest,
  tabId: string,
): Promise<HeldView | undefined> {
  if (browser.kind !== 'known' || !url.searchParams.has(TAB_PARAMETER)) {
    return Promise.resolve(undefined)
  }
  return takeHeldView(program.identity, browser.session.key, tabId, page)
}

function heldResponse(program: Program, frame: DocumentFrame, held: HeldView): Response {
  const { run, nextNumber, news, markup, hasInputs, notice } = held
  const parts = [
    documentStart({ ...frame, run, number: nextNumber, news }),
    trustedHtml(markup),
    documentEnd({ hasInputs, notice }),
  ]
  return htmlResponse(program, html`${parts}`, { nonce: frame.nonce })
}
