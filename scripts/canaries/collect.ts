/*
 * Loaded into every process of tests that is searched: notes the secrets that travel there, and keeps what is removed.
 *
 * Secrets are read off the wire, where they come and go as they must: authorization and token requests, their answers,
 * cookies. Tests tell of those that do not travel. Nothing of it changes what a test sees.
 */
import { subscribe } from 'node:diagnostics_channel'
import fs, { appendFileSync, copyFileSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join, resolve, sep } from 'node:path'
import { inspect } from 'node:util'

import { TOLD_CHANNEL, type Told } from '../../packages/throughline/src/testing/told.ts'
import { isRandom } from './forms.ts'
import { RUN_FOLDER_VARIABLE, runFolderAt } from './run-folder.ts'

const run = runFolderAt(process.env[RUN_FOLDER_VARIABLE] ?? '')
const noted = new Set<string>()
let keptCount = 0

/** Members of requests, answers and addresses whose values are secrets. */
const SECRET_MEMBERS =
  'code|state|nonce|code_verifier|client_secret|access_token|refresh_token|id_token|token|assertion'
const IN_JSON = new RegExp(`"(${SECRET_MEMBERS})"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`, 'g')
const SECRET_NAMES = new Set(SECRET_MEMBERS.split('|'))

function note(name: string, secret: string | Uint8Array): void {
  if (typeof secret === 'string' && !isRandom(secret)) return
  const line = `${name} ${Buffer.from(secret).toString('hex')}\n`
  if (noted.has(line)) return
  noted.add(line)
  appendFileSync(join(run.secrets, `${process.pid}.txt`), line)
}

function noteForm(text: string): void {
  for (const [name, value] of new URLSearchParams(text)) {
    if (SECRET_NAMES.has(name)) note(name, value)
  }
}

function noteJson(text: string): void {
  for (const [, name = '', value = ''] of text.matchAll(IN_JSON)) note(name, value)
}

function noteQuery(path: string): void {
  noteForm(path.slice(path.indexOf('?') + 1))
}

function noteAuthorization(text: string): void {
  const [, scheme = '', credentials = ''] = /^(\S+) (\S+)$/.exec(text) ?? []
  if (/^bearer$/i.test(scheme)) note('access_token', credentials)
  if (!/^basic$/i.test(scheme)) return
  const secret = Buffer.from(credentials, 'base64')
    .toString()
    .replace(/^[^:]*:/, '')
  note('client_secret', secret)
}

function noteCookies(text: string): void {
  for (const [, unguessable = '', proof = ''] of text.matchAll(
    /tl-session(?:-\d+)?=[0-9a-z]+\.([\w-]+)\.([\w-]+)/g,
  )) {
    note('cookie', unguessable)
    note('cookie', proof)
  }
}

/** Moves what is to be removed, which costs nothing; true where it is gone by that. */
function keep(path: unknown): boolean {
  const at = resolve(String(path))
  if (!at.startsWith(run.temporary + sep)) return false
  try {
    renameSync(at, join(run.kept, nameOfKept(at)))
    return true
  } catch {
    return false
  }
}

function nameOfKept(path: string): string {
  keptCount += 1
  return `${process.pid}-${keptCount}-${basename(path)}`
}

/** Copies what is gone once a folder's databases are closed: their logs. */
function keepCopies(folder: string): void {
  const copy = join(run.kept, nameOfKept(folder))
  mkdirSync(copy)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (/-(?:wal|shm)$/.test(entry.name))
      copyFileSync(join(folder, entry.name), join(copy, entry.name))
  }
}

function hear(told: Told): void {
  if (told.kind === 'secret') note(told.name, told.secret)
  else if (told.kind === 'folder') keepCopies(told.path)
  else {
    const { entry } = told
    const text = typeof entry === 'string' ? entry : inspect(entry, { depth: Infinity })
    appendFileSync(join(run.logs, `${process.pid}.txt`), `${text}\n`)
  }
}

/** A request of undici's, as its channels show it: headers are names and values in turn. */
interface SentRequest {
  readonly path: string
  readonly headers: readonly string[]
}

function watchWire(): void {
  subscribe('undici:request:create', (message) => {
    const { path, headers } = (message as { request: SentRequest }).request
    noteQuery(path)
    headers.forEach((name, at) => {
      if (/^authorization$/i.test(name)) noteAuthorization(headers[at + 1] ?? '')
    })
  })
  const noteChunk = (message: unknown) => {
    const text = Buffer.from((message as { chunk: Uint8Array | string }).chunk).toString()
    // Forms and JSON of these endpoints are small; what is large has nothing to note.
    if (text.length > 64_000) return
    noteJson(text)
    if (/^[\w%.*+=&~-]+$/.test(text)) noteForm(text)
  }
  subscribe('undici:request:bodyChunkSent', noteChunk)
  subscribe('undici:request:bodyChunkReceived', noteChunk)
  subscribe('http.server.request.start', (message) => {
    const { url = '', headers } = (message as { request: IncomingMessage }).request
    if (url.includes('?')) noteQuery(url)
    noteAuthorization(headers.authorization ?? '')
    noteCookies(headers.cookie ?? '')
  })
}

/** Puts a removal in the place of the platform's, wherever it was imported. */
function keepWhatIsRemoved(): void {
  const { rmSync } = fs
  const { rm } = fs.promises
  fs.rmSync = (path, options) => {
    if (!keep(path)) rmSync(path, options)
  }
  fs.promises.rm = async (path, options) => {
    if (!keep(path)) await rm(path, options)
  }
  syncBuiltinESMExports()
}

if (process.env[RUN_FOLDER_VARIABLE] !== undefined) {
  watchWire()
  keepWhatIsRemoved()
  subscribe(TOLD_CHANNEL, (told) => hear(told as Told))
}
