/*
 * Saves one file into a folder: streamed to disk, and begun where an earlier try broke off.
 *
 *   there, of the right length         saved already
 *   there, begun by us, its tag kept   goes on from there, if the server's file is still the same
 *   there, begun by us                 from the start
 *   there, and not ours                left alone: the person's own
 *
 * The browser writes beside the file and puts it in place when it is closed. So what came before a broken connection or
 * a stop is closed and kept; what came before a crash is lost, for this one file.
 */
import { toFileName } from '../protocol/file-name.ts'
import type { FolderList } from '../protocol/folder.ts'

const MOST_TRIES = 5
const FIRST_PAUSE_MS = 1000
const MARK = 'tl-saving:'
/** Worth another try at once; all else is the server's word on this file. */
const PASSING = [202, 408, 425, 429, 503, 504]

type Listed = FolderList['files'][number]
/** Called with the bytes that are there, and how many there will be. */
type Told = (bytes: number, size: number | undefined) => void

/** The connection broke, or the server asked for patience. */
class Interrupted extends Error {}

/**
 * Saves a file.
 *
 * @returns Its length in bytes.
 * @throws `Error` whose message is for the person; `DOMException` of the file system; what `signal` says.
 */
export async function saveFile(
  folder: FileSystemDirectoryHandle,
  file: Listed,
  signal: AbortSignal,
  told: Told,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await trySaving(folder, file, signal, told)
    } catch (error) {
      if (!(error instanceof Interrupted) || signal.aborted || tries === MOST_TRIES) throw error
      await wait(FIRST_PAUSE_MS * 2 ** (tries - 1), signal)
    }
  }
}

async function trySaving(
  folder: FileSystemDirectoryHandle,
  file: Listed,
  signal: AbortSignal,
  told: Told,
): Promise<number> {
  const name = toFileName(file.name)
  const mark = MARK + JSON.stringify([folder.name, name, file.size])
  const present = await sizeOf(folder, name)
  if (present !== undefined && present === file.size) return present
  const tag = load(mark)
  const goesOn = present !== undefined && present > 0 && tag !== null && tag !== ''
  const response = await request(
    file.url,
    goesOn ? { range: `bytes=${present}-`, 'if-range': tag } : {},
    signal,
  )
  const total = totalOf(response)
  const leave = () => response.body?.cancel().catch(() => {})
  if (present !== undefined && present === total) {
    await leave()
    forget(mark)
    return present
  }
  if (response.status === 416) {
    store(mark, '')
    throw new Error('What is there is longer than it should be. Try again to begin anew.')
  }
  if (present !== undefined && present > 0 && tag === null) {
    await leave()
    throw new Error('Another file of this name is in the folder already.')
  }
  store(mark, response.headers.get('etag') ?? '')
  const from = response.status === 206 ? (present ?? 0) : 0
  const handle = await folder.getFileHandle(name, { create: true })
  const bytes = await write(handle, from, response, (count) => told(count, total))
  if (total !== undefined && bytes !== total) throw new Interrupted('The connection broke off.')
  forget(mark)
  return bytes
}

/** Writes a body behind the first bytes of a file; what has come before an error is kept. */
async function write(
  handle: FileSystemFileHandle,
  from: number,
  { body }: Response,
  told: (bytes: number) => void,
): Promise<number> {
  const file = await handle.createWritable({ keepExistingData: from > 0 })
  const reader = body?.getReader()
  let bytes = from
  try {
    await file.seek(from)
    while (reader !== undefined) {
      const { done, value } = await reader.read().catch(interrupt)
      if (done) break
      await file.write(value)
      bytes += value.byteLength
      told(bytes)
    }
  } catch (error) {
    await reader?.cancel().catch(() => {})
    await file.close().catch(() => {})
    throw error
  }
  await file.close()
  return bytes
}

async function request(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(url, { headers, signal, cache: 'no-store' }).catch(interrupt)
  if (response.ok && response.status !== 202) return response
  if (response.status === 416) return response
  const text = (await response.text().catch(() => '')).trim()
  const isText = response.headers.get('content-type')?.startsWith('text/plain') === true
  const reason = isText && text !== '' ? text : `The server answered ${response.status}.`
  throw PASSING.includes(response.status) ? new Interrupted(reason) : new Error(reason)
}

function interrupt(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error
  throw new Interrupted('The connection broke off.')
}

/** The whole file's length, as the answer tells it. */
function totalOf({ status, headers }: Response): number | undefined {
  const said =
    status === 200
      ? headers.get('content-length')
      : /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]
  return said === null || said === undefined ? undefined : Number(said)
}

async function sizeOf(folder: FileSystemDirectoryHandle, name: string) {
  try {
    return (await (await folder.getFileHandle(name)).getFile()).size
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined
    throw error
  }
}

/** Marks outlast the document: a file that was begun is known as ours. Absent where storage is forbidden. */
function load(mark: string): string | null {
  try {
    return localStorage.getItem(mark)
  } catch {
    return null
  }
}

function store(mark: string, tag: string): void {
  try {
    localStorage.setItem(mark, tag)
  } catch {
    // The file then counts as not ours, and is left alone.
  }
}

function forget(mark: string): void {
  try {
    localStorage.removeItem(mark)
  } catch {
    // Nothing was kept.
  }
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => resolve(), { once: true })
    addEventListener('online', () => resolve(), { once: true })
  })
}
