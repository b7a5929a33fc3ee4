/*
 * An app on a port: stores opened, keys found, requests answered, and everything closed in order at the end.
 */
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { ThroughlineError } from '../base/error.ts'
import { fileReason } from '../base/file-reason.ts'
import { systemRandom } from '../base/random.ts'
import { openKeyRing } from '../keys/mac-key.ts'
import type { App } from '../script/app.ts'
import { Pulse } from '../script/pulse.ts'
import { loadAssets } from './assets.ts'
import { readLogKind, type Environment } from './environment.ts'
import { surviveForgottenWork } from './forgotten-work.ts'
import { Front } from './front.ts'
import { createHandler, type Handler } from './handler.ts'
import { endingDiskOf } from './lasting-disk.ts'
import { listen } from './listen.ts'
import { createJsonLog, createTerminalLog } from './log.ts'
import { watchLoop } from './loop-watch.ts'
import { serveMetrics, type ServedMetrics } from './metrics.ts'
import type { LogEntry } from './program.ts'
import { checkProviders } from './provider-check.ts'
import { databaseFile, DEFAULT_FOLDER, readKeys, readSettings } from './settings.ts'
import { addressOf } from './sheet-settings.ts'
import { openStores } from './stores.ts'
import { freeBuffersSooner } from './unused-buffers.ts'

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
  /** Where log lines go (sentences on standard error in development, lines of JSON otherwise). */
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
  /** The address and port that it is bound to, for whoever sends it requests. */
  readonly listensAt: string
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
  /** Where the program's numbers are read, if anywhere. */
  readonly metricsUrl: string | undefined
  /** What the data folder lies on, in production, where that ends with the machine or the container. */
  readonly endingDisk: string | undefined
  /**
   * Says that it ends, takes nothing new, finishes what is under way for at most `THROUGHLINE_GRACE_SECONDS`, closes the
   * stores.
   */
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
  const development = options.development ?? settings.development
  const log = options.log ?? createLog(env, development)
  const assets = loadAssets()
  makeDataFolder(settings.dataFolder)
  const { sealing, made, path } = readKeys(env, settings.dataFolder, systemRandom)
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

  const front = new Front({
    pages: app.pages,
    trusts: settings.trustedProxies,
    random: systemRandom,
    log: development ? undefined : log,
  })
  const open = async () => ({
    ring: await openKeyRing(users, sealing, systemRandom),
    server: await listen({
      fetch: (request, exchange) => front.answer(request, exchange),
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
  let metrics: ServedMetrics | undefined
  const close = async () => {
    front.end()
    handler?.close()
    stopWatching()
    const graceEnds = performance.now() + settings.graceMs
    // A run begun by a press is finished also where its browser has gone.
    const isAtWork = () => front.isBusy || handler?.program.script.queue.isIdle === false
    // Until then the port stays open: whoever asks for health is told, and whoever comes is asked to come again.
    while (isAtWork() && performance.now() < graceEnds) await pause(SWEEP_MS)
    await closeServer(server, graceEnds - performance.now())
    metrics?.close()
    await closeStores()
  }
  try {
    const { registrations } = settings
    const kept = { sessions, users, ring }
    const told = { development, log, pulse }
    handler = createHandler({ app, publicUrl, ...kept, registrations, assets, ...told })
    await checkProviders(handler.program)
    const { metricsPort } = settings
    if (metricsPort !== undefined) metrics = await serveMetrics(metricsPort, handler)
  } catch (error) {
    await close()
    throw error
  }
  front.open(handler)
  stopWatching = watchLoop(pulse, log, onBeat)

  return {
    url: publicUrl.origin,
    listensAt: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    dataFolder: settings.dataFolder,
    sheet: settings.sheet && addressOf(settings.sheet),
    providers: [...handler.program.connect.providers.values()].map(({ provider, redirectUri }) => ({
      title: provider.title,
      api: provider.api,
      redirectUri,
    })),
    madeKeyFile: made ? path : undefined,
    metricsUrl: metrics && `http://127.0.0.1:${metrics.port}/metrics`,
    endingDisk: env['NODE_ENV'] === 'production' ? endingDiskOf(settings.dataFolder) : undefined,
    close,
  }
}

function createLog(env: Environment, development: boolean): (entry: LogEntry) => void {
  const kind = readLogKind(env, development ? 'sentences' : 'json')
  if (kind === 'json') return createJsonLog()
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
      `The data folder ${folder} cannot be used (${fileReason(error)}). Set THROUGHLINE_DATA to a ` +
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
  const grace = setTimeout(() => server.closeAllConnections(), Math.max(0, graceMs))
  await closed
  clearInterval(sweep)
  clearTimeout(grace)
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
