/*
 * One change to the source under which a test must fail: data only. Knows nothing of how it is made or shown.
 */

/** One text of one file in the place of another. */
export interface Change {
  /** Path from `packages/throughline/src`, or from the root for a file elsewhere. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
}

/** One change, and the tests that must not pass with it. */
export interface Mutation extends Change {
  /** Requirements that it takes away; each stands in the name of a test that must fail. */
  readonly ids: readonly [string, ...string[]]
  /** What else has to be changed with it: a second guard, or the other end of what is changed. */
  readonly also?: readonly Change[]
  /** What is changed so that …: the end of that sentence. */
  readonly says: string
  /** Paths from `packages/throughline`, or from the root for tests elsewhere. */
  readonly tests: readonly [string, ...string[]]
  /** Picks the tests by another word than the ids; one test whose name has it must fail. */
  readonly fails?: RegExp
  /** What the test throws, where it fails by an error that reaches it and not by an assertion of its own. */
  readonly throws?: RegExp
  /** Whether the test shows it by waiting for ever (no). */
  readonly hangs?: boolean
}

/** All changes of a mutation, with their paths from the root of the repository. */
export function changesOf({ file, from, to, also = [] }: Mutation): readonly Change[] {
  return [{ file, from, to }, ...also].map((change) => ({
    ...change,
    file: toPath(change.file, 'packages/throughline/src'),
  }))
}

/** The paths of the test files from the root of the repository. */
export function testFilesOf({ tests }: Mutation): readonly string[] {
  return tests.map((file) => toPath(file, 'packages/throughline'))
}

function toPath(file: string, folder: string): string {
  return /^(?:apps|scripts)\//.test(file) ? file : `${folder}/${file}`
}

/** Each of these must stand in the name of a test that fails. */
export function wordsOf({ ids, fails }: Mutation): readonly RegExp[] {
  return fails === undefined ? ids.map(toWord) : [fails]
}

/** Makes a pattern that finds an id where it stands by itself: not `CB-02` in `CB-021`. */
export function toWord(id: string): RegExp {
  return new RegExp(`(?<![\\w-])${id}(?![\\w-])`)
}
