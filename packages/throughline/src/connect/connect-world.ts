/*
 * What connecting needs, per program and per run.
 */
import type { Clock } from '../base/clock.ts'
import { ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { presentRun } from '../context/run-context.ts'
import { blindIndex } from '../crypto/mac.ts'
import { open, seal } from '../crypto/seal.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import { variableOf, type Account, type Provider } from '../providers/provider.ts'
import type { ServerAccess } from '../providers/server-access.ts'
import type { Flight } from './flight.ts'
import type { NoteEvent } from './security-event.ts'
import { currentScriptRun, ScriptRun } from '../script/run.ts'
import type { RunFacts } from '../script/world.ts'
import type { SharedAllowance } from '../session/allowance.ts'
import type { ConnectionRecord, SessionStore } from '../store/session-store.ts'
import type { TokenSetKey, UserStore } from '../store/user-store.ts'
import type { Vault } from '../vault/token-vault.ts'

/** A provider that this program is registered with. */
export interface RegisteredProvider extends ServerAccess {
  /** The record, moved to a simulator's origin where the operator said so. */
  readonly provider: Provider
  readonly client: OAuthClient
  /** Where people come back: part of the program, registered with the provider. */
  readonly redirectUri: string
}

/** What connecting needs, per program. */
export interface ConnectWorld {
  readonly sessions: SessionStore
  readonly users: UserStore
  readonly vault: Vault
  readonly ring: KeyRing
  readonly random: Random
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
  readonly providers: ReadonlyMap<string, RegisteredProvider>
  /** Tells the operator of an authorization that failed. */
  readonly report: (error: unknown) => void
  /** Tells the operator's log what happened, in ids. */
  readonly note: NoteEvent
  /** How often somebody may leave for a provider: each departure is a row for as long as they may take. */
  readonly departures: SharedAllowance
  /** Results under way, so that one call serves all who ask at once. */
  readonly underWay: Map<string, Flight>
}

/** What connecting knows of one run. */
export interface ConnectRun {
  readonly world: ConnectWorld
  readonly run: ScriptRun
  /** Connections are dropped from it when the script disconnects. */
  facts: RunFacts
}

const connectRuns = new WeakMap<ScriptRun, ConnectRun>()

/** Tells a run, before its first line, what its session is connected to. */
export function prepareConnections(world: ConnectWorld, run: ScriptRun, facts: RunFacts): void {
  connectRuns.set(run, { world, run, facts })
}

/**
 * Finds what connecting knows of the run under way.
 *
 * @throws `context.outside-run`, `connect.unprepared`
 */
export function currentConnectRun(call: string): ConnectRun {
  const run = currentScriptRun(call)
  run.checkpoint()
  const found = connectRuns.get(run)
  if (found !== undefined) return found
  throw new ThroughlineError(
    'connect.unprepared',
    `${call} met a run that was not told of its connections. This is a fault of Throughline's; please report it.`,
    { attribution: 'framework' },
  )
}

/**
 * Refuses what another session's run has made, and a script has kept where everybody's runs find it. Outside of every
 * run (in a cached function, while a file is sent) it cannot be told whose the call is.
 *
 * @throws `connect.foreign-connection`
 */
export function assertSameSession({ facts }: ConnectRun): void {
  const present = presentRun()
  const found = present instanceof ScriptRun ? connectRuns.get(present) : undefined
  if (found === undefined || found.facts.sessionKey === facts.sessionKey) return
  throw new ThroughlineError(
    'connect.foreign-connection',
    "A connection was used in another person's run than the one that connect() returned it to. What stands outside " +
      'the page functions is shared by all people: keep no connection there, call connect() in each run.',
    { attribution: 'script' },
  )
}

/**
 * Finds the program's registration with a provider.
 *
 * @throws `connect.unregistered`
 */
export function registeredProvider(world: ConnectWorld, name: string): RegisteredProvider {
  const registered = world.providers.get(name)
  if (registered !== undefined) return registered
  throw new ThroughlineError(
    'connect.unregistered',
    `This program is not registered with the provider "${name}". Set ${variableOf(name, 'CLIENT_ID')} and ` +
      `${variableOf(name, 'CLIENT_SECRET')}; a provider that is not in the catalogue also stands in app({ providers: [ … ] }).`,
    { attribution: 'operator', details: { provider: name } },
  )
}

/** Finds what names an account in the stores: by its issuer, for another one may call anybody by the same subject. */
export function subjectIndexOf(
  { ring }: ConnectWorld,
  { provider }: RegisteredProvider,
  { subject }: Account,
): string {
  return blindIndex(ring, provider.authorizationServer.issuer, subject)
}

/** A reference, and the account that it is to. */
export interface Connected {
  readonly record: ConnectionRecord
  readonly account: Account
}

/** Opens those references that are to an account of the registration of now: of its client, at its issuer. */
export function openConnected(
  world: ConnectWorld,
  registered: RegisteredProvider,
  records: readonly ConnectionRecord[],
): readonly Connected[] {
  const { provider, client } = registered
  return records
    .filter((one) => one.provider === provider.name && one.clientId === client.clientId)
    .map((record) => ({ record, account: openAccount(world, record) }))
    .filter(
      ({ record, account }) => record.subjectIndex === subjectIndexOf(world, registered, account),
    )
}

/** Finds what the run's session is connected to by the registration of now, under the script's name for it. */
export function connectedAs(
  { world, facts }: ConnectRun,
  registered: RegisteredProvider,
  slot: string,
): Connected | undefined {
  const inSlot = facts.connections.filter((one) => one.slot === slot)
  return openConnected(world, registered, inSlot)[0]
}

/** A connection's place in the store, which its sealed account is bound to. */
type AccountPlace = Omit<ConnectionRecord, 'account' | 'scope' | 'connectedAt'>

/** Seals the account that a connection refers to. */
export function sealAccount(
  { ring, random }: ConnectWorld,
  place: AccountPlace,
  account: Account,
): string {
  return seal(ring, 'account', contextOf(place), JSON.stringify(account), random)
}

/** Opens the account that a connection refers to. */
function openAccount({ ring }: ConnectWorld, record: ConnectionRecord): Account {
  return JSON.parse(open(ring, 'account', contextOf(record), record.account)) as Account
}

function contextOf({ sessionKey, provider, slot, clientId, subjectIndex }: AccountPlace) {
  return [sessionKey, provider, slot, clientId, subjectIndex]
}

/** Names an account as the cache does. */
export function accountOf({ provider, clientId, subjectIndex }: TokenSetKey): string {
  return `${provider}/${clientId}/${subjectIndex}`
}
