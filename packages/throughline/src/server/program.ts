/*
 * One running program: an app with its stores, keys and providers, put together once.
 */
import { wallClock, type Clock } from '../base/clock.ts'
import { ThroughlineError } from '../base/error.ts'
import { createId, systemRandom, type Random } from '../base/random.ts'
import {
  prepareConnections,
  type ConnectWorld,
  type RegisteredProvider,
} from '../connect/connect-world.ts'
import { SECURITY_EVENTS, type SecurityEvent } from '../connect/security-event.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { CALLBACK_PATH } from '../protocol/paths.ts'
import {
  assertProvider,
  relocate,
  toOAuthClient,
  type Provider,
  type Registration,
} from '../providers/provider.ts'
import { completeProvider, type ProviderRecord } from '../providers/provider-record.ts'
import { createServerAccess } from '../providers/server-access.ts'
import type { App } from '../script/app.ts'
import { Declarations } from '../script/declarations.ts'
import { LabelWatch } from '../script/label-watch.ts'
import { Pulse } from '../script/pulse.ts'
import { RunRoom, type RoomLimits } from '../script/run-room.ts'
import { TabQueue } from '../script/tab-queue.ts'
import type { ScriptWorld } from '../script/world.ts'
import { Admission, type AdmissionLimits } from '../session/admission.ts'
import { SharedAllowance, type Rate } from '../session/allowance.ts'
import type { IdentityContext } from '../session/browser-identity.ts'
import { cookieKindAt } from '../session/cookie.ts'
import type { SessionStore } from '../store/session-store.ts'
import type { UserStore } from '../store/user-store.ts'
import type { Assets } from './assets.ts'
import type { Access } from './access.ts'
import { Meter } from './meter.ts'
import { OpenFiles } from './open-files.ts'
import { Views } from './views.ts'

/** A provider as the operator registered this program with it. */
export interface ProviderRegistration {
  readonly provider: ProviderRecord
  /** Not to be spread: its secret is behind a getter. */
  readonly registration: Registration
  /** A page of the app that is the registered redirect URI, in place of `/oauth/callback/<provider>`. */
  readonly redirectPath?: string
}

/** Something worth a line in the log; never holds a secret. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly error?: unknown
  readonly id?: string
  /** What happened, where it is something to follow and nothing to mend; always of level `info`. */
  readonly event?: SecurityEvent
  /** A request that was answered, where the entry is about that and nothing else; always of level `info`. */
  readonly access?: Access
}

/** How much of a program those may take who are many. */
export interface ProgramLimits extends AdmissionLimits, RoomLimits {
  /** People who leave for a provider, in this process. */
  readonly departures: Rate
  readonly departuresOfSession: Rate
  readonly departuresOfNetwork: Rate
  /** Event streams of this process, and of one session. */
  readonly streams: number
  readonly streamsOfSession: number
}

/** Each departure is a row for ten minutes: 31,000 rows at most. A browser holds one stream for all its tabs. */
const LIMITS = {
  departures: { atOnce: 1000, perSecond: 50 },
  departuresOfSession: { atOnce: 40, perSecond: 1 },
  departuresOfNetwork: { atOnce: 400, perSecond: 10 },
  streams: 3000,
  streamsOfSession: 20,
}

/** What a program is made of. */
export interface ProgramOptions {
  readonly app: App
  /** The program's one origin: builds every absolute URL, and decides which requests are ours. */
  readonly publicUrl: URL
  readonly sessions: SessionStore
  readonly users: UserStore
  readonly ring: KeyRing
  readonly registrations: readonly ProviderRegistration[]
  readonly assets: Assets
  /** Whether errors show the author's lines (false). */
  readonly development?: boolean
  readonly log?: (entry: LogEntry) => void
  readonly clock?: Clock
  readonly random?: Random
  readonly fetch?: typeof globalThis.fetch
  readonly limits?: Partial<ProgramLimits>
  readonly pulse?: Pulse
}

