/*
 * A download: a press that leads to a GET whose run finds the function again and sends what it gives.
 *
 * The record of the press holds the page and its widget values, sealed; so the file can be sent after a restart,
 * on another node, and whatever the tab does meanwhile. The run writes nothing. When the bytes are out the outcome
 * is stored and news goes out.
 */
import { Readable } from 'node:stream'
import { isForPerson, ThroughlineError } from '../../base/error.ts'
import { createErrorId } from '../../base/random.ts'
import type { Download, Preparing } from '../../context/download.ts'
import { hashOf } from '../../crypto/mac.ts'
import type { ScriptRun } from '../../script/run.ts'
import type { PresentBrowser } from '../../session/browser-identity.ts'
import type { DownloadRecord } from '../../store/session-store.ts'
import { attachmentHeaders } from '../attachment.ts'
import { createDownloadNotes, type DownloadNotes } from '../download-notes.ts'
import { breakDownload, finishDownload, openPressed } from '../download-press.ts'
import { createFileRun } from '../file-run.ts'
import { isSpeculative } from '../guards.ts'
import { toListFile } from '../link-list-file.ts'
import { pathWithTab } from '../page-request.ts'
import { plainResponse } from '../plain-pages.ts'
import type { Program } from '../program.ts'

/** Answers with the file of a press of this browser's. */
export async function serveDownload(
  program: Program,
  request: Request,
  id: string,
  browser: PresentBrowser,
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
  if (end.kind === 'failed') return failedResponse(program, back, end.error)
  const { expiresAt } = record
  const found =
    end.kind === 'found-files' ? toListFile(program, run, end.set, { id, expiresAt }) : end
  if (found.kind !== 'found') return goneResponse(program, back)
  const notes = createDownloadNotes(program, record)
  const preparing: Preparing = (progress) => notes.note({ ...progress, file: found.file })
  preparing({ text: 'Preparing…' })
  // A browser that goes away before the first byte ends a body that has not begun, and that ends nothing itself.
  request.signal.addEventListener('abort', () => void notes.close(), { once: true })
  try {
    const download = await run.callInside(() => found.from(preparing))
    assertSize(download)
    const file = download.name ?? found.file
    const body = sent(program, run, { record, download, file, notes })
    return downloadResponse(program, download, file, body)
  } catch (error) {
    run.close()
    await notes.close()
    await sessions.noteDownload(record.idHash, undefined, clock())
    return failedResponse(program, back, error)
  }
}

/**
 * The bytes as they leave. The outcome is stored before the browser can tell that it has them all: before the last
 * piece where the size is known, else before the end.
 */
async function* sent(
  program: Program,
  run: ScriptRun,
  { record, download, file, notes }: Sending,
): AsyncGenerator<Uint8Array> {
  const { size } = download
  const last: Uint8Array[] = []
  let bytes = 0
  let isWhole = false
  const note = () => {
    const progress = download.progress?.() ?? { text: file }
    notes.note({ ...progress, file, bytes, ...(size !== undefined && { size }) })
  }
  const noting = setInterval(note, NOTE_MS)
  try {
    note()
    for await (const chunk of download.body) {
      bytes += chunk.byteLength
      if (size !== undefined && bytes > size) throw wrongSize(size, bytes)
      if (bytes === size) last.push(chunk)
      else yield chunk
    }
    if (size !== undefined && bytes !== size) throw wrongSize(size, bytes)
    const summary = download.outcome?.() ?? { files: [{ name: file, size: bytes }], failures: [] }
    await notes.close()
    await finishDownload(program.identity, record, { ...summary, file, bytes })
    isWhole = true
    yield* last
  } catch (error) {
    program.log({ level: 'warn', message: 'A download broke off.', error })
    throw error
  } finally {
    clearInterval(noting)
    run.close()
    await notes.close()
    // Also where the person has ended it: the page must not show for ever that it is being sent.
    if (!isWhole) await breakDownload(program.identity, record, file, download.outcome?.())
  }
}

/** A download that is on its way. */
interface Sending {
  readonly record: DownloadRecord
  readonly download: Download
  readonly file: string
  readonly notes: DownloadNotes
}

/** How often it is looked at how far a download has come. */
const NOTE_MS = 500

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

/** Browsers would take the file for whole, or the rest of it for another answer. */
function wrongSize(size: number, bytes: number): ThroughlineError {
  return new ThroughlineError(
    'server.download-size',
    `A download's "size" is ${size}, and its body gave ${bytes} bytes. Give the exact length, or leave it out.`,
    { attribution: 'script', details: { size, bytes } },
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

function failedResponse(program: Program, page: string, error: unknown): Response {
  const id = createErrorId(program.identity.random)
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
