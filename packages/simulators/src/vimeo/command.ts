/*
 * The command `simulate vimeo`: reads flags and environment, starts, says how one's own program is pointed at it,
 * and ends on a signal. Whoever starts a simulator beside something else takes the parts.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { closeOnSignal, readPort } from '../simulator/command-line.ts'
import { readRegistration, type Registration } from './registration.ts'
import { startVimeoSimulator, type VimeoSimulator } from './start.ts'

/** The port of the API and OAuth where none is named. */
export const SIMULATOR_PORT = 3001

/** Highest port of the API: the two others take those above. */
const MAX_PORT = 65_533

/** What the command is run with. */
export interface CommandOptions {
  /** The words behind `simulate vimeo`. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that keeps the registration and what people consented to. */
  readonly folder: string
  /** Receives each line (standard output). */
  readonly print?: (line: string) => void
}

/**
 * Runs the command until it is stopped by SIGINT or SIGTERM.
 *
 * @throws `TypeError` for flags that it does not know; `Error` with a sentence for its reader where it cannot start.
 */
export async function simulateVimeo(options: CommandOptions): Promise<void> {
  const { env, folder, print = console.log } = options
  const { port, videosDir, generate, redirectUris } = readSettings(options)
  const id = env['SIMULATOR_CLIENT_ID']
  const secret = env['SIMULATOR_CLIENT_SECRET']
  const isGiven = id !== undefined && secret !== undefined
  if (!isGiven && (id !== undefined || secret !== undefined))
    throw new TypeError(
      'Of SIMULATOR_CLIENT_ID and SIMULATOR_CLIENT_SECRET only one is set. Set both, or neither.',
    )
  const registration = isGiven ? { clientId: id, clientSecret: secret } : readRegistration(folder)
  const simulator = await startRegistered({
    registration,
    port,
    folder,
    redirectUris,
    ...(videosDir !== undefined && { videosDir }),
    ...(generate !== undefined && { generate }),
    keeps: !isGiven,
    hasNeighbours: true,
    advice: `--port ${(port % MAX_PORT) + 10}`,
  })
  closeOnSignal(simulator)
  // Secrets that were given are known already and stay out of the terminal.
  for (const line of describeSimulator(simulator, redirectUris, isGiven ? undefined : registration))
    print(line)
}

/**
 * Starts a simulator for a registered app.
 *
 * @param options `advice` names another port, in the words of whoever chose this one; with `keeps`, people stay
 *   connected over a restart; with `hasNeighbours`, files come from the two ports above and not from any free ones.
 * @throws `Error` that says what to do where a port is taken.
 */
export async function startRegistered(options: {
  readonly registration: Registration
  readonly port: number
  readonly folder: string
  readonly redirectUris: readonly string[]
  readonly videosDir?: string
  readonly generate?: number
  readonly keeps: boolean
  readonly hasNeighbours?: boolean
  readonly advice: string
}): Promise<VimeoSimulator> {
  const { registration, port, folder, redirectUris, videosDir, generate, keeps, advice } = options
  const hasNeighbours = options.hasNeighbours === true && port > 0
  try {
    return await startVimeoSimulator({
      ...registration,
      port,
      ...(hasNeighbours && { playerPort: port + 1, cdnPort: port + 2 }),
      redirectUris,
      ...(videosDir !== undefined && { videosDir }),
      ...(generate !== undefined && { generate }),
      ...(keeps && { keepIn: join(folder, 'simulator-grants.json') }),
    })
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException & { port?: number } }
    if (cause?.code !== 'EADDRINUSE') throw error
    const sentence = `Stop that one, or choose another port: ${advice}.`
    throw new Error(`${describeTaken(cause.port ?? port, port)} ${sentence}`, { cause: error })
  }
}

/** Says that a port is taken, and what it was wanted for where that is not the port that was named. */
function describeTaken(taken: number, named: number): string {
  if (taken === named) return `Port ${taken} is taken by another program.`
  const purpose = `The simulator on port ${named} needs port ${taken} for links and files`
  return `${purpose}, and another program has taken it.`
}

/** Lists what a person needs to point a program at it. Without a registration, its secrets are left out. */
export function describeSimulator(
  { origin, playerOrigin, cdnOrigin, people }: VimeoSimulator,
  redirectUris: readonly string[],
  registration: Registration | undefined,
): readonly string[] {
  const { clientId = '(as given)', clientSecret = '(as given)' } = registration ?? {}
  const { hostname, port } = new URL(origin)
  return [
    `A simulator of Vimeo is ready: ${origin}`,
    '',
    `  API and OAuth   ${origin}  for https://api.vimeo.com`,
    `  links to files  ${playerOrigin}  for https://player.vimeo.com`,
    `  files           ${cdnOrigin}  for vimeocdn.com`,
    `  control page    ${origin}/simulator`,
    `  people          ${people.map(({ name }) => name).join(', ')}`,
    `  client id       ${clientId}`,
    `  client secret   ${clientSecret}`,
    `  redirect URIs   ${redirectUris.join(' ')}`,
    '',
    'A script of Throughline’s is pointed at it by its environment:',
    `  VIMEO_ORIGIN=${origin} VIMEO_CLIENT_ID=${clientId} VIMEO_CLIENT_SECRET=${clientSecret}`,
    '',
    '@vimeo/vimeo is pointed at it before its first request:',
    "  const { vimeo_module } = require('@vimeo/vimeo')",
    `  Object.assign(vimeo_module.request_defaults, { protocol: 'http:', hostname: '${hostname}', port: ${port} })`,
  ]
}

function readSettings({ args, env }: CommandOptions): {
  readonly port: number
  readonly videosDir: string | undefined
  readonly generate: number | undefined
  readonly redirectUris: readonly string[]
} {
  const { values } = parseArgs({
    args: [...args],
    options: {
      videos: { type: 'string' },
      generate: { type: 'string' },
      port: { type: 'string' },
      'redirect-uri': { type: 'string', multiple: true },
    },
  })
  const text = values.port ?? (env['SIMULATOR_PORT'] || String(SIMULATOR_PORT))
  const port = readPort(text, MAX_PORT)
  if (values.videos === '')
    throw new TypeError('--videos is empty, expected a folder: --videos ~/Videos.')
  const given = (env['SIMULATOR_REDIRECT_URIS'] ?? '').split(' ').filter((uri) => uri !== '')
  const redirectUris = values['redirect-uri'] ?? given
  return {
    port,
    videosDir: values.videos,
    generate: readGenerate(values.generate),
    redirectUris:
      redirectUris.length > 0
        ? redirectUris
        : redirectUrisOf(`http://127.0.0.1:${env['PORT'] || 3000}`),
  }
}

/** The redirect URIs of a program of Throughline's: its own path for them, and its first page. */
export function redirectUrisOf(origin: string): readonly string[] {
  return [new URL('/oauth/callback/vimeo', origin).href, new URL('/', origin).href]
}

/**
 * Reads the flag `--generate`.
 *
 * @throws `TypeError` for what is not a whole number.
 */
export function readGenerate(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,6}$/.test(text)) return text === undefined ? text : Number(text)
  throw new TypeError(`--generate is "${text}", expected how many videos: --generate 10000.`)
}
