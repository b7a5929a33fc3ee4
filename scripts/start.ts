/*
 * `npm start`: the exporter, and a Vimeo simulator beside it when there are no credentials of Vimeo's.
 *
 * `--sheet` keeps the users in a simulated Google Sheet that is started with it. `--only simulator` and `--only
 * exporter` start the two alone. Both read the simulator's registration from the data folder, where the first start
 * makes it; people stay connected over a restart of both.
 */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { GOOGLE_PORT, startKeptSheet } from '../packages/simulators/src/google/command.ts'
import type { GoogleSimulator } from '../packages/simulators/src/google/start.ts'
import {
  describeSimulator,
  readGenerate,
  redirectUrisOf,
  SIMULATOR_PORT,
  startRegistered,
} from '../packages/simulators/src/vimeo/command.ts'
import { closeOnSignal } from '../packages/simulators/src/simulator/command-line.ts'
import { readRegistration } from '../packages/simulators/src/vimeo/registration.ts'
import type { VimeoSimulator } from '../packages/simulators/src/vimeo/start.ts'

const PORT = 3000

const SIMULATED = `                 That is a simulator with two made-up people. For the real Vimeo set
                 VIMEO_CLIENT_ID and VIMEO_CLIENT_SECRET.`

const { env } = process

/** How other commands of Throughline find the sheet. */
function describeSheet(): string {
  const names = ['GOOGLE_SHEET_ID', 'GOOGLE_SERVICE_ACCOUNT_FILE', 'GOOGLE_SHEETS_ORIGIN']
  return `                 That is a simulated sheet: open it in a browser. For other commands, in front of each:
                 ${names.map((name) => `${name}=${env[name]}`).join(' ')}`
}
const dataFolder = env['THROUGHLINE_DATA'] || '.throughline'

