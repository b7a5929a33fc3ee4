/*
 * POST of a page: a press, or changed values. With the browser program the answer is frames; without it a 303 to
 * the document that shows what came of it.
 */
import { serializeFrame } from '../../protocol/frame.ts'
import { isMac } from '../../crypto/mac.ts'
import { runTab } from '../../script/tab-run.ts'
import { establishSession } from '../../session/browser-identity.ts'
import { startDownload } from '../download-press.ts'
import { answerInFrames, framesResponse } from '../frame-answer.ts'
import { FrameOutput } from '../frame-output.ts'
import { redirectResponse } from '../headers.ts'
import { HeldOutput } from '../held-output.ts'
import { holdView } from '../held-view.ts'
import { readForm, type PostedForm } from '../interaction.ts'
import {
  createTabId,
  lineFor,
  pathWithTab,
  tokenFor,
  toTabRequest,
  wantsFrames,
  type PageRequest,
} from '../page-request.ts'
import {
  againResponse,
  busyResponse,
  cookiesOffResponse,
  leavingResponse,
  momentResponse,
  refusalResponse,
} from '../plain-pages.ts'
import type { Program } from '../program.ts'
import { createTextStream } from '../text-stream.ts'
import { endSession } from './sign-out.ts'

const TOKEN_OUTDATED =
  'Something about your session changed while this page was open, so nothing was done yet. Please press again.'

/** Answers a press. The guards have let it through: it comes from a page of ours. */
export async function servePress(program: Program, page: PageRequest): Promise<Response> {
  // Who brings no cookie can do nothing here: not even have a body read.
  if (page.browser.kind === 'new' && page.browser.isFresh) {
    return cookiesOffResponse(program, page.page)
  }
  const form = await readForm(page.request)
  if ('status' in form) return refusalResponse(program, form)
  const { ring } = program.identity
  const hasToken = isMac(ring, 'form-token', page.browser.cookieId, form.token)
  const tabId = form.tabId ?? createTabId(program)
  if (hasToken && form.stops) {
    program.script.queue.halt(lineFor(program, page.browser, tabId))
    if (wantsFrames(page.request)) return framesResponse(program, null, [], 204)
    return redirectResponse(program, pathWithTab(page.page, tabId))
  }
  if (hasToken && form.interaction.press !== undefined) program.meter.presses.add()
  if (wantsFrames(page.request)) {
    if (!hasToken) {
      const token = tokenFor(program, page.browser)
      return framesResponse(program, serializeFrame({ type: 'token', token }))
    }
    const stored = await withRow(program, page)
    return stored === undefined
      ? againResponse(program)
      : pressInFrames(program, stored, form, tabId)
  }
  const stored = await withRow(program, page)
  if (stored === undefined) return momentResponse(program)
  return pressInDocument(program, stored, form, tabId, hasToken)
}

/** A press is meaningful: the session gets its row. Undefined when its cookie was replaced a moment ago. */
async function withRow(program: Program, page: PageRequest): Promise<PageRequest | undefined> {
  if (page.browser.kind === 'known') return page
  const session = await establishSession(program.identity, page.browser, page.caller.network)
  if (session === undefined) return undefined
  return { ...page, browser: { kind: 'known', cookieId: page.browser.cookieId, session } }
}

function pressInFrames(
  program: Program,
  page: PageRequest,
  { interaction, shownRun }: PostedForm,
  tabId: string,
): Promise<Response> {
  const stream = createTextStream()
  const output = new FrameOutput({
    line: lineFor(program, page.browser, tabId),
    views: program.views,
    page: page.page,
    shownRun,
    title: program.app.title,
    write: stream.write,
  })
  const asked = toTabRequest(program, page, {
    tabId,
    kind: interaction.press === undefined ? 'change' : 'press',
    interaction,
    shownRun,
    output,
    inLinks: false,
  })
  return answerInFrames(program, page, asked, output, stream)
}

async function pressInDocument(
  program: Program,
  page: PageRequest,
  form: PostedForm,
  tabId: string,
  hasToken: boolean,
): Promise<Response> {
  const { interaction, shownRun } = form
  const output = new HeldOutput()
  // Without its token a press does nothing yet; what was filled in is kept.
  const { press: _press, ...withoutPress } = interaction
  const asked = toTabRequest(program, page, {
    tabId,
    kind: 'press',
    interaction: hasToken ? interaction : withoutPress,
    notice: hasToken ? undefined : TOKEN_OUTDATED,
    shownRun,
    output,
    inLinks: true,
  })
  const answer = await runTab(program.script, asked)
  switch (answer.kind) {
    case 'shown':
      await holdView(program.identity, asked, {
        ...answer,
        markup: output.markup(),
        notice: output.told,
      })
      return redirectResponse(program, pathWithTab(answer.page, tabId))
    case 'switched':
      return redirectResponse(program, pathWithTab(answer.path, tabId))
    case 'left':
      return leavingResponse(program, answer.url, answer.providerTitle)
    case 'offered':
      // Only the browser program fills a folder; its button is shown by it alone.
      if (answer.use === 'folder') return redirectResponse(program, pathWithTab(page.page, tabId))
      return redirectResponse(program, await startDownload(program, asked, answer))
    case 'signed-out':
      await endSession(program, page.browser, answer.everywhere)
      return redirectResponse(program, '/')
    case 'busy':
      return busyResponse(program, page.page)
    default:
      return redirectResponse(program, pathWithTab(page.page, tabId))
  }
}
