/*
 * A download: a press that leads to a GET whose run finds the function again and sends what it gives.
 *
 * The record of the press holds the page and its widget values, sealed; so the file can be sent after a restart,
 * on another node, and whatever the tab does meanwhile. The run writes nothing. When the bytes are out the outcome
 * is stored and news goes out.
 */
import { Readable } from 'node:stream'
import { isThroughlineError } from '../../base/error.ts'
import { createId } from '../../base/random.ts'
import type { Download, DownloadOutcome, DownloadSummary } from '../../context/download.ts'
import { open, seal } from '../../crypto/seal.ts'
import { hashOf } from '../../crypto/mac.ts'
import { DOWNLOAD_PATH } from '../../protocol/paths.ts'
import { SessionMemory } from '../../session/memory.ts'
import { TabValues, type PageValues } from '../../session/tab-values.ts'
import { ScriptRun } from '../../script/run.ts'
import type { TabAnswer, TabRequest } from '../../script/tab-run.ts'
import type { DownloadRecord, SessionRecord } from '../../store/session-store.ts'
import { withCommonHeaders } from '../headers.ts'
import type { PresentBrowser } from '../page-request.ts'
import { plainResponse } from '../plain-pages.ts'
import type { Program } from '../program.ts'

/** How long after its press a download may begin. */
const DOWNLOAD_MS = 60 * 60_000

/** What the record of a press holds, sealed. */
interface PressedDownload {
  readonly page: string
  readonly values: PageValues
}

/** Keeps the press of a download button; returns the path of its file. */
export async function startDownload(
  program: Program,
  { session, tabId, page }: TabRequest,
  { widgetId, values }: Extract<TabAnswer, { kind: 'offered' }>,
): Promise<string> {
  const { sessions, ring, random, clock } = program.identity
  const id = createId(random)
  const idHash = hashOf(id)
  const pressed: PressedDownload = { page, values: values.ofPage(page) }
  const context = [session.key, idHash, 'press']
  await sessions.createDownload({
    idHash,
    sessionKey: session.key,
    tabId,
    widget: widgetId,
    expiresAt: clock() + DOWNLOAD_MS,
    sealed: seal(ring, 'download', context, JSON.stringify(pressed), random),
  })
  return `${DOWNLOAD_PATH}${id}`
}

/** Answers with the file of a press of this browser's. */
export async function serveDownload(
  program: Program,
  request: Request,
  id: string,
  browser: PresentBrowser,
): Promise<Response> {
  const { sessions, clock } = program.identity
  const record = await sessions.loadDownload(hashOf(id))
  const isOurs = browser.kind === 'known' && record?.sessionKey === browser.session.key
  if (record === undefined || !isOurs || record.expiresAt <= clock())
    return goneResponse(program, '/')

  const pressed = openPressed(program, record)
  const run = await createRun(program, browser.session, record, pressed)
  const end = await run.play()
  if (end.kind !== 'found') {
    if (end.kind === 'failed') program.script.report(end.error, createId(program.identity.random))
    return goneResponse(program, pressed.page)
  }
  try {
    const download = await run.callInside(() => end.from())
    const file = download.name ?? end.file
    return downloadResponse(
      program,
      download,
      file,
      sent(program, run, record, download, file, request),
    )
  } catch (error) {
    run.close()
    const errorId = createId(program.identity.random).slice(0, 8)
    program.script.report(error, errorId)
    return failedResponse(program, pressed.page, error, errorId)
  }
}

async function createRun(
  program: Program,
  session: SessionRecord,
  record: DownloadRecord,
  { page, values }: PressedDownload,
): Promise<ScriptRun> {
  const { sessions, ring, random } = program.identity
  const { app, declarations, development, prepare } = program.script
  const memory = new SessionMemory(ring, random, session.key, await sessions.loadState(session.key))
  const ignore = () => {}
  const run = new ScriptRun({
    page,
    script: app.pages.get(page) ?? ignore,
    paths: new Set(app.pages.keys()),
    declarations,
    memory,
    // A run that sends a file writes nothing: what it changes is forgotten with it.
    changeState: (name, initial, change) => {
      const value = change(memory.read(name, initial))
      memory.write(name, value)
      return Promise.resolve(value)
    },
    values: TabValues.ofPage(page, values),
    output: { appended: ignore, replaced: ignore, removed: ignore },
    endedDownloads: [],
    toldDownloads: new Set(),
    downloads: record.widget,
    development,
    interruption: () => undefined,
  })
  prepare(run, {
    sessionKey: session.key,
    cookieHash: session.cookieHash,
    tabId: record.tabId,
    connections: await sessions.loadConnections(session.key),
    outcomes: [],
  })
  return run
}

