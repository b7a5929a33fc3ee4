/*
 * What the operator says: the environment, read once and checked, each mistake answered by a sentence.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Random } from '../base/random.ts'
import { loadKeyFile, type KeyFile } from '../crypto/key-file.ts'
import { parseKeys } from '../crypto/key-ring.ts'
import { catalogue } from '../providers/catalogue.ts'
import type { ProviderRecord } from '../providers/provider-record.ts'
import { registrationFromEnvironment, variableOf } from '../providers/provider.ts'
import { isPagePath, type App } from '../script/app.ts'
import {
  badSetting,
  DEFAULT_PORT,
  DEVELOPMENT_GRACE_SECONDS,
  GRACE,
  GRACE_SECONDS,
  readLogKind,
  readPort,
  readSeconds,
  type Environment,
} from './environment.ts'
import type { ProviderRegistration } from './program.ts'
import { readTrustedProxies, type TrustedProxies } from './trusted-proxies.ts'
import { readSheetSettings, type SheetSettings } from './sheet-settings.ts'

/** Where the data is kept when nothing is said. */
export const DEFAULT_FOLDER = '.throughline'

/** What the operator said. */
export interface Settings {
  readonly port: number
  /** The address to listen at: the loopback interface unless the operator names another. */
  readonly host: string
  readonly publicUrl: URL
  /** Whose headers are believed about where a request comes from, where somebody is. */
  readonly trustedProxies: TrustedProxies | undefined
  /** Where the program's numbers are to be read, at the loopback interface; absent: nowhere. */
  readonly metricsPort: number | undefined
  /** How long requests under way may take at the end. */
  readonly graceMs: number
  /** The folder that holds the database and the key file. */
  readonly dataFolder: string
  /** Whether whoever opens a page is taken for the author, and shown the lines of what fails. */
  readonly development: boolean
  readonly registrations: readonly ProviderRegistration[]
  /** Where user records are kept, if not in the database. */
  readonly sheet: SheetSettings | undefined
}

/**
 * Reads the settings: `PORT`, `HOST`, `PUBLIC_URL`, `TRUSTED_PROXIES`, `METRICS_PORT`, `THROUGHLINE_DATA`,
 * `THROUGHLINE_GRACE_SECONDS`, `NODE_ENV`, and per provider `<NAME>_CLIENT_ID`, `<NAME>_CLIENT_SECRET`, `<NAME>_ORIGIN`
 * and `<NAME>_REDIRECT_PATH`; those of a Google Sheet by {@link readSheetSettings}. An empty variable counts as absent.
 *
 * @throws `server.bad-setting`, `providers.registration-incomplete`, `sheet.bad-key-file`
 */
export function readSettings(app: App, env: Environment, folder: string): Settings {
  const port = readPort(env, 'PORT', DEFAULT_PORT)
  const publicUrl = readPublicUrl(env, port)
  checkHost(env)
  checkNodeEnv(env)
  const development = isDevelopment(env, publicUrl)
  return {
    port,
    host: env['HOST'] || '127.0.0.1',
    publicUrl,
    trustedProxies: readTrustedProxies(env['TRUSTED_PROXIES']),
    metricsPort: readMetricsPort(env),
    graceMs:
      readSeconds(env, GRACE, development ? DEVELOPMENT_GRACE_SECONDS : GRACE_SECONDS) * 1000,
    dataFolder: resolve(folder, env['THROUGHLINE_DATA'] || DEFAULT_FOLDER),
    development,
    registrations: readRegistrations(app, env),
    sheet: readSheetSettings(env, folder),
  }
}

/**
 * Readers of the variables that every program has, each for itself, so that whoever looks for mistakes finds all of them.
 * Each throws what {@link readSettings} and the log throw.
 */
export const SETTING_READERS: readonly ((env: Environment) => unknown)[] = [
  (env) => readPort(env, 'PORT', DEFAULT_PORT),
  (env) => readPublicUrl(env, DEFAULT_PORT),
  checkHost,
  checkNodeEnv,
  (env) => readTrustedProxies(env['TRUSTED_PROXIES']),
  readMetricsPort,
  (env) => readSeconds(env, GRACE, GRACE_SECONDS),
  (env) => readLogKind(env, 'json'),
]

/** The sealing keys, and where they are. */
export interface ReadKeys extends Omit<KeyFile, 'path'> {
  /** Of the key file; absent where the keys come from the environment. */
  readonly path?: string
}

/**
 * Reads the keys: from `THROUGHLINE_KEYS`, else from a key file that is made when there is none.
 *
 * @returns The sealing keys; the key file's path where they come from one; whether this call has made it.
 * @throws `server.bad-setting`, `crypto.bad-keys`; the codes of `loadKeyFile`.
 */
