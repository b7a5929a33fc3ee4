/*
 * How often one answer plays: a script that asks to run again, always, must not run for ever.
 */
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import type { RunEnd } from './control-signal.ts'

/** Reruns and page switches of one answer. */
const MOST_PLAYS = 20

/** What a play's end means for the request: an account that must be connected again is met by a further play. */
export function withinLimit(end: RunEnd, plays: number, page: string): RunEnd {
  const isBroken = end.kind === 'failed' && isThroughlineError(end.error, 'vault.needs-reconnect')
  const meant: RunEnd = isBroken ? { kind: 'rerun' } : end
  if (plays < MOST_PLAYS || (meant.kind !== 'rerun' && meant.kind !== 'switched')) return meant
  return { kind: 'failed', error: isBroken ? end.error : tooManyPlays(page) }
}

function tooManyPlays(page: string): ThroughlineError {
  return new ThroughlineError(
    'script.too-many-reruns',
    `Page "${page}" asked to run again ${MOST_PLAYS} times in a row. Put rerun() or switchPage() behind a condition ` +
      'that the next run no longer meets.',
    { attribution: 'script' },
  )
}
