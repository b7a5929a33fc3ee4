/*
 * An app on a port: stores opened, keys found, requests answered, and everything closed in order at the end.
 */
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { ThroughlineError } from '../base/error.ts'
import { systemRandom } from '../base/random.ts'
import { openKeyRing } from '../keys/mac-key.ts'
import type { App } from '../script/app.ts'
import { Pulse } from '../script/pulse.ts'
import type { TabQueue } from '../script/tab-queue.ts'
import { loadAssets } from './assets.ts'
import { surviveForgottenWork } from './forgotten-work.ts'
import { createHandler, type Handler } from './handler.ts'
import { listen } from './listen.ts'
import { createJsonLog, createTerminalLog } from './log.ts'
import { watchLoop } from './loop-watch.ts'
import type { LogEntry } from './program.ts'
import { checkProviders } from './provider-check.ts'
import type { Environment } from './environment.ts'
import { databaseFile, DEFAULT_FOLDER, readKeys, readSettings } from './settings.ts'
import { addressOf } from './sheet-settings.ts'
import { openStores } from './stores.ts'
import { freeBuffersSooner } from './unused-buffers.ts'

/** How long requests under way may take at the end; an author who presses Ctrl-C does not want to wait. */
const GRACE_MS = 10_000
const DEVELOPMENT_GRACE_MS = 1000
/** How often it is looked, at the end, whether connections and runs have come to theirs. */
const SWEEP_MS = 20

/** How an app is served, where the environment does not say. */
export interface ServeOptions {
  /** Variables in place of the process's own. */
  readonly env?: Environment
  /**
   * Whether errors show the author's lines (where `PUBLIC_URL` is https or `HOST` not the loopback interface: if
   * `NODE_ENV` is `development`; else unless it is `production`).
   */
  readonly development?: boolean
  /** Where log lines go (standard error: sentences in development, JSON lines otherwise). */
  readonly log?: (entry: LogEntry) => void
  /**
   * Hears twice a second, and before the first line of a page's script, which pages are at work. Who watches over the
   * process from outside and hears nothing more knows that it stands still, and where.
   */
  readonly onBeat?: (pages: readonly string[]) => void
}

/** An app that is being served. */
export interface Served {
  /** Where people find it. */
  readonly url: string
  /** The folder that holds the database and the key file. */
  readonly dataFolder: string
  /** The Google Sheet that holds the users, by its address, where there is one. */
  readonly sheet: string | undefined
  /** What it is registered with: titles, and where each is found. */
  readonly providers: readonly {
    readonly title: string
    readonly api: string
    readonly redirectUri: string
  }[]
  /** The key file, if this start has made one. */
  readonly madeKeyFile: string | undefined
  /** Stops taking requests, finishes those under way, closes the stores. */
  close(): Promise<void>
}

/**
 * Serves an app until it is closed, at `PUBLIC_URL`, else at the loopback address and port that it is bound to
 * (`127.0.0.1` unless `HOST` names another).
 *
 * @throws `server.port-taken`, `server.not-built`; the codes of `readSettings`, `readKeys`, `openStores`,
 *   `openKeyRing`, `createProgram` and `checkProviders`.
 */
export async function serve(app: App, options: ServeOptions = {}): Promise<Served> {
  const env = options.env ?? process.env
  const settings = readSettings(app, env, process.cwd())
  const assets = loadAssets()
  makeDataFolder(settings.dataFolder)
  const { sealing, made, path } = readKeys(env, settings.dataFolder, systemRandom)
  const development = options.development ?? settings.development
  const log = options.log ?? createLog(env, development)
  const stores = await openStores({
    file: databaseFile(settings.dataFolder),
    ...{ sheet: settings.sheet, sealing },
    report: (error) => log({ level: 'warn', message: 'The sheet cannot be read.', error }),
  })
  const { sessions, users } = stores
  const stopSurviving = surviveForgottenWork(log)
  freeBuffersSooner()
  const closeStores = async () => {
    await stores.close()
    stopSurviving()
  }

  let answer: (request: Request) => Response | Promise<Response> = () =>
    new Response(null, { status: 503 })
  const open = async () => ({
    ring: await openKeyRing(users, sealing, systemRandom),
    server: await listen({
      fetch: (request) => answer(request),
      port: settings.port,
      hostname: settings.host,
    }),
  })
  const { ring, server } = await open().catch(async (error: unknown) => {
    await closeStores()
    throw error
  })
  const bound = server.address() as AddressInfo
  const publicUrl = env['PUBLIC_URL'] ? settings.publicUrl : loopbackUrl(bound)
  const { onBeat } = options
  const pulse = new Pulse(() => performance.now(), onBeat)
  let stopWatching = () => {}
  let handler: Handler | undefined
  const close = async () => {
    handler?.close()
    stopWatching()
    const graceMs = development ? DEVELOPMENT_GRACE_MS : GRACE_MS
    const graceEnds = performance.now() + graceMs
    await closeServer(server, graceMs)
    if (handler !== undefined) await endOfRuns(handler.program.script.queue, graceEnds)
    await closeStores()
  }
  try {
    const { registrations } = settings
    const kept = { sessions, users, ring }
    const told = { development, log, pulse }
    handler = createHandler({ app, publicUrl, ...kept, registrations, assets, ...told })
    await checkProviders(handler.program)
  } catch (error) {
    await close()
    throw error
  }
  answer = handler.fetch
  stopWatching = watchLoop(pulse, log, onBeat)

  return {
    url: publicUrl.origin,
    dataFolder: settings.dataFolder,
    sheet: settings.sheet && addressOf(settings.sheet),
    providers: [...handler.program.connect.providers.values()].map(({ provider, redirectUri }) => ({
      title: provider.title,
      api: provider.api,
      redirectUri,
    })),
    madeKeyFile: made ? path : undefined,
    close,
  }
}

function createLog(env: Environment, development: boolean): (entry: LogEntry) => void {
  if (!development) return createJsonLog()
  return createTerminalLog(undefined, env['THROUGHLINE_EVENTS'] === '1')
}

/** The address that people on this machine reach the program at: by its number, for a name may lead elsewhere. */
function loopbackUrl({ address, port }: AddressInfo): URL {
  return new URL(`http://${address === '::1' ? '[::1]' : '127.0.0.1'}:${port}`)
}

function makeDataFolder(folder: string): void {
  try {
    const isMade = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined
    accessSync(folder, constants.W_OK)
    if (isMade || basename(folder) === DEFAULT_FOLDER) keepOutOfGit(folder)
  } catch (error) {
    throw new ThroughlineError(
      'server.bad-setting',
      `The data folder ${folder} cannot be used (${(error as NodeJS.ErrnoException).code}). Set THROUGHLINE_DATA to a ` +
        'folder that this program may make and write to.',
      { attribution: 'operator' },
    )
  }
}

/** Nobody means to publish keys and people's data together with a script. */
function keepOutOfGit(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  // A connection whose answer ends later becomes idle then, and would stay open for as long as it is kept alive.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  const grace = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(grace)
}

/** A run begun by a press is finished also where its browser has gone. */
async function endOfRuns(queue: TabQueue, graceEnds: number): Promise<void> {
  while (!queue.isIdle && performance.now() < graceEnds) {
    await new Promise((resolve) => setTimeout(resolve, SWEEP_MS))
  }
}
