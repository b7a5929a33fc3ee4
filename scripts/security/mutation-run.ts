/*
 * Makes each change in a copy of the source, runs its tests there, and tells whether one of them saw it.
 *
 * A copy is used for one change at a time and is as it was before the next. The tests that are to fail must pass in
 * it first.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { lstatSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Change, Mutation } from './mutation.ts'
import { changesOf, testFilesOf, wordsOf } from './mutation.ts'
import { runPickedTests, type PickedTest } from './run-picked-tests.ts'

/** What came of one change. */
export interface Verdict {
  readonly mutation: Mutation
  /** Undefined where its tests saw it. */
  readonly fault: string | undefined
  /** The tests that failed by what they check. */
  readonly failed: readonly string[]
}

const TEST_TIMEOUT = 40_000
const DEADLINE = 150_000
const FOLDERS = ['packages', 'apps', 'scripts']
const FILES = ['package.json', 'package-lock.json', 'tsconfig.base.json']

/** Makes changes, a few at a time, each in a copy that no other uses; `onVerdict` hears of each as it is known. */
export async function runMutations(
  root: string,
  mutations: readonly Mutation[],
  concurrency: number,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  const waiting = mutations.values()
  const unchanged = new Map<string, Promise<string | undefined>>()
  const work = async () => {
    const copy = copySource(root)
    try {
      for (const mutation of waiting) onVerdict(await judge(copy, mutation, unchanged))
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}

/** Copies the source to a folder of its own, whose packages find one another and what is installed. */
function copySource(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'throughline-mutations-'))
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
  for (const name of [...FOLDERS, ...FILES]) {
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (path) => !/[/\\](?:node_modules|\.throughline)$/.test(path),
    })
  }
  const installed = join(root, 'node_modules')
  mkdirSync(join(copy, 'node_modules'))
  for (const name of readdirSync(installed)) {
    const path = join(installed, name)
    // A package of the workspace is a link to its folder beside: in the copy, to the copied one.
    const target = lstatSync(path).isSymbolicLink() ? readlinkSync(path) : path
    symlinkSync(target, join(copy, 'node_modules', name))
  }
  return copy
}

async function judge(
  copy: string,
  mutation: Mutation,
  unchanged: Map<string, Promise<string | undefined>>,
): Promise<Verdict> {
  const key = `${testFilesOf(mutation).join()} ${wordsOf(mutation).join()}`
  const known = unchanged.get(key) ?? runUnchanged(copy, mutation)
  unchanged.set(key, known)
  const fault = await known
  if (fault !== undefined) return { mutation, fault, failed: [] }

  const undo: (() => void)[] = []
  try {
    for (const change of changesOf(mutation)) {
      const put = makeChange(copy, change)
      if (put === undefined) {
        return { mutation, fault: `${change.file} does not have the text exactly once`, failed: [] }
      }
      undo.push(put)
    }
    return toVerdict(mutation, await run(copy, mutation, (tests) => isSeen(mutation, tests)))
  } finally {
    for (const put of undo.toReversed()) put()
  }
}

/** Makes one change; returns what puts the file back, or undefined where it cannot be made. */
function makeChange(copy: string, { file, from, to }: Change): (() => void) | undefined {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  const parts = text.split(from)
  if (parts.length !== 2) return undefined
  writeFileSync(path, parts.join(to))
  return () => writeFileSync(path, text)
}

/** Tells what is wrong with the tests of a change where nothing is changed. */
async function runUnchanged(copy: string, mutation: Mutation): Promise<string | undefined> {
  const tests = await run(copy, mutation)
  const wrong = tests.find(({ result }) => result !== 'passed')
  if (wrong !== undefined) return `fails without the change: ${wrong.name}: ${wrong.reason}`
  const missing = wordsOf(mutation).find((word) => !tests.some(({ name }) => word.test(name)))
  return missing === undefined ? undefined : `no test whose name has ${missing.source} ran`
}

function run(
  copy: string,
  mutation: Mutation,
  isEnough: (tests: readonly PickedTest[]) => boolean = () => false,
): Promise<readonly PickedTest[]> {
  return runPickedTests({
    files: testFilesOf(mutation).map((file) => join(copy, file)),
    names: wordsOf(mutation),
    testTimeout: TEST_TIMEOUT,
    deadline: DEADLINE,
    isEnough,
  })
}

/** Tells whether each word stands in the name of a test that saw the change. */
function isSeen(mutation: Mutation, tests: readonly PickedTest[]): boolean {
  const names = namesOfFailed(mutation, tests)
  return wordsOf(mutation).every((word) => names.some((name) => word.test(name)))
}

function namesOfFailed(
  { hangs = false, throws }: Mutation,
  tests: readonly PickedTest[],
): string[] {
  return tests
    .filter(({ result, reason }) => {
      if (result === 'hung') return hangs
      return result === 'failed' || (result === 'broken' && throws?.test(reason) === true)
    })
    .map(({ name }) => name)
}

function toVerdict(mutation: Mutation, tests: readonly PickedTest[]): Verdict {
  const failed = namesOfFailed(mutation, tests)
  if (isSeen(mutation, tests)) return { mutation, fault: undefined, failed }
  const other = tests.find(({ result }) => result === 'broken' || result === 'hung')
  if (failed.length === 0) {
    const fault = other === undefined ? 'survives: its tests pass' : toFault(other)
    return { mutation, fault, failed }
  }
  const unseen = wordsOf(mutation).filter((word) => !failed.some((name) => word.test(name)))
  const list = unseen.map((word) => word.source).join(', ')
  const why = other === undefined ? '' : `; ${toFault(other)}`
  return { mutation, fault: `no test of ${list} saw it${why}`, failed }
}

function toFault({ name, result, reason }: PickedTest): string {
  return `${result === 'hung' ? 'hangs' : 'breaks'}: ${name}: ${reason}`
}
