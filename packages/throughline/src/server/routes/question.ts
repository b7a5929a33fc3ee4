/*
 * GET of a page by the browser program: what is there now, as frames.
 */
import { HEADER } from '../../protocol/fields.ts'
import type { PageRequest } from '../page-request.ts'
import { createTabId, lineFor, tabOfQuestion, toTabRequest } from '../page-request.ts'
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
