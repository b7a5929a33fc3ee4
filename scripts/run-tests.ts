/*
 * Runs test files on `node:test`, each in its own process, and counts what they report.
 *
 * A test counts only if its file says how it ended. These are failures here although the runner calls them a
 * pass: a file without a test, a file that ends before its last test, a skip without a reason, a todo.
 */
import { appendFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'

import { RUN_FOLDER_VARIABLE, type RunFolder } from './canaries/run-folder.ts'
import { oneFailed, sumOf } from './tally.ts'
import type { Failure, SkippedTest, Tally } from './tally.ts'

/** How test files are run. */
export interface TestRunOptions {
  readonly folder: string
  /** How many files run at the same time. */
  readonly concurrency: number
  /** Milliseconds that one test may take. */
  readonly testTimeout: number
  /** Milliseconds that one file may take, from its start to the end of its process. */
  readonly fileDeadline: number
  /** Where secrets and all that tests write and remove are kept, to be searched (nowhere). */
  readonly run?: RunFolder
  /** Receives each file's name and tally as soon as it has ended. */
  readonly onFile?: (file: string, tally: Tally) => void
}

const LAST_LINES_OF_STDERR = 40
const COLLECTOR = pathToFileURL(join(import.meta.dirname, 'canaries/collect.ts')).href

/** Runs test files, a few at a time, and adds up what they report. */
export async function runTests(files: readonly string[], options: TestRunOptions): Promise<Tally> {
  const tallies: Tally[] = []
  const waiting = files.values()
  const runWaiting = async () => {
    for (const file of waiting) {
      const tally = await runTestFile(file, options)
      tallies.push(tally)
      options.onFile?.(file, tally)
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, runWaiting))
  return sumOf(tallies)
}

async function runTestFile(file: string, options: TestRunOptions): Promise<Tally> {
  const name = relative(options.folder, file)
  const failures: Failure[] = []
  const skipped: SkippedTest[] = []
  const stderr: string[] = []
  let passed = 0
  let hasEndedWell = false

  // The stream's own type says nothing of what it yields.
  const events: AsyncIterable<TestEvent> = run({
    files: [file],
    timeout: options.testTimeout,
    execArgv: [
      '--conditions=throughline-source',
      ...(options.run === undefined ? [] : [`--import=${COLLECTOR}`]),
    ],
    env: { ...process.env, ...variablesOf(options.run) },
    signal: AbortSignal.timeout(options.fileDeadline),
  })
  for await (const { type, data } of events) {
    if (options.run !== undefined) keepOutput(options.run, type, data ?? {})
    if (type === 'test:stderr') stderr.push(data.message)
    if (type === 'test:summary' && data.file !== undefined) hasEndedWell = true
    if (type === 'test:fail') failures.push(...failuresOf(data, name, options))
    if (type === 'test:pass' && data.name !== file) {
      if (data.todo !== undefined && data.todo !== false) {
        failures.push({ title: `${name}: a todo is kept: ${data.name}`, detail: '' })
      } else if (data.skip === true || data.skip === '') {
        failures.push({ title: `${name}: skipped without a reason: ${data.name}`, detail: '' })
      } else if (typeof data.skip === 'string') {
        skipped.push({ name: data.name, file: name, reason: data.skip })
      } else if (data.details.type !== 'suite') passed += 1
    }
  }

  if (!hasEndedWell && failures.length === 0) {
    const title = `${name}: no test reported, or the process ended before its last test`
    failures.push(...oneFailed(title).failures)
  }
  return { passed, failures: withLastWords(failures, stderr.join('')), skipped }
}

function variablesOf(run: RunFolder | undefined): Readonly<Record<string, string>> {
  return run === undefined ? {} : { [RUN_FOLDER_VARIABLE]: run.path, TMPDIR: run.temporary }
}

/** Keeps what a file wrote, and all of the errors of its tests. */
function keepOutput({ output }: RunFolder, type: TestEvent['type'], data: object): void {
  const isWritten = type === 'test:stdout' || type === 'test:stderr'
  const text = isWritten ? (data as EventData.TestStderr).message : undefined
  if (text === undefined && type !== 'test:fail' && type !== 'test:diagnostic') return
  appendFileSync(join(output, 'tests.txt'), text ?? `${inspect(data, { depth: Infinity })}\n`)
}

/** Shows what a failing file wrote to standard error, once, below its last failure. */
function withLastWords(failures: readonly Failure[], stderr: string): readonly Failure[] {
  const last = failures.at(-1)
  const lines = stderr.trimEnd().split('\n').slice(-LAST_LINES_OF_STDERR).join('\n')
  if (last === undefined || lines === '') return failures
  const detail = `${last.detail}\nstandard error:\n${lines}`.trimStart()
  return [...failures.slice(0, -1), { ...last, detail }]
}

/** A parent fails with its children; only the children count. */
function failuresOf(data: EventData.TestFail, file: string, options: TestRunOptions): Failure[] {
  const { error } = data.details
  const { failureType } = error as { failureType?: string }
  if (failureType === 'subtestsFailed') return []
  if (failureType === 'testAborted') {
    const seconds = options.fileDeadline / 1000
    const title = `${file}: did not end within ${seconds} s (a test hangs, or something is left open)`
    return [{ title, detail: '' }]
  }
  if (data.name === data.file) {
    return [{ title: `${file}: its process failed, outside of any test`, detail: '' }]
  }
  const title = `${file}:${data.line ?? 0}: ${data.name}`
  return [{ title, detail: inspect(error.cause ?? error, { depth: 4 }) }]
}
