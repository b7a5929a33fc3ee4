/*
 * Files of a set: `/-/file/<id>/<place>/<name>`, and for a folder button `/-/file/<id>/`, where the list is read and the
 * outcome is told.
 *
 * The files of a folder button are for the session's browser alone. A link of a list carries no cookie: whoever has it
 * has the file, until it expires or its person signs out, connects or disconnects an account. Whatever else is wrong is
 * the same 404.
 *
 * The outcome needs no form token: its address is as unguessable, and was told to this session's page alone.
 */
import { isForPerson } from '../../base/error.ts'
import type { OpenedFile } from '../../context/offered-file.ts'
import { mac } from '../../crypto/mac.ts'
import { FILE_PATH } from '../../protocol/paths.ts'
import type { ScriptRun } from '../../script/run.ts'
import { identifyBrowser } from '../../session/browser-identity.ts'
import type { Caller } from '../../session/caller.ts'
import { attachmentHeaders } from '../attachment.ts'
import { discardSource, fileBody } from '../file-body.ts'
import { readRange, type ByteRange } from '../file-range.ts'
import { fileAt, findFiles, findPress, type NamedFile, type StandingPress } from '../file-set.ts'
import { checkPost, isSpeculative } from '../guards.ts'
import { withCommonHeaders } from '../headers.ts'
import { refusalResponse } from '../plain-pages.ts'
import type { Program } from '../program.ts'
import { listFolder, takeOutcome } from '../saved-folder.ts'
import { whileSignedIn } from '../while-signed-in.ts'

/** Seconds after which one of the files that are being sent may be through. */
const RETRY_SECONDS = 5

/** Answers below {@link FILE_PATH}. */
export async function serveFile(
  program: Program,
  request: Request,
  path: string,
  { requestId }: Caller,
): Promise<Response> {
  const [id = '', place, name, ...more] = path.slice(FILE_PATH.length).split('/')
  const isSet = place === '' && name === undefined
  if (request.method === 'POST' && isSet) {
    const refusal = checkPost(request, program.publicUrl)
    if (refusal !== undefined) return refusalResponse(program, refusal)
  } else if (request.method !== 'GET' && (request.method !== 'HEAD' || isSet)) {
    return refusalResponse(program, { status: 405, sentence: 'Only GET and HEAD.' })
  }
  if (isSpeculative(request)) return noFile(program)
  const press = await findPress(program, id)
  if (press === undefined || !(await isAllowed(program, request, press))) return noFile(program)
  if (isSet && press.pressed.use === 'folder') {
    try {
      if (request.method === 'POST') return await takeOutcome(program, request, press)
      return await listFolder(program, press, id)
    } catch (error) {
      return failed(program, press, error, 'The files could not be looked up', requestId)
    }
  }
  if (place === undefined || name === undefined || more.length > 0) return noFile(program)
  const leave = program.openFiles.enter(press.record.idHash)
  if (leave === undefined) return busy(program)
  try {
    return await sendFile(program, request, press, { id, place }, leave)
  } catch (error) {
    leave()
    return failed(program, press, error, 'The file could not be opened', requestId)
  }
}

async function isAllowed(
  program: Program,
  request: Request,
  { pressed, session }: StandingPress,
): Promise<boolean> {
  if (pressed.use === 'links') return true
  if (pressed.use !== 'folder') return false
  const cookies = request.headers.get('cookie') ?? undefined
  const browser = await identifyBrowser(program.identity, cookies)
  return browser.kind === 'known' && browser.session.key === session.key
}

/** Sends a file, or a part of it; `leave` is called when no more of it is to come. */
async function sendFile(
  program: Program,
  request: Request,
  press: StandingPress,
  { id, place }: { readonly id: string; readonly place: string },
  leave: () => void,
): Promise<Response> {
  const found = await findFiles(program, press)
  const named = found && fileAt(program, found.files, id, place)
  const end = () => {
    found?.run.close()
    leave()
  }
  if (found === undefined || named === undefined) {
    end()
    return noFile(program)
  }
  try {
    return await answerFile(program, request, { ...named, run: found.run, press, end })
  } catch (error) {
    end()
    throw error
  }
}

/** A file that was found by a press, and the run that it is opened in. */
interface FoundFile extends NamedFile {
  readonly run: ScriptRun
  readonly press: StandingPress
  /** Called when no more of it is to come. */
  readonly end: () => void
}