export function readKeys(env: Environment, dataFolder: string, random: Random): ReadKeys {
  const text = env['THROUGHLINE_KEYS']
  if (text !== undefined && text !== '') return { sealing: parseKeys(text), made: false }
  if (env['NODE_ENV'] === 'production') {
    throw badSetting(
      'THROUGHLINE_KEYS is not set, and NODE_ENV is production. Set it to `k1:` and 32 random bytes in base64 ' +
        '(`openssl rand -base64 32`), and keep them: without them nothing that was sealed can be opened.',
    )
  }
  return loadKeyFile(dataFolder, random, () => existsSync(databaseFile(dataFolder)))
}

/** The database file of a data folder. */
export function databaseFile(dataFolder: string): string {
  return join(dataFolder, 'throughline.sqlite')
}

/**
 * Reads the address that people use: `PUBLIC_URL`, else the loopback address.
 *
 * @throws `server.bad-setting`
 */
export function readPublicUrl(env: Environment, port: number): URL {
  const text = env['PUBLIC_URL']
  if (text === undefined || text === '') return new URL(`http://127.0.0.1:${port}`)
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === null || !isWeb || url.href !== `${url.origin}/`) {
    throw badSetting(
      `PUBLIC_URL is "${text}", expected an origin such as https://videos.example.com.`,
    )
  }
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (url.protocol === 'http:' && !isLoopback) {
    throw badSetting(
      `PUBLIC_URL is "${text}": a public address needs https, or cookies and codes travel in clear.`,
    )
  }
  return url
}

/**
 * Reads the page that a provider sends people back to.
 *
 * @param pages Those of the app, where it is known: else any path is one that a page can have.
 * @returns Undefined where none is named.
 * @throws `server.bad-setting`
 */
export function readRedirectPath(
  providerName: string,
  env: Environment,
  pages?: readonly string[],
): string | undefined {
  const variable = variableOf(providerName, 'REDIRECT_PATH')
  const path = env[variable] || undefined
  if (path === undefined || (pages?.includes(path) ?? isPagePath(path))) return path
  const expected = pages === undefined ? ', such as /videos' : `: ${pages.join(', ')}`
  throw badSetting(`${variable} is "${path}", expected a page of the app${expected}.`)
}

function readMetricsPort(env: Environment): number | undefined {
  return env['METRICS_PORT'] ? readPort(env, 'METRICS_PORT', 0) : undefined
}

const LOOPBACK_HOSTS = ['', '127.0.0.1', 'localhost', '::1']

/** Whoever listens to other machines answers at the address that people there are given, and at no other. */
function checkHost({ HOST: host = '', PUBLIC_URL: publicUrl = '' }: Environment): void {
  if (LOOPBACK_HOSTS.includes(host) || publicUrl !== '') return
  throw badSetting(
    `HOST is "${host}", which other machines reach, and PUBLIC_URL is not set. Set it to the address that people use, ` +
      'such as https://videos.example.com: redirect URIs and cookies are made for it, and every other name is refused.',
  )
}

/** A word that is nearly `production` would show an author's lines and make a key file where none should be. */
function checkNodeEnv({ NODE_ENV: said = '' }: Environment): void {
  if (['', 'production', 'development', 'test'].includes(said)) return
  throw badSetting(
    `NODE_ENV is "${said}", expected production or development (or test, or nothing). It decides whether a failure ` +
      'shows lines of the script and whether keys must be given, so a word that may mean either is not guessed at.',
  )
}

/** On the author's own machine it need not be said; at a public address, or in a network, anybody may look on. */
function isDevelopment(env: Environment, publicUrl: URL): boolean {
  const { HOST: host = '', NODE_ENV: said } = env
  const isHere = LOOPBACK_HOSTS.includes(host)
  const isOwn = publicUrl.protocol === 'http:' && isHere
  return isOwn ? said !== 'production' : said === 'development'
}

function readRegistrations(app: App, env: Environment): readonly ProviderRegistration[] {
  const providers = new Map<string, ProviderRecord>(
    catalogue.map((provider) => [provider.name, provider]),
  )
  // The records of an app are checked when the program is put together.
  for (const record of app.providers as readonly ProviderRecord[])
    providers.set(record.name, record)
  const registrations: ProviderRegistration[] = []
  for (const provider of providers.values()) {
    const registration = registrationFromEnvironment(provider, env)
    if (registration === undefined) continue
    const redirectPath = readRedirectPath(provider.name, env, [...app.pages.keys()])
    registrations.push({
      provider,
      registration,
      ...(redirectPath === undefined ? {} : { redirectPath }),
    })
  }
  return registrations
}
