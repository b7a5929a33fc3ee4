/*
 * The bytes of a download as they leave, noted as they go, and what is kept where they end: an outcome after the last
 * byte, else a sentence to the person.
 */
import { ThroughlineError } from '../base/error.ts'
import type { Download, DownloadProgress, DownloadSummary } from '../context/download.ts'
import type { ScriptRun } from '../script/run.ts'
import type { DownloadRecord } from '../store/session-store.ts'
import type { DownloadNotes } from './download-notes.ts'
import { breakDownload, finishDownload, type Broken } from './download-press.ts'
import type { Program } from './program.ts'
import { whileSignedIn } from './while-signed-in.ts'

/** How often it is looked at how far a download has come. */
const NOTE_MS = 500

/** What a download is sent with. */
export interface Sending {
  readonly program: Program
  readonly run: ScriptRun
  readonly record: DownloadRecord
  readonly notes: DownloadNotes
  /** Aborted when the browser has gone. */
  readonly signal: AbortSignal
}

/**
 * Sends. The first piece is empty: whoever has taken it can end the rest.
 *
 * The outcome is stored before the browser can tell that it has all bytes: before the last piece where the size is
 * known, else before the end.
 *
 * @throws `server.download-size` when the body gave more or fewer bytes than its size.
 */
export async function* sendDownload(
  sending: Sending,
  download: Download,
  file: string,
): AsyncGenerator<Uint8Array> {
  const { program, run, record, notes, signal } = sending
  const { size } = download
  const sized = size === undefined ? {} : { size }
  const ask = createAsking(program, download, file)
  const last: Uint8Array[] = []
  let bytes = 0
  let isWhole = false
  let broken: Promise<void> | undefined
  const note = () => notes.note({ ...ask(), file, bytes, ...sized })
  // Called where the browser has gone, too: a body that waits for its source would keep that from everybody.
  const breakOff = () =>
    (broken ??= breakSending(sending, { ...summaryOf(program, download), file, bytes, ...sized }))
  const noting = setInterval(note, NOTE_MS).unref()
  const leave = () => void breakOff()
  signal.addEventListener('abort', leave, { once: true })
  try {
    note()
    yield new Uint8Array()
    for await (const chunk of whileSignedIn(program, record.sessionKey, download.body)) {
      bytes += chunk.byteLength
      if (size !== undefined && bytes > size) throw wrongSize(size, bytes)
      if (bytes === size) last.push(chunk)
      else yield chunk
    }
    if (size !== undefined && bytes !== size) throw wrongSize(size, bytes)
    signal.removeEventListener('abort', leave)
    if (signal.aborted) return
    const summary = download.outcome?.() ?? { files: [{ name: file, size: bytes }], failures: [] }
    await notes.close()
    await finishDownload(program.identity, record, { ...summary, file, bytes })
    isWhole = true
    yield* last
  } catch (error) {
    program.log({ level: 'warn', message: 'A download broke off.', error })
    throw error
  } finally {
    signal.removeEventListener('abort', leave)
    clearInterval(noting)
    run.close()
    if (!isWhole) await breakOff()
  }
}

/** Ends what is not sent to its last byte: the page must not show for ever that it is. */
export async function breakSending(
  { program, record, notes }: Sending,
  broken: Broken,
): Promise<void> {
  await notes.close()
  try {
    await breakDownload(program.identity, record, broken)
  } catch (error) {
    program.log({ level: 'warn', message: 'The end of a download could not be told.', error })
  }
}

/** Asks the script how far it is. One that fails is told to the operator once and asked no more. */
function createAsking(program: Program, download: Download, file: string): () => DownloadProgress {
  let isBroken = false
  return () => {
    const unknown = { text: file }
    if (isBroken || download.progress === undefined) return unknown
    try {
      return download.progress()
    } catch (error) {
      isBroken = true
      program.log({ level: 'error', message: 'A download\'s "progress" failed.', error })
      return unknown
    }
  }
}

/** What the script says of a download that was cut short, which it may not have been made for. */
function summaryOf(program: Program, download: Download): Partial<DownloadSummary> {
  try {
    return download.outcome?.() ?? {}
  } catch (error) {
    program.log({ level: 'warn', message: 'A download\'s "outcome" failed.', error })
    return {}
  }
}

/** Browsers would take the file for whole, or the rest of it for another answer. */
function wrongSize(size: number, bytes: number): ThroughlineError {
  return new ThroughlineError(
    'server.download-size',
    `A download's "size" is ${size}, and its body gave ${bytes} bytes. Give the exact length, or leave it out.`,
    { attribution: 'script', details: { size, bytes } },
  )
}
