/*
 * The last step of `npm test`: no secret that travelled in the tests stands in what they wrote, were told or left.
 *
 * First it shows that it would find one: a file of tests that leaks into every place is run and searched in the same way.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { runTests } from '../run-tests.ts'
import { oneFailed, ONE_PASSED, sumOf, type Tally } from '../tally.ts'
import { FORM_NAMES } from './forms.ts'
import { makeRunFolder, type RunFolder } from './run-folder.ts'
import { searchRun, type FoundCanary } from './search-run.ts'

const WIRE = [
  ...['state', 'nonce', 'code', 'code_verifier', 'client_secret'],
  ...['access_token', 'refresh_token', 'id_token', 'cookie'],
]
const PLANTED = [
  ...['stdout', 'stderr', 'error', 'log', 'left-file', 'database', 'wal'],
  ...FORM_NAMES,
  ...WIRE,
]

/** What must have travelled in a whole run of the tests: where it did not, the search has looked for too little. */
const EXPECTED = [...WIRE, 'key']

/** Files that hold a secret on purpose, and why. */
const ALLOWED: readonly { readonly file: RegExp; readonly why: string }[] = [
  {
    file: /firefox_profile-[^/]+\/(?:cookies|places)\.sqlite/,
    why: 'The browser of a person keeps its cookies and its history.',
  },
  { file: /grants-\w+\/grants\.json$/, why: 'The simulator of a provider keeps its own grants.' },
]

/** Shows that every planted secret is found. */
export async function proveSearch(folder: string): Promise<Tally> {
  const run = makeRunFolder()
  try {
    await runTests([join(import.meta.dirname, 'planted.ts')], {
      folder,
      concurrency: 1,
      testTimeout: 20_000,
      fileDeadline: 30_000,
      run,
    })
    const names = new Set(searchRun(run).found.map(({ name }) => name))
    const missed = PLANTED.filter((name) => !names.has(name))
    const more = [...names].filter((name) => !PLANTED.includes(name))
    if (missed.length + more.length === 0) return ONE_PASSED
    const detail = `not found: ${missed.join(', ')}\nfound as well: ${more.join(', ')}`
    return oneFailed('secrets: what was planted is not what was found', detail)
  } finally {
    rmSync(run.path, { recursive: true, force: true })
  }
}

/** Searches a run; a whole one must also have had every kind of secret in it. */
export function checkRun(run: RunFolder, isWhole: boolean): Tally {
  const isAllowed = ({ file }: FoundCanary) => ALLOWED.some((one) => one.file.test(file))
  const { found, secrets, files, bytes } = searchRun(run, isAllowed)
  const missing = isWhole ? EXPECTED.filter((name) => !secrets.has(name)) : []
  const count = [...secrets.values()].reduce((sum, each) => sum + each, 0)
  console.log(`  ${count} secrets, ${files} files, ${(bytes / 1e6).toFixed(0)} MB`)
  return sumOf([
    ...found.map(({ name, file }) => oneFailed(`secrets: a ${name} stands in ${file}`)),
    ...missing.map((name) => oneFailed(`secrets: no ${name} travelled in the tests`)),
    ...(found.length + missing.length === 0 ? [ONE_PASSED] : []),
  ])
}
