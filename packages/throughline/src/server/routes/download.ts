/*
 * A download: a press that leads to a GET whose run finds the function again and sends what it gives.
 *
 * The record of the press holds the page and its widget values, sealed; so the file can be sent after a restart,
 * on another node, and whatever the tab does meanwhile. The run writes nothing. When the bytes are out the outcome
 * is stored and news goes out.
 */
import { Readable } from 'node:stream'
import { isForPerson } from '../../base/error.ts'
import type { Download, Preparing } from '../../context/download.ts'
import { hashOf } from '../../crypto/mac.ts'
import type { PresentBrowser } from '../../session/browser-identity.ts'
import type { Caller } from '../../session/caller.ts'
import { attachmentHeaders } from '../attachment.ts'
import { createDownloadNotes } from '../download-notes.ts'
import { openPressed } from '../download-press.ts'
import { discardSource } from '../file-body.ts'
import { createFileRun } from '../file-run.ts'
import { isSpeculative } from '../guards.ts'
import { toListFile } from '../link-list-file.ts'
import { pathWithTab } from '../page-request.ts'
import { plainResponse } from '../plain-pages.ts'
import type { Program } from '../program.ts'
import { breakSending, sendDownload } from '../sent-download.ts'

/** Answers with the file of a press of this browser's. */
export async function serveDownload(
  program: Program,
  request: Request,
  id: string,
  browser: PresentBrowser,
  { requestId }: Caller,
): Promise<Response> {
  const { sessions, clock } = program.identity
  // What is fetched ahead of the person must neither be made nor count as sent.
  if (isSpeculative(request)) return goneResponse(program, '/')
  const record = await sessions.loadDownload(hashOf(id))
  const isOurs = browser.kind === 'known' && record?.sessionKey === browser.session.key
  if (record === undefined || !isOurs || record.expiresAt <= clock())
    return goneResponse(program, '/')

  const pressed = openPressed(program.identity, record)
  const run = await createFileRun(program, browser.session, record, pressed)
  const end = await run.play()
  const back = program.app.pages.has(pressed.page) ? pathWithTab(pressed.page, record.tabId) : '/'
  if (end.kind === 'failed') return failedResponse(program, back, end.error, requestId)
  const { expiresAt } = record
  const found =
    end.kind === 'found-files' ? toListFile(program, run, end.set, { id, expiresAt }) : end
  if (found.kind !== 'found') return goneResponse(program, back)
  const { signal } = request
  const sending = { program, run, record, notes: createDownloadNotes(program, record), signal }
  const preparing: Preparing = (progress) => sending.notes.note({ ...progress, file: found.file })
  preparing({ text: 'Preparing…' })
  try {
    const making = Promise.resolve(run.callInside(() => found.from(preparing)))
    const download = await untilGone(making, signal)
    if (download === undefined) {
      void making
        .then(({ body }) => discardSource(body))
        .catch(ignore)
        .finally(() => run.close())
      await breakSending(sending, { file: found.file })
      return goneResponse(program, back)
    }
    assertSize(download)
    const file = download.name ?? found.file
    const body = sendDownload(sending, download, file)
    // From here on its end is met, also where nobody ever asks for a byte.
    await body.next()
    return downloadResponse(program, download, file, body)
  } catch (error) {
    run.close()
    await sending.notes.close()
    await sessions.noteDownload(record.idHash, undefined, clock())
    return failedResponse(program, back, error, requestId)
  }
}

/** Waits for the file, or until the browser has gone: then undefined. */
async function untilGone(
  making: Promise<Download>,
  signal: AbortSignal,
): Promise<Download | undefined> {
  const { promise: gone, resolve } = Promise.withResolvers<undefined>()
  const leave = () => resolve(undefined)
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    return await Promise.race([gone, making])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

const ignore = () => {}

function downloadResponse(
  program: Program,
  { type = 'application/octet-stream', size }: Download,
  file: string,
  body: AsyncGenerator<Uint8Array>,
): Response {
  const headers = attachmentHeaders(program, type, file)
  if (size !== undefined) headers.set('content-length', String(size))
  return new Response(Readable.toWeb(Readable.from(body, { highWaterMark: 1 })) as ReadableStream, {
    headers,
  })
}

function assertSize({ size }: Download): void {
  if (size === undefined || (Number.isSafeInteger(size) && size >= 0)) return
  throw new TypeError(
    `A download's "size" is ${size}, expected its exact length in bytes. Leave it out where it is not known.`,
  )
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
  program.script.report(error, id)
  return plainResponse(program, {
    status: 502,
    heading: 'The file could not be made',
    paragraphs: isForPerson(error)
      ? [error.message, 'Nothing was downloaded.']
      : [`Nothing was downloaded. If it happens again, tell the operator this id: ${id}.`],
    action: { label: 'Go back', href: page },
  })
}
