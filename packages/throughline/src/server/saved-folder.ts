/*
 * What the program in the page is told of the files that it saves into a folder, and what it tells of them.
 *
 * Names and keys are the script's own; the browser says only which files it has saved, how long, and why others not.
 */
import type { DownloadOutcome } from '../context/download.ts'
import { toFileName } from '../protocol/file-name.ts'
import type { FolderList, SavedFiles } from '../protocol/folder.ts'
import { finishDownload } from './download-press.ts'
import { findFiles, pathOfFile, type NamedFile, type StandingPress } from './file-set.ts'
import { withCommonHeaders } from './headers.ts'
import { readBody, readFields } from './interaction.ts'
import { notFoundResponse, refusalResponse } from './plain-pages.ts'
import type { Program } from './program.ts'

/** Longest reason that is passed on, in characters. */
const REASON_CHARACTERS = 300

/** Answers with the list of the files. */
export async function listFolder(
  program: Program,
  press: StandingPress,
  id: string,
): Promise<Response> {
  const found = await findFiles(program, press)
  if (found === undefined) return notFoundResponse(program)
  found.run.close()
  const files = found.files.map((named, index) => ({
    name: named.name,
    url: pathOfFile(program, id, index, named),
    ...(named.file.size === undefined ? {} : { size: named.file.size }),
  }))
  const headers = new Headers({ 'content-type': 'application/json' })
  return new Response(JSON.stringify({ files } satisfies FolderList), {
    headers: withCommonHeaders(program, headers),
  })
}

/** Keeps what came of the saving, for the script's next run. */
export async function takeOutcome(
  program: Program,
  request: Request,
  press: StandingPress,
): Promise<Response> {
  const body = await readBody(request)
  if (typeof body !== 'string') return refusalResponse(program, body)
  const told = readSaved(body)
  if (told === undefined) {
    return refusalResponse(program, { status: 400, sentence: 'That is no outcome.' })
  }
  const found = await findFiles(program, press)
  if (found === undefined) return notFoundResponse(program)
  found.run.close()
  await finishDownload(program.identity, press.record, toOutcome(found.files, told))
  return new Response(null, { status: 204, headers: withCommonHeaders(program, new Headers()) })
}

/** Puts the script's own names and keys to what the browser has told; each file counts once. */
function toOutcome(named: readonly NamedFile[], told: SavedFiles): DownloadOutcome {
  const seen = new Set<number>()
  const take = (index: number) => {
    const found = seen.has(index) ? undefined : named[index]
    seen.add(index)
    return found
  }
  const files = told.saved.flatMap(([index, size]) => {
    const found = take(index)
    return found === undefined ? [] : [{ name: found.name, size, key: found.file.key }]
  })
  const failures = told.failed.flatMap(([index, reason]) => {
    const found = take(index)
    const shown = reason.slice(0, REASON_CHARACTERS)
    return found === undefined ? [] : [{ title: found.name, reason: shown, key: found.file.key }]
  })
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return { file: toFileName(told.folder), bytes, files, failures }
}

function readSaved(body: string): SavedFiles | undefined {
  try {
    const told = JSON.parse(readFields(body)?.get('outcome') ?? '') as Partial<SavedFiles>
    const { folder, saved, failed } = told
    if (typeof folder !== 'string' || !Array.isArray(saved) || !Array.isArray(failed)) {
      return undefined
    }
    const isWhole = saved.every(
      (pair) => Array.isArray(pair) && isCount(pair[0]) && isCount(pair[1]),
    )
    const isToldWhy = failed.every(
      (pair) => Array.isArray(pair) && isCount(pair[0]) && typeof pair[1] === 'string',
    )
    return isWhole && isToldWhy ? { folder, saved, failed } : undefined
  } catch {
    return undefined
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
