/*
 * The errors that every store throws alike, so that one contract suite can name them.
 */
import { ThroughlineError } from '../base/error.ts'

/** `store.no-session`: a step for a session that was forgotten, or never created. */
export function noSession(): ThroughlineError {
  return new ThroughlineError(
    'store.no-session',
    'This session is not there (any more). Create it first, or let the browser begin a new one.',
    { attribution: 'framework' },
  )
}

/** `store.name-taken`: a random id that is there already, so that it was used twice. */
export function nameTaken(): ThroughlineError {
  return new ThroughlineError(
    'store.name-taken',
    'A record with this id is kept already. Make a new random id for each one.',
    { attribution: 'framework' },
  )
}

/** `store.retired-key`: this process seals by a key that was dropped. */
export function retiredKey(): ThroughlineError {
  return new ThroughlineError(
    'store.retired-key',
    'This process seals by a key that was dropped, so nothing was written. Give it the present keys ' +
      '(THROUGHLINE_KEYS), newest first, and start it anew.',
    { attribution: 'operator' },
  )
}

/** `store.foreign-connection`: a settlement that would link an account to a session that did not ask for it. */
export function foreignConnection(): ThroughlineError {
  return new ThroughlineError(
    'store.foreign-connection',
    'The connection belongs to another session than the pending authorization. Nothing was written.',
    { attribution: 'framework' },
  )
}
