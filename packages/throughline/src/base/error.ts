/*
 * The one error class, and who must act on an error.
 *
 * A code is `<folder>.<what-happened>`; the attribution decides who is shown what: an author sees everything
 * in development, a person sees a plain sentence and an id. Details never hold a secret.
 */

/** Who must act: the script's author, the person, the provider, the operator, or we ourselves. */
export type Attribution = 'script' | 'person' | 'provider' | 'operator' | 'framework'

/** What an error says beyond its message. */
export interface ErrorOptions {
  /** Who must act. */
  readonly attribution: Attribution
  /** Facts for the reader: expected, received, path, the provider's own `error`. Never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean | undefined>>
  /** The original error, when it is safe to print. */
  readonly cause?: unknown
}

/** Every error that Throughline throws on purpose. */
export class ThroughlineError extends Error {
  override readonly name: string = 'ThroughlineError'
  /** `<folder>.<what-happened>`, stable across releases. */
  readonly code: string
  /** Who must act. */
  readonly attribution: Attribution
  /** Facts for the reader, never a secret; empty where the message says all. */
  readonly details: Readonly<Record<string, string | number | boolean | undefined>>

  constructor(code: string, message: string, options: ErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.attribution = options.attribution
    this.details = options.details ?? {}
  }
}

/** Tells whether a thrown value is ours and, when a code is given, whether it has that code. */
export function isThroughlineError(thrown: unknown, code?: string): thrown is ThroughlineError {
  return thrown instanceof ThroughlineError && (code === undefined || thrown.code === code)
}

/** Tells whether an error's message was written for the person who uses the app. */
export function isForPerson(thrown: unknown): thrown is ThroughlineError {
  return isThroughlineError(thrown) && thrown.attribution === 'person'
}

/** Fails a branch that the types rule out. */
export function assertNever(value: never): never {
  throw new ThroughlineError('base.impossible', `Impossible value ${JSON.stringify(value)}`, {
    attribution: 'framework',
  })
}
