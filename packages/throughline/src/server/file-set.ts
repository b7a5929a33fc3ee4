/*
 * The files of a set: what a press has offered, found again by the id that the press was answered with.
 *
 * Each file's URL carries a proof over its place and key: it leads to that very file or nowhere, and to no other.
 */
import type { FileSet, OfferedFile } from '../context/offered-file.ts'
import { hashOf, isMac, mac } from '../crypto/mac.ts'
import { toFileNames } from '../protocol/file-name.ts'
import { FILE_PATH } from '../protocol/paths.ts'
import type { ScriptRun } from '../script/run.ts'
import type { DownloadRecord, SessionRecord } from '../store/session-store.ts'
import { encodeName } from './attachment.ts'
import { isStanding, openPressed, type PressedDownload } from './download-press.ts'
import { createFileRun } from './file-run.ts'
import type { Program } from './program.ts'

/** A press whose session and connections are still there. */
export interface StandingPress {
  readonly record: DownloadRecord
  readonly pressed: PressedDownload
  readonly session: SessionRecord
}

/** A file of a set under the name that it is saved by. */
export interface NamedFile {
  readonly file: OfferedFile
  readonly name: string
}

/**
 * Finds a press by its id; undefined when it never was, has expired, or its person has signed out or disconnected, and
 * for links also when they have connected an account since.
 */
export async function findPress(program: Program, id: string): Promise<StandingPress | undefined> {
  const { sessions, clock } = program.identity
  const record = await sessions.loadDownload(hashOf(id))
  if (record === undefined || record.expiresAt <= clock()) return undefined
  const session = await sessions.findSession(record.sessionKey)
  if (session === undefined) return undefined
  const pressed = openPressed(program.identity, record)
  if (!isStanding(pressed, await sessions.loadConnections(session.key))) return undefined
  return { record, pressed, session }
}

/** Finds the files of a press, by a run that stays open until the caller closes it; undefined when it offers none. */
export async function findFiles(
  program: Program,
  { record, pressed, session }: StandingPress,
): Promise<{ readonly run: ScriptRun; readonly files: readonly NamedFile[] } | undefined> {
  const run = await createFileRun(program, session, record, pressed)
  try {
    const end = await run.play()
    if (end.kind === 'failed') throw end.error
    if (end.kind === 'found-files' && end.set.use === pressed.use) {
      return { run, files: await nameFiles(run, end.set) }
    }
  } catch (error) {
    run.close()
    throw error
  }
  run.close()
  return undefined
}

/** Asks a script for the files of a set. */
export async function nameFiles(run: ScriptRun, set: FileSet): Promise<readonly NamedFile[]> {
  const files = await run.callInside(() => set.files())
  assertOffered(files)
  const names = toFileNames(files.map(({ name }) => name))
  return files.map((file, index) => ({ file, name: names[index] ?? file.name }))
}

/** The path of one file. */
export function pathOfFile(
  { identity }: Program,
  id: string,
  index: number,
  { file, name }: NamedFile,
): string {
  const proof = mac(identity.ring, 'download', proven(id, index, file.key))
  return `${FILE_PATH}${id}/${index}-${proof}/${encodeName(name)}`
}

/** Finds the file that a path's place stands for; undefined when another is there now. */
export function fileAt(
  { identity }: Program,
  files: readonly NamedFile[],
  id: string,
  place: string,
): NamedFile | undefined {
  const found = /^(\d{1,7})-([\w-]{43})$/.exec(place)
  if (found === null) return undefined
  const index = Number(found[1])
  const named = files[index]
  if (named === undefined) return undefined
  const isOurs = isMac(identity.ring, 'download', proven(id, index, named.file.key), found[2] ?? '')
  return isOurs ? named : undefined
}

function proven(id: string, index: number, key: string): string {
  return `${id}/${index}/${key}`
}

/** What a script gives is checked where it is used: nothing else sees it before. */
function assertOffered(files: unknown): asserts files is readonly OfferedFile[] {
  if (!Array.isArray(files)) {
    throw new TypeError('"files" gave no array. Return one { key, name, open } per file.')
  }
  const keys = new Set<string>()
  for (const [index, file] of (files as readonly Partial<OfferedFile>[]).entries()) {
    const place = `File ${index + 1} of ${files.length}`
    if (typeof file.key !== 'string' || typeof file.name !== 'string') {
      throw new TypeError(`${place} has no "key" or no "name". Give it both, as strings.`)
    }
    if (typeof file.open !== 'function') {
      throw new TypeError(`${place} has no "open". Write { open: async (start) => … }.`)
    }
    if (file.size !== undefined && !(Number.isSafeInteger(file.size) && file.size >= 0)) {
      throw new TypeError(
        `${place} has the "size" ${file.size}, expected its exact length in bytes. Leave it out where it is not known.`,
      )
    }
    if (keys.has(file.key)) {
      throw new TypeError(`${place} has the key of another. A key names one file only.`)
    }
    keys.add(file.key)
  }
}
