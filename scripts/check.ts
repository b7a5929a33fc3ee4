/*
 * `npm test`: runs every step, or those named as arguments, and ends with the line `N passed, N failed`.
 *
 * A step that fails does not stop the others, so that one run shows all that is wrong. A test counts as one,
 * every other step as one. The result is a failure also where nothing was counted.
 */
import { globSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

import { checkRun, proveSearch } from './canaries/check-canaries.ts'
import { makeRunFolder, type RunFolder } from './canaries/run-folder.ts'
import { ALL_TEST_FILES, STEPS } from './check-steps.ts'
import type { Step, TestStep } from './check-steps.ts'
import { runCommand } from './run-command.ts'
import { runTests } from './run-tests.ts'
import { closingLine, ONE_PASSED, oneFailed, sumOf } from './tally.ts'
import type { Tally } from './tally.ts'

const OLDEST_NODE = 24
const COMMAND_DEADLINE = 5 * 60_000
const TEST_TIMEOUT = 60_000
const FILE_DEADLINE = 3 * 60_000

const ROOT = dirname(import.meta.dirname)

/** Names from outside must not change what the tests see, for one of them would reach the real Vimeo. */
function forgetSettings(): void {
  for (const name of Object.keys(process.env)) {
    if (
      /^(VIMEO|THROUGHLINE|GOOGLE)_|^(PUBLIC_URL|PORT|HOST|TRUSTED_PROXIES|METRICS_PORT|NODE_ENV|NODE_OPTIONS)$/.test(
        name,
      )
    ) {
      delete process.env[name]
    }
  }
  const bin = [join(ROOT, 'node_modules/.bin'), dirname(process.execPath)]
  process.env['PATH'] = [...bin, process.env['PATH'] ?? ''].join(delimiter)
}

function filesOf(step: TestStep): string[] {
  return globSync(step.files, { cwd: ROOT, exclude: ignoredBy(step.except) }).toSorted()
}

function ignoredBy(patterns: readonly string[] = []): string[] {
  return ['**/node_modules/**', '**/dist/**', ...patterns]
}

async function runStep(step: Step, run: RunFolder): Promise<Tally> {
  const first = step.kind === 'command' ? step.command : step.needs
  if (first !== undefined) {
    const result = await runCommand(first, { folder: ROOT, deadline: COMMAND_DEADLINE })
    if (result.code !== 0)
      return oneFailed(`${step.name}: ${first.join(' ')}`, result.output.trim())
  }
  if (step.kind === 'command') return ONE_PASSED

  const files = filesOf(step)
  const tally = await runTests(
    files.map((file) => join(ROOT, file)),
    {
      folder: ROOT,
      concurrency: step.concurrency,
      testTimeout: TEST_TIMEOUT,
      fileDeadline: FILE_DEADLINE,
      ...(step.isSearched ? { run } : {}),
    },
  )
  if (tally.passed > 0 || tally.failures.length > 0) return tally
  return oneFailed(`${step.name}: no test ran (looked for ${step.files.join(', ')})`)
}

/** Every test file belongs to exactly one step: none is forgotten, none is counted twice. */
function checkThatStepsTakeAllFiles(): Tally {
  const taken = STEPS.flatMap((step) => (step.kind === 'tests' ? filesOf(step) : []))
  const all = globSync(ALL_TEST_FILES, { cwd: ROOT, exclude: ignoredBy() })
  const wrong = all.filter((file) => taken.filter((other) => other === file).length !== 1)
  if (wrong.length === 0) return ONE_PASSED
  return oneFailed('test files that are not in exactly one step', wrong.join('\n'))
}

function checkNode(): Tally {
  const isNewEnough = Number.parseInt(process.versions.node, 10) >= OLDEST_NODE
  if (isNewEnough) return ONE_PASSED
  return oneFailed(
    `Node ${process.versions.node} is too old; ${OLDEST_NODE} or newer is needed`,
    'The workspace brings one: run `npm ci` without `--omit=optional`, then `npm test`.',
  )
}

function print(name: string, tally: Tally, milliseconds: number): void {
  for (const { title, detail } of tally.failures) {
    console.log(`\n✖ ${title}`)
    if (detail !== '') console.log(detail.replaceAll(/^/gm, '  '))
  }
  for (const { name: test, file, reason } of tally.skipped) {
    console.log(`- skipped: ${file}: ${test}: ${reason}`)
  }
  const mark = tally.failures.length === 0 ? '✔' : '✖'
  const seconds = `${(milliseconds / 1000).toFixed(1)} s`
  console.log(`${mark} ${name.padEnd(14)} ${seconds.padStart(8)}  ${closingLine(tally)}`)
}

async function runSteps(names: readonly string[]): Promise<Tally> {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name))
  if (unknown.length > 0) {
    const known = STEPS.map((step) => step.name).join(', ')
    return oneFailed(`no step is called ${unknown.join(', ')}; the steps are ${known}`)
  }

  const tallies: Tally[] = []
  const count = async (name: string, work: () => Tally | Promise<Tally>) => {
    const start = performance.now()
    const tally = await work()
    tallies.push(tally)
    print(name, tally, performance.now() - start)
  }

  const isWhole = names.length === 0
  const isAsked = (step: Step) => isWhole || names.includes(step.name)
  const run = makeRunFolder()
  process.once('exit', () => rmSync(run.path, { recursive: true, force: true }))
  await count('node', checkNode)
  await count('files', checkThatStepsTakeAllFiles)
  for (const step of STEPS) {
    if (isAsked(step)) await count(step.name, () => runStep(step, run))
  }
  if (STEPS.some((step) => isAsked(step) && step.kind === 'tests' && step.isSearched)) {
    await count('secrets', async () => sumOf([await proveSearch(ROOT), checkRun(run, isWhole)]))
  }
  return sumOf(tallies)
}

forgetSettings()
const total = await runSteps(process.argv.slice(2))
for (const { title } of total.failures) console.log(`✖ ${title}`)
console.log(closingLine(total))
process.exitCode = total.failures.length === 0 && total.passed > 0 ? 0 : 1
