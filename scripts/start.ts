/*
 * `npm start`: the exporter, and the Vimeo simulator beside it when there are no credentials of Vimeo's.
 *
 * `--only simulator` and `--only exporter` start the two alone; both read the simulator's registration from the
 * data folder, where the first start makes it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createClientId, createClientSecret } from '../packages/simulators/src/vimeo/secrets.ts'
import { startVimeoSimulator } from '../packages/simulators/src/vimeo/start.ts'

interface SimulatedRegistration {
  readonly clientId: string
  readonly clientSecret: string
}

const { env } = process
const { values } = parseArgs({
  options: { only: { type: 'string' }, videos: { type: 'string' } },
})
const hasCredentials =
  env['VIMEO_CLIENT_ID'] !== undefined || env['VIMEO_CLIENT_SECRET'] !== undefined
const simulatorPort = Number(env['SIMULATOR_PORT'] ?? 3001)
const exporterPort = Number(env['PORT'] ?? 3000)

try {
  const simulator =
    values.only === 'exporter' || (hasCredentials && values.only === undefined)
      ? undefined
      : await startSimulator()
  if (values.only !== 'simulator') {
    if (!hasCredentials) Object.assign(env, credentialsOf(readRegistration(), simulator?.origin))
    const { serveUntilStopped } = await import('throughline/serve')
    const { default: exporter } = await import('../apps/vimeo-exporter/script.ts')
    await serveUntilStopped(exporter, {
      name: 'The Vimeo exporter',
      ...(simulator === undefined ? {} : { onStop: () => simulator.close() }),
    })
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function startSimulator() {
  const origin = env['PUBLIC_URL'] ?? `http://127.0.0.1:${exporterPort}`
  const started = await startVimeoSimulator({
    port: simulatorPort,
    playerPort: simulatorPort && simulatorPort + 1,
    cdnPort: simulatorPort && simulatorPort + 2,
    ...(values.videos === undefined ? {} : { videosDir: values.videos }),
    ...readRegistration(),
    redirectUris: [new URL('/oauth/callback/vimeo', origin).href, new URL('/', origin).href],
  })
  if (values.only === 'simulator') {
    console.log(`A simulator of Vimeo is ready: ${started.origin}`)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void started.close())
    }
  }
  return started
}

function credentialsOf(registration: SimulatedRegistration, origin: string | undefined) {
  return {
    VIMEO_CLIENT_ID: registration.clientId,
    VIMEO_CLIENT_SECRET: registration.clientSecret,
    VIMEO_ORIGIN: origin ?? `http://127.0.0.1:${simulatorPort}`,
  }
}

/** What the simulator knows the exporter by: made once, kept beside the exporter's own keys. */
function readRegistration(): SimulatedRegistration {
  const folder = env['THROUGHLINE_DATA'] ?? '.throughline'
  const file = join(folder, 'simulator.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SimulatedRegistration
  } catch {
    const registration = {
      clientId: createClientId(randomBytes),
      clientSecret: createClientSecret(randomBytes),
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(file, JSON.stringify(registration), { mode: 0o600 })
    return registration
  }
}
