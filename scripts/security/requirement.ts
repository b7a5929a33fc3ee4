/*
 * One requirement of security, and how it stands: data only.
 */

/**
 * - `holds`: a test shows it, and fails under a change; where no change could show it, the remark says why.
 * - `partly`: a test shows what is said; the remark says what is open.
 * - `open`: nothing shows it; what is said is what is missing.
 * - `not built`, `not applicable`: there is nothing that it could hold of; what is said is why.
 */
export type Standing = 'holds' | 'partly' | 'open' | 'not built' | 'not applicable'

/** M: must hold for a release. S: should. X: beyond that. D: a campaign against the durability of what was acked. */
export type Level = 'M' | 'S' | 'X' | 'D'

/** A requirement as a row. */
export type RequirementRow = readonly [
  id: string,
  level: Level,
  standing: Standing,
  says: string,
  remark?: string,
]

/** A requirement with names to its cells. */
export interface Requirement {
  readonly id: string
  readonly level: Level
  readonly standing: Standing
  readonly says: string
  readonly remark: string | undefined
}

/** Names the cells of a row. */
export function toRequirement([id, level, standing, says, remark]: RequirementRow): Requirement {
  return { id, level, standing, says, remark }
}
