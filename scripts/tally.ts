/*
 * What a check counted, and the closing line that says it. Knows nothing of how anything was counted.
 */

/** A test that did not run, and why. */
export interface SkippedTest {
  readonly name: string
  /** Path from the root of the repository. */
  readonly file: string
  readonly reason: string
}

/** Something that went wrong, ready to print. */
export interface Failure {
  /** What failed, on one line. */
  readonly title: string
  /** What a reader needs to find the cause. May have many lines, may be empty. */
  readonly detail: string
}

/** Counts of one check or of many. */
export interface Tally {
  readonly passed: number
  readonly failures: readonly Failure[]
  readonly skipped: readonly SkippedTest[]
}

/** A tally of one thing that passed. */
export const ONE_PASSED: Tally = { passed: 1, failures: [], skipped: [] }

/** Makes a tally of one failure. */
export function oneFailed(title: string, detail = ''): Tally {
  return { passed: 0, failures: [{ title, detail }], skipped: [] }
}

/** Adds tallies up; none give zero. */
export function sumOf(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failures: tallies.flatMap((tally) => tally.failures),
    skipped: tallies.flatMap((tally) => tally.skipped),
  }
}

/** Writes the closing line: `N passed, N failed`, and `, N skipped` where any were. */
export function closingLine(tally: Tally): string {
  const skipped = tally.skipped.length === 0 ? '' : `, ${tally.skipped.length} skipped`
  return `${tally.passed} passed, ${tally.failures.length} failed${skipped}`
}