/** The bytes as they leave, and the outcome once they have left. */
async function* sent(
  program: Program,
  run: ScriptRun,
  record: DownloadRecord,
  download: Download,
  file: string,
  request: Request,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const chunk of download.body) {
      bytes += chunk.byteLength
      yield chunk
    }
    const summary = download.outcome?.() ?? { files: [{ name: file, size: bytes }], failures: [] }
    await keepOutcome(program, record, { ...summary, file, bytes })
  } catch (error) {
    // Where the person ended it there is nothing to tell.
    if (!request.signal.aborted) {
      program.log({ level: 'warn', message: 'A download broke off.', error })
      await tellBreak(program, record, file, download.outcome?.())
    }
    throw error
  } finally {
    run.close()
  }
}

async function keepOutcome(
  program: Program,
  record: DownloadRecord,
  outcome: DownloadOutcome,
): Promise<void> {
  const { sessions, ring, random } = program.identity
  const context = [record.sessionKey, record.idHash, 'outcome']
  await sessions.endDownload(
    record.idHash,
    seal(ring, 'download', context, JSON.stringify(outcome), random),
  )
  await sessions.announce(record.sessionKey)
}

/** Tells the tab, for the browser only shows that a file failed. */
async function tellBreak(
  program: Program,
  { sessionKey, tabId }: DownloadRecord,
  file: string,
  summary: DownloadSummary | undefined,
): Promise<void> {
  const { sessions } = program.identity
  const last = summary?.failures.at(-1)
  const why = last === undefined ? '' : ` “${last.title}”: ${last.reason}`
  const words = `The download of ${file} broke off before its end.${why} Please download it again.`
  await sessions.tellTab(sessionKey, tabId, words)
  await sessions.announce(sessionKey)
}

function downloadResponse(
  program: Program,
  { type = 'application/octet-stream', size }: Download,
  file: string,
  body: AsyncGenerator<Uint8Array>,
): Response {
  const headers = withCommonHeaders(program, new Headers({ 'content-type': type }))
  headers.set('content-disposition', contentDisposition(file))
  headers.set('content-security-policy', "sandbox; default-src 'none'")
  if (size !== undefined) headers.set('content-length', String(size))
  return new Response(Readable.toWeb(Readable.from(body, { highWaterMark: 1 })) as ReadableStream, {
    headers,
  })
}

/** @see RFC 6266, RFC 8187 */
function contentDisposition(file: string): string {
  const plain = file.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(file.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

function openPressed(program: Program, record: DownloadRecord): PressedDownload {
  const context = [record.sessionKey, record.idHash, 'press']
  return JSON.parse(
    open(program.identity.ring, 'download', context, record.sealed),
  ) as PressedDownload
}

function goneResponse(program: Program, page: string): Response {
  return plainResponse(program, {
    status: 404,
    heading: 'This download is no longer there',
    paragraphs: ['A download can be fetched for an hour, by the browser that asked for it.'],
    action: { label: 'Go back and press again', href: page },
  })
}

function failedResponse(program: Program, page: string, error: unknown, id: string): Response {
  const isForPerson = isThroughlineError(error) && error.attribution === 'person'
  return plainResponse(program, {
    status: 502,
    heading: 'The file could not be made',
    paragraphs: isForPerson
      ? [error.message, 'Nothing was downloaded.']
      : [`Nothing was downloaded. If it happens again, tell the operator this id: ${id}.`],
    action: { label: 'Go back', href: page },
  })
}
