/*
 * Starts and stops a Google simulator: one server on 127.0.0.1 that stands for oauth2.googleapis.com (`/token`) and
 * for sheets.googleapis.com (`/v4/…`). The only file here that puts all the parts together.
 */
import { randomBytes } from 'node:crypto'

import type { HttpBindings } from '@hono/node-server'

import { listen } from '../simulator/listen.ts'
import type { RandomBytes } from '../simulator/random-text.ts'
import { createControls, type Controls } from './controls.ts'
import { createPageRoutes, isPagePath } from './page-routes.ts'
import { MOST_REQUESTS, type LoggedRequest } from './request-log.ts'
import { answerCall, waitFor, type CallOutcome } from './sheets-api.ts'
import { checkSwitches, defaultSwitches, type GoogleSwitches } from './switches.ts'
import { answerToken } from './token-endpoint.ts'
import { loadWorld, saveWorld } from './world-file.ts'
import type { GoogleWorld } from './world.ts'

/** Google recommends 2 MB for a request and sets no limit. */
const MOST_BODY_BYTES = 64 * 1024 * 1024

/** How to start a simulator. */
export interface GoogleSimulatorOptions {
  /** Port (0, which takes any). */
  readonly port?: number
  /** The time in epoch milliseconds (the clock of the machine). */
  readonly clock?: () => number
  /** Random bytes (those of node:crypto). */
  readonly random?: RandomBytes
  /** File that keeps accounts, tokens and spreadsheets from one start to the next (they are forgotten). */
  readonly keepIn?: string
  /** Switches that differ from the defaults. */
  readonly switches?: Partial<GoogleSwitches>
}

/** A running simulator. */
export interface GoogleSimulator extends Controls {
  /** `http://127.0.0.1:{port}`: the origin of the Sheets API. */
  readonly origin: string
  /** Where tokens are given. */
  readonly tokenUri: string
  /** Stops the server. */
  close(): Promise<void>
}

/**
 * Starts a simulator.
 *
 * @throws `TypeError` for switches that are none; `Error` when the port is taken (naming it) or the file that keeps
 *   what was there cannot be read.
 */
export async function startGoogle(options: GoogleSimulatorOptions = {}): Promise<GoogleSimulator> {
  const closing = new AbortController()
  const world = createWorld(options, closing.signal)
  const controls = createControls(world)
  const pages = createPageRoutes(world, controls)
  const server = await listen(
    (request, env) =>
      isPagePath(new URL(request.url).pathname)
        ? pages.fetch(request)
        : answer(world, request, env),
    {
      port: options.port ?? 0,
      purpose: 'Google simulator',
      mostBodyBytes: MOST_BODY_BYTES,
    },
  )
  world.origin = server.origin
  return {
    origin: server.origin,
    tokenUri: `${server.origin}/token`,
    ...controls,
    close: () => {
      closing.abort()
      return server.close()
    },
  }
}

function createWorld(
  { clock = () => Date.now(), random = randomBytes, switches = {}, keepIn }: GoogleSimulatorOptions,
  closing: AbortSignal,
): GoogleWorld {
  const moved = { aheadMilliseconds: 0 }
  const world: GoogleWorld = {
    origin: '',
    accounts: new Map(),
    tokens: new Map(),
    spreadsheets: new Map(),
    minutes: new Map(),
    counts: { reads: 0, writes: 0 },
    requests: [],
    switches: { ...defaultSwitches, ...checkSwitches(switches) },
    clock: moved,
    now: () => clock() + moved.aheadMilliseconds,
    random,
    closing,
    changed: () => {
      if (keepIn !== undefined) saveWorld(keepIn, world)
    },
  }
  if (keepIn !== undefined) loadWorld(keepIn, world)
  return world
}

async function answer(world: GoogleWorld, request: Request, env: HttpBindings): Promise<Response> {
  const time = world.now()
  const { delayMilliseconds } = world.switches
  if (delayMilliseconds > 0) await waitFor(world, delayMilliseconds)
  const url = new URL(request.url)
  const isToken = request.method === 'POST' && /^\/(token|oauth2\/v4\/token)$/.test(url.pathname)
  const outcome: CallOutcome = isToken
    ? { response: await answerToken(world, request) }
    : await answerCall(world, request)
  note(world, request, { time, outcome })
  if (outcome.response !== undefined) return dated(world, outcome.response)
  env.outgoing.socket?.resetAndDestroy()
  // Nobody waits for this answer any more.
  return new Promise<Response>(() => {})
}

/** By the simulator's clock, as of one machine. */
function dated({ now, switches }: GoogleWorld, response: Response): Response {
  const time = now() + switches.clockAheadSeconds * 1000
  response.headers.set('date', new Date(time).toUTCString())
  return response
}

function note(
  { requests }: GoogleWorld,
  request: Request,
  { time, outcome }: { readonly time: number; readonly outcome: CallOutcome },
): void {
  const { pathname, search } = new URL(request.url)
  const { response, kind, reason } = outcome
  const entry: LoggedRequest = {
    method: request.method,
    path: readable(pathname),
    query: readable(search).replaceAll(/access_token=[^&]*/g, 'access_token=…'),
    time: new Date(time).toISOString(),
    status: response?.status ?? 0,
    ...(kind !== undefined && { kind }),
    ...(reason !== undefined && { reason }),
  }
  requests.push(entry)
  if (requests.length > MOST_REQUESTS) requests.shift()
}

/** Writes an address as it reads best; what cannot be decoded stays as it came. */
function readable(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
