/*
 * Starts and stops a Vimeo simulator: three servers on 127.0.0.1 that share one world.
 * The only file here that puts all the parts together.
 */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import type { HttpBindings } from '@hono/node-server'

import { createApiOrigin } from './api-origin.ts'
import { createCdnOrigin } from './cdn-origin.ts'
import { isControlPath } from '../simulator/control-guard.ts'
import { createControls, type Controls } from './controls.ts'
import { DeviceGrants } from './device-grants.ts'
import { createGrantsFile } from './grants-file.ts'
import { Grants } from './grants.ts'
import type { LibraryNote } from './library-notes.ts'
import { loadLibrary } from './library.ts'
import { answerOrFail, NO_STATUS, placeOf, TOLD_TO_FAIL } from './injected-failures.ts'
import { listen, type ListeningServer } from '../simulator/listen.ts'
import { samplePeople, type SamplePeople } from './people.ts'
import { createPlayerOrigin } from './player-origin.ts'
import { reasonOf } from './reasons.ts'
import { toLoggedRequest, type LoggedRequest, type OriginName } from './request-log.ts'
import { createHex, type RandomBytes } from '../simulator/random-text.ts'
import { checkSwitches, defaultSwitches, type VimeoSwitches } from './switches.ts'
import type { Origins, VimeoWorld } from './world.ts'

/** The folder of clips that the simulator ships. */
export const shippedClips: string = fileURLToPath(new URL('../../clips', import.meta.url))

/** Longest log that is kept; older requests fall out. */
const MAX_LOGGED_REQUESTS = 10_000

/** How to start a simulator. */
export interface VimeoSimulatorOptions {
  /** Port of the API and OAuth origin (0, which takes any). */
  readonly port?: number
  /** Port of the player origin (0). */
  readonly playerPort?: number
  /** Port of the CDN origin (0). */
  readonly cdnPort?: number
  /** Folder of video files (the shipped clips). */
  readonly videosDir?: string
  /** What the folder's `library.json` would say of single files, in its place. */
  readonly library?: Readonly<Record<string, LibraryNote>>
  /** Makes so many videos of the first person over the files, in place of one for each file (absent: it does not). */
  readonly generate?: number
  /** OAuth client id of the one registered app. */
  readonly clientId: string
  /** OAuth client secret of that app. */
  readonly clientSecret: string
  /** Callback addresses of that app, absolute; at least one. */
  readonly redirectUris: readonly string[]
  /** File that keeps codes and tokens from one start to the next, made when there is none (they are forgotten). */
  readonly keepIn?: string
  /** Name of that app on the consent page (`Your app`). */
  readonly appName?: string
  /** The time (the clock of the machine). */
  readonly now?: () => Date
  /** Random bytes (those of node:crypto). */
  readonly random?: RandomBytes
  /** Switches that differ from the defaults. */
  readonly switches?: Partial<VimeoSwitches>
  /** Receives one line for each file that is skipped (standard error). */
  readonly log?: (line: string) => void
}

/** A running simulator. */
export interface VimeoSimulator extends Controls {
  /** API and OAuth origin, without a slash at the end. */
  readonly origin: string
  /** Origin of the links to files. */
  readonly playerOrigin: string
  /** Origin of bytes and pictures. */
  readonly cdnOrigin: string
  /** The people who can sign in. */
  readonly people: SamplePeople
  /** Stops all three servers. */
  close(): Promise<void>
}

/**
 * Starts a simulator.
 *
 * @throws `TypeError` for redirect URIs, a count or switches that are none; `Error` when a port is taken (naming it)
 *   or when the folder of videos or the file of grants cannot be read.
 */
export async function startVimeoSimulator(options: VimeoSimulatorOptions): Promise<VimeoSimulator> {
  assertRedirectUris(options.redirectUris)
  assertCount(options.generate ?? 0)
  const world = await createWorld(options)
  const requests: LoggedRequest[] = []
  const controls = createControls(world, requests)
  const servers: ListeningServer[] = []
  const allListen = Promise.withResolvers<void>()
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()))
  }
  const log = (request: LoggedRequest) => {
    requests.push(request)
    if (requests.length > MAX_LOGGED_REQUESTS) requests.shift()
  }
  const start = async (origin: OriginName, app: RequestTaker, port = 0): Promise<void> => {
    const fetch = async (request: Request, env: HttpBindings) => {
      // The answers of each origin name the others, so nobody is answered before all three listen.
      await allListen.promise
      if (origin === 'api' && isControlPath(request)) return app.fetch(request, env)
      const place = placeOf(origin, request)
      const time = world.now()
      const response = await answerOrFail(world, { place, env }, async () =>
        app.fetch(request, env),
      )
      const reason = response ? await reasonOf(response) : TOLD_TO_FAIL
      log(toLoggedRequest(request, { origin, time, status: response?.status ?? NO_STATUS, reason }))
      // Whoever waits for an answer that never comes must give up, or the simulator must be closed.
      return response ?? new Promise<Response>(() => {})
    }
    const server = await listen(fetch, { port, purpose: `Vimeo simulator (${origin})` })
    servers.push(server)
    world.origins[origin] = server.origin
  }

  try {
    await start('api', createApiOrigin(world, controls), options.port)
    await start('player', createPlayerOrigin(world), options.playerPort)
    await start('cdn', createCdnOrigin(world), options.cdnPort)
    allListen.resolve()
  } catch (error) {
    await close()
    throw error
  }

  return {
    origin: world.origins.api,
    playerOrigin: world.origins.player,
    cdnOrigin: world.origins.cdn,
    people: world.people,
    ...controls,
    close,
  }
}

interface RequestTaker {
  fetch(request: Request, env: HttpBindings): Response | Promise<Response>
}

async function createWorld(options: VimeoSimulatorOptions): Promise<VimeoWorld> {
  const clock = { aheadMilliseconds: 0 }
  const read = options.now ?? (() => new Date())
  const now = () => new Date(read().getTime() + clock.aheadMilliseconds)
  const random = options.random ?? randomBytes
  const people = samplePeople
  const file = options.keepIn === undefined ? undefined : createGrantsFile(options.keepIn, people)
  const origins: Origins = { api: '', player: '', cdn: '' }
  return {
    app: {
      name: options.appName ?? 'Your app',
      uri: '/apps/123456',
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      redirectUris: options.redirectUris,
    },
    people,
    library: await loadLibrary({
      videosDir: options.videosDir ?? shippedClips,
      people,
      ...(options.library !== undefined && { notes: options.library }),
      ...(options.generate !== undefined && { generate: options.generate }),
      log: options.log ?? ((line) => void process.stderr.write(`${line}\n`)),
    }),
    grants: new Grants(now, random, file),
    devices: new DeviceGrants(now, random),
    origins,
    switches: { ...defaultSwitches, ...checkSwitches(options.switches ?? {}) },
    callCounts: new Map(),
    clock,
    now,
    random,
    linkKey: random(32),
    leakedPassword: createHex(random, 16),
  }
}

function assertRedirectUris(redirectUris: readonly string[]): void {
  if (redirectUris.length === 0) throw new TypeError('There must be at least one redirect URI.')
  for (const uri of redirectUris)
    if (!URL.canParse(uri) || uri.includes('#'))
      throw new TypeError(`The redirect URI \`${uri}\` must be an absolute URL without "#".`)
}

function assertCount(count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > 100_000)
    throw new TypeError(`"generate" is ${count}. Expected a whole number from 0 to 100000.`)
}
