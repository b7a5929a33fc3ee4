/*
 * A widget as a run has reached it, and what is said when a page has two that can't be told apart.
 */
import { ThroughlineError } from '../base/error.ts'
import type { WidgetIdentity } from '../context/run-context.ts'
import { placeOf, type CallSite } from './call-site.ts'

/** A widget that a run has reached. */
export interface ClaimedWidget extends WidgetIdentity {
  /** Where the author wrote it; known in development only. */
  readonly site: CallSite | undefined
  /** Whether the person enters something in it; a button has nothing to enter. */
  readonly hasInput: boolean
}

/** Builds the error for two widgets of one page that would be the same one; both lines are named. */
export function duplicateWidget(first: ClaimedWidget, second: ClaimedWidget): ThroughlineError {
  const { kind, label, key } = second
  const alike = key === undefined ? `the label "${label}"` : `the key "${key}"`
  const advice =
    key === undefined
      ? 'Pass { key: … } to one of them.'
      : 'Keys must differ within a page and kind.'
  return new ThroughlineError(
    'script.duplicate-widget',
    `Two widgets of kind ${kind} have ${alike} (${placeOf(first.site)} and ${placeOf(second.site)}). ${advice}`,
    { attribution: 'script' },
  )
}
