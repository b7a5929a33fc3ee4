/*
 * What the operator says by variables, and how a wrong one is answered.
 */
import { ThroughlineError } from '../base/error.ts'

/** The environment's variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** `server.bad-setting`: a variable is not what it must be; the message says what was expected. */
export function badSetting(message: string): ThroughlineError {
  return new ThroughlineError('server.bad-setting', message, { attribution: 'operator' })
}
