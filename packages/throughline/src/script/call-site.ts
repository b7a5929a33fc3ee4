/*
 * The author's line: where in their own code a call was made or an error came from.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A line of the author's. */
export interface CallSite {
  /** File path. */
  readonly file: string
  /** 1-based. */
  readonly line: number
}

const OWN_FOLDER = fileURLToPath(new URL('..', import.meta.url))
/** A frame of a stack, less its `at`: `page (file:///srv/script.ts:14:3)`. */
const FRAME = /[ (]((?:file:\/\/)?\/[^():]+|[A-Za-z]:\\[^():]+):(\d+):\d+\)?$/
/** A longer line is none of a stack, whatever it looks like. */
const LONGEST_FRAME = 2000
/** The first line of a stack whose file could not be read as a module: `file:///srv/script.ts:14`. */
const HEAD = /^((?:file:\/\/)?\/[^:]+|[A-Za-z]:\\[^:]+):(\d+)$/

/** Finds the first line of a stack that is neither ours, nor Node's, nor a package's. */
export function callSiteOf(stack: string | undefined): CallSite | undefined {
  const head = HEAD.exec((stack ?? '').split('\n', 1)[0] ?? '')
  if (head !== null) return { file: toFile(head[1] ?? ''), line: Number(head[2]) }
  for (const frame of (stack ?? '').split('\n').slice(1)) {
    const match = frame.length > LONGEST_FRAME ? null : FRAME.exec(frame.trim())
    if (match === null) continue
    const file = toFile(match[1] ?? '')
    if (isOwn(file) || file.includes('/node_modules/')) continue
    return { file, line: Number(match[2]) }
  }
  return undefined
}

/** Notes where the present call was made. Cheap enough for development, where it is used. */
export function currentCallSite(): CallSite | undefined {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 12
  const { stack } = new Error('call site')
  Error.stackTraceLimit = limit
  return callSiteOf(stack)
}

/** Writes a call site as `script.ts:14`. */
export function placeOf(site: CallSite | undefined): string {
  return site === undefined ? 'an unknown line' : `${site.file.split(/[/\\]/).pop()}:${site.line}`
}

/** Reads the lines around a call site, numbered, the line itself marked. Empty when it is no script or can't be read. */
export function excerptOf(site: CallSite | undefined): readonly string[] {
  if (site === undefined || !/\.[cm]?[jt]s$/.test(site.file)) return []
  try {
    const lines = readFileSync(site.file, 'utf8').split('\n')
    const first = Math.max(0, site.line - 3)
    return lines.slice(first, site.line + 2).map((text, index) => {
      const line = first + index + 1
      return `${line === site.line ? '>' : ' '} ${String(line).padStart(4)} | ${text}`
    })
  } catch {
    return []
  }
}

function toFile(place: string): string {
  return place.startsWith('file:') ? fileURLToPath(place) : place
}

function isOwn(file: string): boolean {
  return file.startsWith(OWN_FOLDER) && !file.endsWith('.test.ts')
}
