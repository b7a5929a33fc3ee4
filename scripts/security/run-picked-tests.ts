/*
 * Runs the tests of some files whose names are picked, and tells of each how it ended and what kind of failure it was.
 */
import { run } from 'node:test'
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** How one test ended. */
export interface PickedTest {
  /** Its own name behind those of the suites that it stands in. */
  readonly name: string
  /** `'broken'`: it failed by something other than what it checks. */
  readonly result: 'passed' | 'failed' | 'hung' | 'broken'
  /** The first line of why; empty where it passed. */
  readonly reason: string
}

/** Which tests, and for how long. */
export interface Picking {
  readonly files: readonly string[]
  /** A test whose full name matches one of these runs. */
  readonly names: readonly RegExp[]
  /** Milliseconds for one test. */
  readonly testTimeout: number
  /** Milliseconds for all. */
  readonly deadline: number
  /** Told of each test as it ends; the rest is given up once it answers true. */
  readonly isEnough?: (tests: readonly PickedTest[]) => boolean
}

/** What is enough may still be ended by its process itself: what that has started goes with it. */
const GRACE_MS = 3_000

/** Runs the tests; a file that fails outside of its tests is a broken test of its own name. */
export async function runPickedTests(picking: Picking): Promise<readonly PickedTest[]> {
  const { files, names, testTimeout, deadline, isEnough = () => false } = picking
  const tests: PickedTest[] = []
  const stop = new AbortController()
  const timers = [setTimeout(() => stop.abort(), deadline)]
  let isStopping = false
  // The stream's own type says nothing of what it yields.
  const events: AsyncIterable<TestEvent> = run({
    files: [...files],
    concurrency: 1,
    timeout: testTimeout,
    testNamePatterns: [...names],
    execArgv: ['--conditions=throughline-source'],
    signal: stop.signal,
  })
  const suites: string[] = []
  for await (const { type, data } of events) {
    if (type === 'test:start') {
      suites.length = data.nesting
      suites.push(data.name)
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const name = [...suites.slice(0, data.nesting), data.name].join(' ')
    if (type === 'test:pass') {
      if (data.details.type !== 'suite' && data.skip === undefined) {
        tests.push({ name, result: 'passed', reason: '' })
      }
      continue
    }
    const failed = toFailed(name, data)
    if (failed === undefined || isStopping) continue
    tests.push(failed)
    if (!isEnough(tests)) continue
    isStopping = true
    timers.push(setTimeout(() => stop.abort(), GRACE_MS))
  }
  for (const timer of timers) clearTimeout(timer)
  return tests
}

/** A suite fails with its tests; only the tests count. */
function toFailed(name: string, { details, file }: EventData.TestFail): PickedTest | undefined {
  const { error } = details
  const { failureType } = error as { failureType?: string }
  if (failureType === 'subtestsFailed' || details.type === 'suite') return undefined
  const cause: unknown = error.cause ?? error
  const [reason = ''] = (cause instanceof Error ? String(cause) : inspect(cause)).split('\n', 1)
  if (failureType === 'testTimeoutFailure' || failureType === 'testAborted') {
    return { name, result: 'hung', reason }
  }
  return { name, result: name !== file && isCheck(cause) ? 'failed' : 'broken', reason }
}

/** Files that tests use: what they throw is what the test says. */
const OF_TESTS = /\/src\/testing\/\w|\/test-[\w-]+\.ts:/

/** What a test says itself: by an assertion, or by a person under test who does not find what they look for. */
function isCheck(cause: unknown): boolean {
  const { code, name, message = '', stack = '' } = cause as Partial<NodeJS.ErrnoException>
  if (code === 'ERR_ASSERTION') return true
  if (name !== 'Error') return false
  // fast-check wraps what a property has thrown.
  const isProperty = message.startsWith('Property failed')
  return isProperty ? inspect(cause).includes('AssertionError') : OF_TESTS.test(stack)
}
