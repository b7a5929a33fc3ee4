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
  await startExporter([simulator, google], !hasCredentials)
}

/** Starts a Google beside the exporter, and points the exporter at the sheet that it keeps. */
async function startSheet(): Promise<{ close(): Promise<void> }> {
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

async function startExporter(
  simulators: readonly ({ close(): Promise<void> } | undefined)[],
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
    },
    onStop: async () => {
      await Promise.all(simulators.map(async (simulator) => simulator?.close()))
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
  const { values } = parseArgs({ options })
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