try {
  await start()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function start(): Promise<void> {
  const { only, sheet, ...library } = readFlags()
  const port = readPort('PORT', PORT) || (await findFreePort())
  const simulatorPort = readPort('SIMULATOR_PORT', SIMULATOR_PORT)
  env['PORT'] = String(port)

  const hasCredentials = Boolean(env['VIMEO_CLIENT_ID'] || env['VIMEO_CLIENT_SECRET'])
  if (env['NODE_ENV'] === 'production')
    refuseSimulators(hasCredentials || only !== undefined, sheet)
  const needsSimulator = only === undefined ? !hasCredentials : only === 'simulator'
  const simulator = needsSimulator ? await startSimulator(simulatorPort, port, library) : undefined
  if (simulator !== undefined && only === 'simulator') return presentSimulator(simulator, port)

  if (!hasCredentials) {
    const { clientId, clientSecret } = readRegistration(dataFolder)
    env['VIMEO_CLIENT_ID'] = clientId
    env['VIMEO_CLIENT_SECRET'] = clientSecret
    env['VIMEO_ORIGIN'] = simulator?.origin ?? `http://127.0.0.1:${simulatorPort}`
  }
  const google = sheet ? await startSheet() : undefined
  await startExporter(simulator, google, !hasCredentials)
}

/** Starts a Google beside the exporter, and points the exporter at the sheet that it keeps. */
async function startSheet(): Promise<GoogleSimulator> {
  const port = readPort('GOOGLE_SIMULATOR_PORT', GOOGLE_PORT)
  const { simulator, sheetId, keyPath } = await startKeptSheet({
    port,
    folder: dataFolder,
    advice: `GOOGLE_SIMULATOR_PORT=${port + 10}`,
  })
  env['GOOGLE_SHEET_ID'] = sheetId
  env['GOOGLE_SERVICE_ACCOUNT_FILE'] = keyPath
  env['GOOGLE_SHEETS_ORIGIN'] = simulator.origin
  return simulator
}

/** People of a public program must not be sent to their own machines. */
function refuseSimulators(isReal: boolean, sheet: boolean): void {
  if (!isReal) {
    throw new Error(
      'NODE_ENV is production, and VIMEO_CLIENT_ID and VIMEO_CLIENT_SECRET are not set: people would be sent to a simulator. ' +
        'Set both, or leave NODE_ENV out to try it.',
    )
  }
  if (sheet) {
    throw new Error(
      'NODE_ENV is production, and --sheet keeps users in a simulated Google. Leave it out, and set GOOGLE_SHEET_ID and ' +
        'GOOGLE_SERVICE_ACCOUNT_FILE (docs/google-sheet.md).',
    )
  }
}

async function startExporter(
  simulator: VimeoSimulator | undefined,
  google: GoogleSimulator | undefined,
  isSimulated: boolean,
): Promise<void> {
  const { bundleBrowser } = await import('./browser-bundle.ts')
  await bundleBrowser()
  const { serveUntilStopped } = await import('throughline/serve')
  const { default: exporter } = await import('../apps/vimeo-exporter/script.ts')
  await serveUntilStopped(exporter, {
    name: 'The Vimeo exporter',
    print(line) {
      console.log(line)
      if (isSimulated && line.includes('connected to')) console.log(SIMULATED)
      if (google !== undefined && line.includes('and its users')) console.log(describeSheet())
    },
    onStop: async () => {
      await Promise.all([simulator?.close(), google?.close()])
    },
  })
}

function startSimulator(
  port: number,
  exporterPort: number,
  library: { readonly videosDir?: string; readonly generate?: number },
): Promise<VimeoSimulator> {
  if (port === exporterPort) {
    throw new Error(`PORT and SIMULATOR_PORT are both ${port}. Choose two different ones.`)
  }
  return startRegistered({
    registration: readRegistration(dataFolder),
    port,
    folder: dataFolder,
    redirectUris: exporterRedirectUris(exporterPort),
    ...library,
    keeps: true,
    advice: `SIMULATOR_PORT=${port + 10}`,
  })
}

function exporterRedirectUris(port: number): readonly string[] {
  // What is no address is for the exporter to refuse, in its own words.
  return redirectUrisOf(URL.parse(env['PUBLIC_URL'] ?? '')?.href ?? `http://127.0.0.1:${port}`)
}

/** Says how a script of one's own is connected to it. */
function presentSimulator(simulator: VimeoSimulator, port: number): void {
  closeOnSignal(simulator)
  const registration = readRegistration(dataFolder)
  for (const line of describeSimulator(simulator, exporterRedirectUris(port), registration)) {
    console.log(line)
  }
}

function readFlags(): {
  readonly only: 'simulator' | 'exporter' | undefined
  readonly sheet: boolean
  readonly videosDir?: string
  readonly generate?: number
} {
  const text = { type: 'string' } as const
  const sheetFlag = { type: 'boolean', default: false } as const
  const options = { only: text, videos: text, generate: text, sheet: sheetFlag }
  const { values } = readArguments(() => parseArgs({ options }))
  const { only, videos, sheet } = values
  const generate = readGenerate(values.generate)
  if (only !== undefined && only !== 'simulator' && only !== 'exporter') {
    throw new Error(`--only ${only} is not known. Write --only simulator or --only exporter.`)
  }
  return {
    ...{ only, sheet },
    ...(videos === undefined ? {} : { videosDir: videos }),
    ...(generate === undefined ? {} : { generate }),
  }
}

/** Node's own sentence does not say which flags there are. */
function readArguments<Result>(read: () => Result): Result {
  try {
    return read()
  } catch {
    throw new Error(
      'npm start takes --sheet (users in a simulated Google Sheet), --videos DIR and --generate N (films of the simulated Vimeo), ' +
        'and --only simulator or exporter. What else there is to set stands in the README.',
    )
  }
}

function readPort(name: string, fallback: number): number {
  const text = env[name] || String(fallback)
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new Error(`${name} is "${text}", expected a port from 0 to 65535 (0: any free one).`)
}

/** Both need to know where the other is before either listens. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
