/*
 * Saying to a person that the provider is away.
 */
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import { toReason } from '../oauth/bounded-fetch.ts'
import type { Provider } from '../providers/provider.ts'

/** The error whose sentence is for the person, whatever way the provider could not be reached. */
export function unreachable({ title }: Provider, error: unknown): ThroughlineError {
  const reason = isThroughlineError(error) ? error.details['reason'] : toReason(error)
  return new ThroughlineError(
    'connect.unreachable',
    `${title} cannot be reached just now. Nothing was lost: please try again in a few minutes.`,
    { attribution: 'person', details: { reason } },
  )
}
