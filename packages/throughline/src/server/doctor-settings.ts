/*
 * What `throughline doctor` sees of the settings: the address, the data folder, the providers.
 */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isThroughlineError } from '../base/error.ts'
import { CALLBACK_PATH } from '../protocol/paths.ts'
import { catalogue } from '../providers/catalogue.ts'
import { completeProvider } from '../providers/provider-record.ts'
import { registrationFromEnvironment, relocate, type Provider } from '../providers/provider.ts'
import { createServerAccess } from '../providers/server-access.ts'
import { hint, right, wrong, type Finding } from '../sheet/finding.ts'
import { assertLocalFolder } from '../store/sqlite.ts'
import type { DoctorWorld } from './doctor-world.ts'
import { DEFAULT_PORT, readPort, type Environment } from './environment.ts'
import { endingDiskOf } from './lasting-disk.ts'
import { DEFAULT_FOLDER, readPublicUrl, readRedirectPath, SETTING_READERS } from './settings.ts'

/** The data folder that a program with these variables has. */
export function dataFolderOf({ env, folder }: Pick<DoctorWorld, 'env' | 'folder'>): string {
  return resolve(folder, env['THROUGHLINE_DATA'] || DEFAULT_FOLDER)
}

/** Looks at the variables that every program has, and says where people find it. */
export function* checkSettings({ env }: DoctorWorld): Generator<Finding> {
  const mistakes = SETTING_READERS.flatMap((read) => mistakeOf(() => read(env)) ?? [])
  yield* mistakes.map(wrong)
  if (mistakes.length > 0) return
  const { origin } = addressOf(env)
  if (env['PUBLIC_URL']) yield right(`People use the program at ${origin}.`)
  else if (env['NODE_ENV'] === 'production') {
    yield wrong(
      `PUBLIC_URL is not set, so that only this machine can reach the program, at ${origin}.`,
    )
  } else {
    yield right(`Only this machine can reach the program, at ${origin}; set PUBLIC_URL for others.`)
  }
}

/** Looks whether the folder is there, can be written to, and stays. */
export function* checkFolder(world: DoctorWorld): Generator<Finding> {
  const path = dataFolderOf(world)
  const isThere = existsSync(path)
  if (isThere && !statSync(path).isDirectory()) {
    yield wrong(`The data folder ${path} is no folder. Set THROUGHLINE_DATA to another.`)
    return
  }
  const present = isThere ? path : nearestFolder(path)
  try {
    accessSync(present, constants.W_OK | constants.X_OK)
  } catch {
    yield wrong(
      `The folder ${present} cannot be written to by this user. Set THROUGHLINE_DATA to one that can, or change its owner.`,
    )
    return
  }
  if (process.platform === 'linux') {
    const { type } = statfsSync(present)
    assertLocalFolder(present, type)
    const endingDisk = endingDiskOf(present)
    if (endingDisk !== undefined) yield hint(describePassing(path, endingDisk, world.env))
  }
  yield isThere
    ? right(`The data folder ${path} can be written to.`)
    : hint(`There is no data folder ${path} yet: the first start makes it.`)
}

/** Looks at the providers that are known by name; those of a script are looked at when it starts. */
export async function* checkProviderSettings(world: DoctorWorld): AsyncGenerator<Finding> {
  let count = 0
  for (const provider of catalogue) {
    try {
      const registration = registrationFromEnvironment(provider, world.env)
      if (registration === undefined) continue
      count += 1
      yield await checkProvider(provider, registration.origin, world)
    } catch (error) {
      if (!isThroughlineError(error)) throw error
      count += 1
      yield wrong(`${provider.title}: ${error.message}`)
    }
  }
  if (count === 0) {
    yield hint(
      'No provider that is known by name is set. throughline providers says what each needs.',
    )
  }
}

async function checkProvider(
  record: Provider,
  origin: string | undefined,
  { env, fetch, clock, random }: DoctorWorld,
): Promise<Finding> {
  const completed = completeProvider(record)
  const provider = origin === undefined ? completed : relocate(completed, origin)
  try {
    await createServerAccess(provider, fetch, clock, random).authorizationServer()
  } catch (error) {
    if (!isThroughlineError(error, 'oauth.unavailable')) throw error
    return hint(`${provider.title} could not be asked for its endpoints at this moment.`)
  }
  const path = readRedirectPath(provider.name, env) ?? `${CALLBACK_PATH}${provider.name}`
  // A mistake in the address is told with the other settings.
  if (mistakeOf(() => addressOf(env)) !== undefined) return right(`${provider.title} is set.`)
  return right(
    `${provider.title} is set. Its registration must name the redirect URI ${addressOf(env).origin}${path}.`,
  )
}

function mistakeOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (!isThroughlineError(error)) throw error
    return error.message
  }
}

function addressOf(env: Environment): URL {
  return readPublicUrl(env, readPort(env, 'PORT', DEFAULT_PORT))
}

function nearestFolder(path: string): string {
  const parent = dirname(path)
  return existsSync(parent) ? parent : nearestFolder(parent)
}

function describePassing(path: string, disk: string, env: Environment): string {
  const lost = env['GOOGLE_SHEET_ID'] ? 'sessions end' : 'everything that is kept is lost'
  return (
    `The data folder ${path} lies on ${disk} and ends with it: then ${lost}. Mount a disk there, or set THROUGHLINE_DATA to ` +
    'a folder on one.'
  )
}
