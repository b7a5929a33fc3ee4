/*
 * The operator's log: sentences for a terminal, JSON lines for a machine. Nothing of an error but what was made to be
 * read: its message, its details, its stack.
 */
import { stripVTControlCharacters } from 'node:util'
import pino from 'pino'
import { isThroughlineError } from '../base/error.ts'
import type { LogEntry } from './program.ts'

/** JSON lines: a request that was answered on standard output, all else on standard error. */
export function createJsonLog(): (entry: LogEntry) => void {
  const logger = pino({ base: null }, pino.destination({ dest: 2, sync: true }))
  const accesses = pino({ base: null }, pino.destination({ dest: 1, sync: true }))
  return ({ level, message, error, id, event, access }) => {
    if (access !== undefined) return accesses[level](access, message)
    logger[level]({ ...(id === undefined ? {} : { id }), ...event, ...toFields(error) }, message)
  }
}

/**
 * One sentence per entry on standard error, with the stack of what was not thrown on purpose.
 *
 * @param showsEvents Whether events are written too; an author who looks on has no need of them (no).
 */
export function createTerminalLog(
  write: (text: string) => void = (text) => process.stderr.write(text),
  showsEvents = false,
): (entry: LogEntry) => void {
  return ({ level, message, error, id, event, access }) => {
    if (access !== undefined) return
    if (event !== undefined) {
      if (showsEvents) write(`[${level}] ${Object.values(event).map(harmless).join(' ')}\n`)
      return
    }
    const mark = id === undefined ? level : `${level} ${id}`
    const { error: said, stack } = toFields(error)
    const lines = [`[${mark}] ${message}${said === undefined ? '' : ` ${said}`}`]
    if (stack !== undefined && !isThroughlineError(error)) lines.push(stack)
    write(`${lines.map(cut).map(harmless).map(asOneEntry).join('\n')}\n`)
  }
}

/** Characters of a message, and of a stack: what strips them takes longer than the square of them. */
const LONGEST = 5000

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** What others wrote must not steer the terminal, nor stand over what we wrote. */
function harmless(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\t\n]|\p{Bidi_Control}/gu, '')
}

/** No line but the first may begin as an entry does. */
function asOneEntry(text: string): string {
  return text.replaceAll(/[\n\u2028\u2029]\[/g, '\n  [')
}

interface ErrorFields {
  readonly error?: string
  readonly code?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly stack?: string | undefined
}

function toFields(error: unknown): ErrorFields {
  if (error === undefined) return {}
  if (isThroughlineError(error)) {
    return { code: error.code, error: error.message, details: error.details, stack: error.stack }
  }
  if (error instanceof Error) return { error: error.message, stack: error.stack }
  return { error: typeof error === 'string' ? error : `A ${typeof error} was thrown.` }
}
