/*
 * `throughline doctor`: looks at what is configured, and says of each thing whether it is right, and else what to do.
 * Changes nothing, and shows no secret.
 */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { wallClock } from '../base/clock.ts'
import { isThroughlineError } from '../base/error.ts'
import { fileReason } from '../base/file-reason.ts'
import { systemRandom } from '../base/random.ts'
import { checkSheet } from '../sheet/check.ts'
import { hint, right, wrong, type Finding } from '../sheet/finding.ts'
import { checkDatabase, checkKeys, findSealing } from './doctor-keys.ts'
import { checkFolder, checkProviderSettings, checkSettings } from './doctor-settings.ts'
import type { DoctorWorld } from './doctor-world.ts'
import type { Environment } from './environment.ts'
import { readSheetSettings } from './sheet-settings.ts'
import { connectSheet } from './stores.ts'

/** One thing to look at. What is thrown is a finding too, and ends this look alone. */
export interface Check {
  /** What is looked at, for a finding that says only what went wrong. */
  readonly what: string
  readonly run: () => AsyncIterable<Finding> | Iterable<Finding>
}

const MARKS = { right: '✔', hint: '!', wrong: '✘' } as const

/**
 * Looks at everything that is configured.
 *
 * @param print Takes one line for each finding.
 * @returns How much is wrong.
 */
export async function runDoctor(
  env: Environment,
  print: (line: string) => void,
  given: Partial<DoctorWorld> = {},
): Promise<number> {
  const world: DoctorWorld = {
    ...{ env, folder: process.cwd(), fetch: globalThis.fetch },
    ...{ clock: wallClock, random: systemRandom },
    ...given,
  }
  let count = 0
  for (const check of checksOf(world)) {
    for await (const { state, text } of findingsOf(check)) {
      print(`${MARKS[state]} ${text}`)
      if (state === 'wrong') count += 1
    }
  }
  print(count === 0 ? 'Nothing is wrong.' : `${count} wrong.`)
  return count
}

function checksOf(world: DoctorWorld): readonly Check[] {
  return [
    { what: 'the settings', run: () => checkSettings(world) },
    { what: 'the data folder', run: () => checkFolder(world) },
    { what: 'the sealing keys', run: () => checkKeys(world) },
    { what: 'the database', run: () => checkDatabase(world) },
    { what: 'the Google Sheet', run: () => checkOwnSheet(world) },
    { what: 'the providers', run: () => checkProviderSettings(world) },
  ]
}

async function* findingsOf({ what, run }: Check): AsyncGenerator<Finding> {
  try {
    yield* run()
  } catch (error) {
    const message = isThroughlineError(error) ? error.message : `Of ${what}: ${fileReason(error)}.`
    yield wrong(message)
  }
}

async function* checkOwnSheet(world: DoctorWorld): AsyncGenerator<Finding> {
  const { env, folder, clock, random } = world
  const settings = readSheetSettings(env, folder)
  if (settings === undefined) {
    yield hint('User records are kept in the database: GOOGLE_SHEET_ID is not set.')
    return
  }
  yield right(`The key file of the service account ${settings.account.email} is well formed.`)
  yield* checkKeyFile(world)
  let googleTime: number | undefined
  const fetch: typeof globalThis.fetch = async (...request) => {
    const response = await world.fetch(...request)
    const date = Date.parse(response.headers.get('date') ?? '')
    googleTime = Number.isNaN(date) ? googleTime : date
    return response
  }
  yield* checkSheet({
    ...{ api: connectSheet(settings, { fetch, clock }), email: settings.account.email },
    ...{ sealing: findSealing(world), clock, random, googleTime: () => googleTime },
  })
}

/** Some hosts mount secrets for everybody in a container, which is theirs to decide. */
function* checkKeyFile({ env, folder }: DoctorWorld): Generator<Finding> {
  const file = env['GOOGLE_SERVICE_ACCOUNT_FILE']
  if (!file || process.platform === 'win32') return
  const path = resolve(folder, file)
  if ((statSync(path).mode & 0o077) === 0) return
  yield hint(`Others can read the key file ${path}. Run: chmod 600 '${path}'`)
}
