/*
 * `npm start`: the exporter, and a Vimeo simulator beside it when there are no credentials of Vimeo's.
 *
 * `--only simulator` and `--only exporter` start the two alone. Both read the simulator's registration from the data
 * folder, where the first start makes it; people stay connected over a restart of both.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createClientId, createClientSecret } from '../packages/simulators/src/vimeo/secrets.ts'
import { startVimeoSimulator, type VimeoSimulator } from '../packages/simulators/src/vimeo/start.ts'

const PORT = 3000
const SIMULATOR_PORT = 3001

const SIMULATED = `                 That is a simulator with two made-up people. For the real Vimeo set
                 VIMEO_CLIENT_ID and VIMEO_CLIENT_SECRET.`

/** What the simulator knows the exporter by. */
interface Registration {
  readonly clientId: string
  readonly clientSecret: string
}

const { env } = process
const dataFolder = env['THROUGHLINE_DATA'] || '.throughline'

try {
  await start()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function start(): Promise<void> {
  const { only, videos } = readFlags()
  const port = readPort('PORT', PORT) || (await findFreePort())
  const simulatorPort = readPort('SIMULATOR_PORT', SIMULATOR_PORT)
  env['PORT'] = String(port)

  const hasCredentials = Boolean(env['VIMEO_CLIENT_ID'] || env['VIMEO_CLIENT_SECRET'])
  const needsSimulator = only === undefined ? !hasCredentials : only === 'simulator'
  const simulator = needsSimulator ? await startSimulator(simulatorPort, port, videos) : undefined
  if (simulator !== undefined && only === 'simulator') return presentSimulator(simulator, port)

  if (!hasCredentials) {
    const { clientId, clientSecret } = readRegistration()
    env['VIMEO_CLIENT_ID'] = clientId
    env['VIMEO_CLIENT_SECRET'] = clientSecret
    env['VIMEO_ORIGIN'] = simulator?.origin ?? `http://127.0.0.1:${simulatorPort}`
  }
  await startExporter(simulator, !hasCredentials)
}

async function startExporter(
  simulator: VimeoSimulator | undefined,
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
    ...(simulator === undefined ? {} : { onStop: () => simulator.close() }),
  })
}

async function startSimulator(
  port: number,
  exporterPort: number,
  videosDir: string | undefined,
): Promise<VimeoSimulator> {
  if (port === exporterPort) {
    throw new Error(`PORT and SIMULATOR_PORT are both ${port}. Choose two different ones.`)
  }
  // What is no address is for the exporter to refuse, in its own words.
  const origin = URL.parse(env['PUBLIC_URL'] ?? '')?.href ?? `http://127.0.0.1:${exporterPort}`
  const registration = readRegistration()
  try {
    return await startVimeoSimulator({
      ...registration,
      port,
      ...(videosDir === undefined ? {} : { videosDir }),
      redirectUris: [new URL('/oauth/callback/vimeo', origin).href, new URL('/', origin).href],
      keepIn: join(dataFolder, 'simulator-grants.json'),
    })
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException }
    if (cause?.code !== 'EADDRINUSE') throw error
    const advice = `Stop that one, or choose another port: SIMULATOR_PORT=${port + 10}.`
    throw new Error(`Port ${port} is taken by another program. ${advice}`, { cause: error })
  }
}

/** Says how a script of one's own is connected to it. */
function presentSimulator(simulator: VimeoSimulator, port: number): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)))
  }
  const { clientId, clientSecret } = readRegistration()
  console.log(`A simulator of Vimeo is ready: ${simulator.origin}`)
  console.log(`For a script of your own on port ${port}, set`)
  console.log(
    `  VIMEO_ORIGIN=${simulator.origin} VIMEO_CLIENT_ID=${clientId} VIMEO_CLIENT_SECRET=${clientSecret}`,
  )
}

function readFlags(): {
  readonly only: 'simulator' | 'exporter' | undefined
  readonly videos: string | undefined
} {
  const options = { only: { type: 'string' }, videos: { type: 'string' } } as const
  const { only, videos } = parseArgs({ options }).values
  if (only === undefined || only === 'simulator' || only === 'exporter') return { only, videos }
  throw new Error(`--only ${only} is not known. Write --only simulator or --only exporter.`)
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

/** Made once, and kept beside the exporter's own keys. Of two halves that start at once, the first one's counts. */
function readRegistration(): Registration {
  const file = join(dataFolder, 'simulator.json')
  if (!existsSync(file)) {
    const made = {
      clientId: createClientId(randomBytes),
      clientSecret: createClientSecret(randomBytes),
    }
    const draft = `${file}.${process.pid}`
    try {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
      writeFileSync(draft, JSON.stringify(made), { mode: 0o600 })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const advice = 'Set THROUGHLINE_DATA to a folder that may be made and written to.'
      throw new Error(`The data folder ${dataFolder} cannot be used (${code}). ${advice}`, {
        cause: error,
      })
    }
    try {
      linkSync(draft, file)
    } catch (error) {
      if (!existsSync(file)) throw error
    } finally {
      unlinkSync(draft)
    }
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Registration
}
