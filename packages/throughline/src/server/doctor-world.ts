/*
 * What `throughline doctor` looks at, and with what.
 */
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Environment } from './environment.ts'

/** The settings of a program, and the world around it. */
export interface DoctorWorld {
  readonly env: Environment
  /** That relative paths start from. */
  readonly folder: string
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly random: Random
}
