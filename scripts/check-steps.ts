/*
 * The steps of `npm test`, in order: what each runs. Knows nothing of how a step is run or counted.
 */

/** One program to run; it passes where the program ends with 0. */
export interface CommandStep {
  readonly kind: 'command'
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

/** Test files to run. At least one must match and at least one test must run. */
export interface TestStep {
  readonly kind: 'tests'
  readonly name: string
  /** Patterns from the root of the repository. */
  readonly files: readonly string[]
  /** Patterns taken out again; they belong to another step. */
  readonly except?: readonly string[]
  /** How many files run at the same time. */
  readonly concurrency: number
  /** Whether what it writes and leaves is searched for the secrets that travelled in it (no). */
  readonly isSearched?: boolean
  /** A program that must end with 0 first. */
  readonly needs?: readonly [string, ...string[]]
}

/** One step of `npm test`. */
export type Step = CommandStep | TestStep

/** Every test file of the repository. Each must belong to exactly one step. */
export const ALL_TEST_FILES = '**/*.test.ts'

/** The steps, quick ones first. */
export const STEPS: readonly Step[] = [
  { kind: 'command', name: 'format', command: ['oxfmt', '--check', '.'] },
  { kind: 'command', name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { kind: 'command', name: 'types', command: ['tsc', '-p', '.'] },
  {
    kind: 'command',
    name: 'types-browser',
    command: ['tsc', '-p', 'packages/throughline/src/browser'],
  },
  { kind: 'command', name: 'unused', command: ['knip'] },
  {
    kind: 'tests',
    name: 'repository',
    files: ['scripts/**/*.test.ts'],
    except: ['scripts/package.test.ts'],
    concurrency: 2,
  },
  {
    kind: 'tests',
    name: 'unit',
    files: ['packages/*/src/**/*.test.ts', 'apps/**/*.test.ts'],
    concurrency: 2,
    isSearched: true,
  },
  {
    kind: 'tests',
    name: 'contract',
    files: ['packages/*/test/contract/**/*.test.ts'],
    concurrency: 2,
    isSearched: true,
  },
  {
    kind: 'tests',
    name: 'conformance',
    files: ['packages/*/test/conformance/**/*.test.ts'],
    concurrency: 2,
    isSearched: true,
  },
  {
    kind: 'tests',
    name: 'journeys',
    files: ['packages/*/test/**/*.test.ts'],
    except: ['packages/*/test/{contract,conformance,browser}/**/*.test.ts'],
    concurrency: 2,
    isSearched: true,
  },
  {
    kind: 'tests',
    name: 'browser',
    files: ['packages/*/test/browser/**/*.test.ts'],
    concurrency: 1,
    isSearched: true,
    needs: ['node', 'scripts/build-browser.ts'],
  },
  {
    kind: 'tests',
    name: 'package',
    files: ['scripts/package.test.ts'],
    concurrency: 1,
    needs: ['node', 'scripts/build.ts'],
  },
]