async function answerFile(program: Program, request: Request, found: FoundFile): Promise<Response> {
  const { file, press, end } = found
  if (file.size !== undefined && request.headers.get('if-range') === null) {
    const isBeyond = readRange(request.headers.get('range'), file.size) === 'beyond'
    if (request.method === 'HEAD' || isBeyond) {
      end()
      const headers = fileHeaders(program, found, { size: file.size })
      return request.method === 'HEAD'
        ? new Response(null, { headers })
        : beyondResponse(headers, file.size)
    }
  }
  const { opened, range } = await openFor(program, request, found)
  const headers = fileHeaders(program, found, opened)
  const { size, body } = opened
  if (range === 'beyond' || size === 0 || request.method === 'HEAD') {
    await discardSource(body)
    end()
    return range === 'beyond' ? beyondResponse(headers, size) : new Response(null, { headers })
  }
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range
  const length = last - first + 1
  headers.set('content-length', String(length))
  if (range !== 'whole') headers.set('content-range', `bytes ${first}-${last}/${size}`)
  const source = whileSignedIn(program, press.session.key, body)
  const sent = fileBody(source, length, last === size - 1, (error) => {
    end()
    if (error === undefined || request.signal.aborted) return
    program.log({ level: 'warn', message: 'A file broke off.', error })
  })
  return new Response(sent, { status: range === 'whole' ? 200 : 206, headers })
}

function beyondResponse(headers: Headers, size: number): Response {
  headers.delete('content-length')
  headers.set('content-range', `bytes */${size}`)
  return new Response(null, { status: 416, headers })
}

/** Opens a file where the request wants it: from its start, unless a range fits what the file is now. */
async function openFor(
  program: Program,
  request: Request,
  { file, run }: FoundFile,
): Promise<{ readonly opened: OpenedFile; readonly range: ByteRange | 'whole' | 'beyond' }> {
  const open = (start: number) => run.callInside(() => file.open(start))
  const asked = request.method === 'GET' ? request.headers.get('range') : null
  const guess = file.size === undefined ? 'whole' : readRange(asked, file.size)
  const start = typeof guess === 'object' ? guess.first : 0
  const opened = await open(start)
  assertOpened(opened)
  const condition = request.headers.get('if-range')
  const isSame = condition === null || condition === tagOf(program, opened)
  const range = isSame ? readRange(asked, opened.size) : 'whole'
  const wanted = typeof range === 'object' ? range.first : 0
  if (wanted === start || range === 'beyond') return { opened, range }
  // The file was not what it was said to be, or nobody knew its length.
  await discardSource(opened.body)
  const again = await open(wanted)
  assertOpened(again)
  return { opened: again, range: again.size === opened.size ? range : 'beyond' }
}

function assertOpened({ size, body }: OpenedFile): void {
  if (!Number.isSafeInteger(size) || size < 0 || typeof body !== 'object') {
    throw new TypeError(
      `open() gave the "size" ${size}, expected the whole file's exact length, beside its "body".`,
    )
  }
}

function fileHeaders(
  program: Program,
  { file, name }: NamedFile,
  opened: Omit<OpenedFile, 'body'>,
): Headers {
  const headers = attachmentHeaders(program, file.type ?? 'application/octet-stream', name)
  headers.set('referrer-policy', 'no-referrer')
  headers.set('accept-ranges', 'bytes')
  headers.set('content-length', String(opened.size))
  const tag = tagOf(program, opened)
  if (tag !== undefined) headers.set('etag', tag)
  return headers
}

/** What a script calls a validator may hold anything: browsers are told its MAC. */
function tagOf(
  { identity }: Program,
  { validator }: Pick<OpenedFile, 'validator'>,
): string | undefined {
  if (validator === undefined) return undefined
  return `"${mac(identity.ring, 'download', `validator ${validator}`)}"`
}

function noFile(program: Program): Response {
  return textResponse(program, 404, 'There is no such file.')
}

function busy(program: Program): Response {
  const response = textResponse(program, 429, 'Too many of these files are being sent at once.')
  response.headers.set('retry-after', String(RETRY_SECONDS))
  return response
}

/** The person's own page may say why; whoever else has a link is told nothing. */
function failed(
  program: Program,
  { pressed }: StandingPress,
  error: unknown,
  what: string,
  id: string,
): Response {
  program.script.report(error, id)
  const reason = pressed.use === 'folder' && isForPerson(error) ? error.message : undefined
  return textResponse(program, 502, reason ?? `${what} (error id ${id}).`)
}

function textResponse(program: Program, status: number, sentence: string): Response {
  const headers = new Headers({
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': "sandbox; default-src 'none'",
  })
  withCommonHeaders(program, headers).set('referrer-policy', 'no-referrer')
  return new Response(`${sentence}\n`, { status, headers })
}
