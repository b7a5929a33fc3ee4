/*
 * What somebody who looks whether all is right has found: one sentence each, and what to do where it is not.
 */

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

/** Shows the first of many findings of a kind, and counts the others. */
export function firstOf(findings: readonly Finding[]): readonly Finding[] {
  const [shown, more] = [findings.slice(0, MOST_FINDINGS), findings.slice(MOST_FINDINGS)]
  if (more.length === 0) return shown
  const state = more.some((one) => one.state === 'wrong') ? 'wrong' : 'hint'
  return [...shown, { state, text: `… and ${more.length} more.` }]
}
