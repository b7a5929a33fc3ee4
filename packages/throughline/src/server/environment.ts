/*
 * Single variables of the environment, each mistake answered by a sentence.
 */
import { ThroughlineError } from '../base/error.ts'

/** The environment's variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where a program listens when nothing else is said. */
export const DEFAULT_PORT = 3000
/** How long requests under way may take at the end. */
export const GRACE_SECONDS = 10
/** The same for an author, who presses Ctrl-C or saves a file and does not want to wait. */
export const DEVELOPMENT_GRACE_SECONDS = 1
/** The variable that says so. */
export const GRACE = 'THROUGHLINE_GRACE_SECONDS'

/**
 * Reads a port from the environment.
 *
 * @throws `server.bad-setting`
 */
export function readPort(env: Environment, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= 0 && port <= 65_535) return port
  throw badSetting(`${name} is "${text}", expected a port from 0 to 65535 (0: any free one).`)
}

/**
 * Reads a number of seconds from the environment.
 *
 * @throws `server.bad-setting`
 */
export function readSeconds(env: Environment, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw badSetting(`${name} is "${text}", expected whole seconds.`)
}

/** What the log is written as. */
export type LogKind = 'sentences' | 'json'

/**
 * Reads `THROUGHLINE_LOG`.
 *
 * @throws `server.bad-setting`
 */
export function readLogKind(env: Environment, fallback: LogKind): LogKind {
  const kind = env['THROUGHLINE_LOG'] || fallback
  if (kind === 'json' || kind === 'sentences') return kind
  throw badSetting(`THROUGHLINE_LOG is "${kind}", expected sentences or json.`)
}

/** The error for a variable that cannot be used. */
export function badSetting(message: string): ThroughlineError {
  return new ThroughlineError('server.bad-setting', message, { attribution: 'operator' })
}
