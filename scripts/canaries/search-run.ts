/*
 * Searches all that a run of tests has left for the secrets that travelled in it.
 */
import {
  closeSync,
  globSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs'
import { join, relative } from 'node:path'

import type { RunFolder } from './run-folder.ts'
import { prepareSearch, type Canary, type Search } from './search.ts'

/** What a search has come to. */
export interface SearchedRun {
  /** Where a secret stands: a line each. */
  readonly found: readonly FoundCanary[]
  /** How many different secrets of each name were looked for. */
  readonly secrets: ReadonlyMap<string, number>
  /** How many files were searched. */
  readonly files: number
  readonly bytes: number
}

/** One secret in one file. */
export interface FoundCanary {
  readonly name: string
  /** Path from the folder of the run. */
  readonly file: string
}

const CHUNK_BYTES = 16 * 1024 * 1024
/** Nothing of ours writes as much but archives of films: of these only the beginning is searched. */
const MOST_BYTES = 64 * 1024 * 1024
/** Longer than any form: what stands across the end of a chunk stands whole in the next. */
const OVERLAP_BYTES = 256 * 1024

/** Searches a run; `isAllowed` tells of files that hold a secret on purpose. */
export function searchRun(
  run: RunFolder,
  isAllowed: (found: FoundCanary) => boolean = () => false,
): SearchedRun {
  const canaries = loadCanaries(run)
  const search = prepareSearch(canaries)
  const found: FoundCanary[] = []
  let files = 0
  let bytes = 0
  for (const folder of [run.output, run.logs, run.kept, run.temporary]) {
    for (const file of filesBelow(folder)) {
      files += 1
      bytes += Math.min(statSync(file).size, MOST_BYTES)
      for (const name of searchFile(search, file)) {
        const place = { name, file: relative(run.path, file) }
        if (!isAllowed(place)) found.push(place)
      }
    }
  }
  const secrets = new Map<string, number>()
  for (const { name } of canaries) secrets.set(name, (secrets.get(name) ?? 0) + 1)
  return { found, secrets, files, bytes }
}

function loadCanaries(run: RunFolder): readonly Canary[] {
  const lines = readdirSync(run.secrets).flatMap((file) =>
    readFileSync(join(run.secrets, file), 'utf8').split('\n'),
  )
  return [...new Set(lines)].filter(Boolean).map((line) => {
    const [name = '', hex = ''] = line.split(' ')
    return { name, secret: Buffer.from(hex, 'hex') }
  })
}

function filesBelow(folder: string): readonly string[] {
  return globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function searchFile(search: Search, file: string): readonly string[] {
  const handle = openSync(file, 'r')
  const buffer = Buffer.alloc(Math.min(statSync(file).size, CHUNK_BYTES))
  const found = new Set<string>()
  try {
    for (let position = 0; position < MOST_BYTES; position += CHUNK_BYTES - OVERLAP_BYTES) {
      const read = readSync(handle, buffer, 0, buffer.length, position)
      for (const name of search(buffer.subarray(0, read))) found.add(name)
      if (read < CHUNK_BYTES) break
    }
    return [...found]
  } finally {
    closeSync(handle)
  }
}
