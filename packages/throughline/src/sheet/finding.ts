/*
 * What somebody who looks whether all is right has found: one sentence each, and what to do where it is not.
 */
import type { ThroughlineError } from '../base/error.ts'

/** One finding. A hint is worth knowing, and nothing that must be mended. */
export interface Finding {
  readonly state: 'right' | 'hint' | 'wrong'
  readonly text: string
}

/** More of a kind are only counted. */
const MOST_FINDINGS = 20

/** Says that something is as it should be. */
export function right(text: string): Finding {
  return { state: 'right', text }
}

/** Says something that is worth knowing. */
export function hint(text: string): Finding {
  return { state: 'hint', text }
}

/** Says what is wrong, and what to do. */
export function wrong(text: string): Finding {
  return { state: 'wrong', text }
}

/**
 * Says that the sealing keys are not those that a place was sealed with.
 *
 * @param place The database or the sheet, as a sentence names it.
 * @param error Why its MAC key does not open.
 */
export function wrongKeys(place: string, error: ThroughlineError): Finding {
  const { keyId } = error.details
  const why =
    typeof keyId === 'string'
      ? `the key \`${keyId}\` is missing. Put it back behind the others.`
      : 'another key stands there under the same id, or the MAC key was altered. Give the keys that the program had.'
  return wrong(`The sealing keys are not those of ${place}: ${why}`)
}

/** Shows the first of many findings of a kind, and counts the others. */
export function firstOf(findings: readonly Finding[]): readonly Finding[] {
  const [shown, more] = [findings.slice(0, MOST_FINDINGS), findings.slice(MOST_FINDINGS)]
  if (more.length === 0) return shown
  const state = more.some((one) => one.state === 'wrong') ? 'wrong' : 'hint'
  return [...shown, { state, text: `… and ${more.length} more.` }]
}
