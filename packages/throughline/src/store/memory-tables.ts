/*
 * What the session store in memory keeps, as plain maps, and the step that keeps callers from it.
 */
import type {
  CacheRecord,
  ConnectionRecord,
  DownloadRecord,
  Lease,
  PendingRecord,
  RevocationRecord,
  SessionRecord,
  StateEntry,
  TabRecord,
} from './session-store.ts'
import { noSession } from './store-error.ts'
import type { TokenSetKey } from './user-store.ts'

/** A tab and who holds it. */
export interface HeldTab {
  tab: TabRecord
  held: boolean
  owner: string
  heldUntil: number
  seenAt: number
  /** Whether the notice came after the newest run began, so that this run cannot drop it. */
  unread: boolean
}

/** A download press, and which run was shown its outcome. */
export interface ShownDownload {
  download: DownloadRecord
  told: boolean
  shownRun: number | undefined
}

/** One session with all that hangs on it. */
export interface SessionRows {
  session: SessionRecord
  news: number
  readonly tabs: Map<string, HeldTab>
  /** A removed name stays without content, so that a version is never used twice. */
  readonly state: Map<string, { readonly version: number; readonly sealed?: string }>
  readonly connections: Map<string, ConnectionRecord>
}

/** How often a generation was presented without an answer, and when last. */
export interface Presented {
  readonly generation: number
  readonly times: number
  readonly notedAt: number
}

/** Everything that one store in memory keeps. */
export interface MemoryTables {
  readonly sessions: Map<string, SessionRows>
  readonly pending: Map<string, PendingRecord>
  readonly downloads: Map<string, ShownDownload>
  readonly cached: Map<string, CacheRecord>
  /** Cookie hashes that are not in force any more. */
  readonly ended: Map<string, { readonly how: 'rotated' | 'ended'; readonly until: number }>
  readonly leases: Map<string, { readonly lease: Lease; readonly heldUntil: number }>
  newestFence: number
  /** Accounts that wait beside a connection, oldest first; also those of sessions that have ended. */
  newcomers: readonly ConnectionRecord[]
  readonly counts: Map<string, number>
  /** By the name of the token set. */
  readonly presented: Map<string, Presented>
  readonly revocations: Map<string, RevocationRecord>
  readonly listeners: Set<(sessionKey: string, news: number) => void>
}

/** Makes tables without rows. */
export function createMemoryTables(): MemoryTables {
  return {
    sessions: new Map(),
    pending: new Map(),
    downloads: new Map(),
    cached: new Map(),
    ended: new Map(),
    leases: new Map(),
    newestFence: 0,
    newcomers: [],
    counts: new Map(),
    presented: new Map(),
    revocations: new Map(),
    listeners: new Set(),
  }
}

/**
 * Runs a step at once, and so atomically; what it returns is the caller's own copy.
 *
 * Asynchronous only so that a throw becomes a rejection.
 */
export async function answer<Result>(step: () => Result): Promise<Result> {
  return structuredClone(step())
}

/** Returns the session's rows. @throws `store.no-session` */
export function rowsOf(tables: MemoryTables, sessionKey: string): SessionRows {
  const rows = tables.sessions.get(sessionKey)
  if (rows === undefined) throw noSession()
  return rows
}

/** Names a connection within its session. */
export function connectionName(provider: string, slot: string): string {
  return JSON.stringify([provider, slot])
}

/** Names a token set. */
export function tokenSetName({ provider, clientId, subjectIndex }: TokenSetKey): string {
  return JSON.stringify([provider, clientId, subjectIndex])
}

/** Lists the connections of a session, oldest first. */
export function connectionsOf(rows: SessionRows): readonly ConnectionRecord[] {
  return [...rows.connections.values()].toSorted((a, b) => a.connectedAt - b.connectedAt)
}

/** Whether two references are to one account. */
export function isSameAccount(one: TokenSetKey, other: TokenSetKey): boolean {
  return (
    one.provider === other.provider &&
    one.clientId === other.clientId &&
    one.subjectIndex === other.subjectIndex
  )
}

/** Lists what a session remembers. */
export function stateOf(rows: SessionRows): readonly StateEntry[] {
  return [...rows.state].flatMap(([name, { version, sealed }]) =>
    sealed === undefined ? [] : [{ name, sealed, version }],
  )
}

/** Raises the session's news number; undefined when there is no such session. */
export function raiseNews(tables: MemoryTables, sessionKey: string): number | undefined {
  const rows = tables.sessions.get(sessionKey)
  if (rows === undefined) return undefined
  rows.news += 1
  return rows.news
}

/** Calls the listeners. To be called once a step is complete. */
export function tellNews(tables: MemoryTables, sessionKey: string, news: number): void {
  for (const listener of tables.listeners) {
    try {
      listener(sessionKey, news)
    } catch (error) {
      // What was announced is kept: the caller must not take a listener's failure for its own.
      process.emitWarning(error as Error)
    }
  }
}