/** A program, put together. */
export interface Program {
  readonly app: App
  readonly publicUrl: URL
  readonly assets: Assets
  readonly development: boolean
  readonly identity: IdentityContext
  readonly script: ScriptWorld
  readonly connect: ConnectWorld
  readonly views: Views
  readonly openFiles: OpenFiles
  readonly meter: Meter
  readonly limits: Pick<ProgramLimits, 'streams' | 'streamsOfSession'>
  /** Providers whose redirect URI is a page of the app, by that page's path. */
  readonly callbackPages: ReadonlyMap<string, RegisteredProvider>
  readonly log: (entry: LogEntry) => void
}

/**
 * Puts a program together.
 *
 * @throws `providers.record-invalid`, `oauth.endpoint-refused`; `server.bad-setting` when two providers are to come
 *   back to one page.
 */
export function createProgram(options: ProgramOptions): Program {
  const { app, publicUrl, sessions, users, ring, assets, registrations } = options
  const { development = false, log = () => {} } = options
  const { clock = wallClock, random = systemRandom } = options
  const meter = new Meter()
  const fetch = meter.counted(options.fetch ?? globalThis.fetch)
  const owner = createId(random)
  const limits = { ...LIMITS, ...options.limits }
  const callbackPages = new Map<string, RegisteredProvider>()
  const providers = new Map<string, RegisteredProvider>()
  for (const one of registrations) {
    const registered = register(one, publicUrl, { fetch, clock, random })
    providers.set(one.provider.name, registered)
    if (one.redirectPath === undefined) continue
    const other = callbackPages.get(one.redirectPath)
    if (other !== undefined) throw takenPage(one.redirectPath, other.provider, registered.provider)
    callbackPages.set(one.redirectPath, registered)
  }
  const connect: ConnectWorld = {
    sessions,
    users,
    vault: {
      users,
      sessions,
      ring,
      random,
      clock,
      owner,
      refreshes: new Map(),
      unsaved: new Map(),
    },
    ring,
    random,
    clock,
    fetch,
    providers,
    report: (error) =>
      log({ level: 'warn', message: 'Connecting or disconnecting failed.', error }),
    note: (event) => {
      meter.event(event)
      log({ level: 'info', message: SECURITY_EVENTS[event.event], event })
    },
    departures: new SharedAllowance(
      limits.departures,
      [limits.departuresOfSession, limits.departuresOfNetwork],
      clock,
    ),
    underWay: new Map(),
  }
  const script: ScriptWorld = {
    app,
    declarations: new Declarations(),
    sessions,
    ring,
    clock,
    random,
    owner,
    development,
    queue: new TabQueue(),
    room: new RunRoom(options.limits),
    pulse: options.pulse ?? new Pulse(),
    labels: new LabelWatch(),
    prepare: (run, facts) => prepareConnections(connect, run, facts),
    report: (error, id) => log({ level: 'error', message: 'A script failed.', error, id }),
  }
  const admission = new Admission(sessions, clock, options.limits)
  const cookie = cookieKindAt(publicUrl)
  return {
    app,
    publicUrl,
    assets,
    development,
    identity: { sessions, ring, clock, random, admission, cookie },
    script,
    connect,
    views: new Views(),
    openFiles: new OpenFiles(),
    meter,
    limits,
    callbackPages,
    log,
  }
}

function register(
  { provider: record, registration, redirectPath }: ProviderRegistration,
  publicUrl: URL,
  { fetch, clock, random }: Pick<ConnectWorld, 'fetch' | 'clock' | 'random'>,
): RegisteredProvider {
  const { origin } = registration
  const completed = completeProvider(record)
  const provider = origin === undefined ? completed : relocate(completed, origin)
  assertProvider(provider)
  const path = redirectPath ?? `${CALLBACK_PATH}${provider.name}`
  return {
    ...createServerAccess(provider, fetch, clock, random),
    provider,
    client: toOAuthClient(provider, registration),
    redirectUri: new URL(path, publicUrl).href,
  }
}

function takenPage(path: string, first: Provider, second: Provider): ThroughlineError {
  return new ThroughlineError(
    'server.bad-setting',
    `The page "${path}" is to be the redirect URI of both ${first.title} and ${second.title}, and nobody could tell ` +
      'whose answer arrives there. Give one of them another page, or the path of its own.',
    { attribution: 'operator' },
  )
}
