/*
 * A run answered in frames, whatever came of it.
 */
import { FRAMES_TYPE } from '../protocol/fields.ts'
import { serializeFrame, type Frame } from '../protocol/frame.ts'
import type { Offer } from '../script/control-signal.ts'
import type { TabRequest } from '../script/tab-request.ts'
import { runTab } from '../script/tab-run.ts'
import { startDownload } from './download-press.ts'
import type { FrameOutput } from './frame-output.ts'
import { withStreamHeaders } from './headers.ts'
import { endSession } from './routes/sign-out.ts'
import { cookiesFor, type PageRequest } from './page-request.ts'
import { busyResponse } from './plain-pages.ts'
import type { Program } from './program.ts'
import type { TextStream } from './text-stream.ts'

/** Runs the page and streams the frames; a request that was folded into a later one is answered 204. */
export async function answerInFrames(
  program: Program,
  page: PageRequest,
  asked: TabRequest,
  output: FrameOutput,
  stream: TextStream,
): Promise<Response> {
  const cookies = cookiesFor(program, page.browser)
  const completing = complete(program, page, asked, output, stream)
  const first = await Promise.race([completing, stream.started.then(() => undefined)])
  completing.catch((error: unknown) => {
    program.log({ level: 'error', message: 'An answer broke off.', error })
    stream.close()
  })
  return first ?? framesResponse(program, stream.body, cookies)
}

/** Answers with frames. */
export function framesResponse(
  program: Program,
  body: ReadableStream<Uint8Array> | string | null,
  cookies: readonly string[] = [],
  status = 200,
): Response {
  const headers = withStreamHeaders(program, new Headers({ 'content-type': FRAMES_TYPE }))
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(body, { status, headers })
}

async function complete(
  program: Program,
  page: PageRequest,
  asked: TabRequest,
  output: FrameOutput,
  stream: TextStream,
): Promise<Response | undefined> {
  const answer = await runTab(program.script, asked)
  const away = (url: string) => {
    stream.write(serializeFrame({ type: 'go', url, away: true } satisfies Frame))
  }
  const offer = (url: string, use: Offer['use']) => {
    if (use === 'folder') stream.write(serializeFrame({ type: 'files', url }))
    else away(url)
  }
  switch (answer.kind) {
    case 'folded':
      return framesResponse(program, null, [], 204)
    case 'busy':
      return busyResponse(program, page.page)
    case 'left':
      away(answer.url)
      break
    case 'offered':
      offer(await startDownload(program, asked, answer), answer.use)
      break
    case 'signed-out':
      await endSession(program, page.browser, answer.everywhere)
      away('/')
      break
    case 'switched':
      away(answer.path)
      break
    default:
      output.close(answer)
  }
  stream.close()
  return undefined
}
