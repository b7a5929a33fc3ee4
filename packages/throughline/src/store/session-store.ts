/*
 * What is kept about browsers for as long as they are about: sessions, tabs, runs, pending authorizations,
 * connections, downloads, leases, refreshes under way, the cache and the news. Written often, short-lived.
 *
 * A store keeps rows and makes a few steps atomic. It never opens what is sealed, never sees a cookie id or a
 * `state` in clear (only their hashes), and knows nothing of scripts, HTTP or OAuth.
 *
 * Every promise resolves after its writes survive a `kill -9`. Times are epoch milliseconds.
 */
import type { TokenSetKey } from './user-store.ts'

/** One browser's life with the program. */
export interface SessionRecord {
  /** The inner key: never leaves the server, never changes. */
  readonly key: string
  /** Hash of the cookie id in force. */
  readonly cookieHash: string
  readonly createdAt: number
  readonly seenAt: number
}

/** One open document of a session. */
export interface TabRecord {
  readonly id: string
  /** The number of the newest run; rises by one with each run, on whatever node. */
  readonly run: number
  /** The number of the last interaction that acted; 0 before the first. */
  readonly number: number
  /** Whether the run that the last interaction began never ended. */
  readonly interrupted: boolean
  /** Sealed widget values of all its pages; absent before the first commit. */
  readonly values?: string
  /** A sentence to show to the person at the next run, then to drop; sealed. */
  readonly notice?: string
}

/** One remembered top-level name of a session, sealed. */
export interface StateEntry {
  readonly name: string
  readonly sealed: string
  /** Rises with each write of this name. */
  readonly version: number
}

/** What `startRun` is asked. */
export interface RunRequest {
  readonly sessionKey: string
  readonly tabId: string
  /** Who holds the tab while the run lasts: unique per process. */
  readonly owner: string
  readonly now: number
  /** When the hold lapses unless it is renewed. */
  readonly heldUntil: number
  /** The interaction's number; absent for a run that nothing was pressed for. */
  readonly number?: number
  /** The lowest number this run may get: one more than the newest run the document has seen. */
  readonly runAtLeast?: number
  /** Tabs that are kept of the session beside those that are held; a new one takes the place of the one seen longest ago. */
  readonly mostTabs: number
}

/** A run that may begin. */
export interface StartedRun {
  /** `run` is the number that this run got; all else is as it was before the run began. */
  readonly tab: TabRecord
  /** False when the interaction's number has acted before: run without it. */
  readonly acts: boolean
  /** Everything the session remembers. */
  readonly state: readonly StateEntry[]
  readonly connections: readonly ConnectionRecord[]
  /** Downloads of this tab that ended and were not yet told to the script. */
  readonly endedDownloads: readonly DownloadRecord[]
  /** Downloads of this tab that are being prepared or sent, of each widget the newest alone. */
  readonly goingDownloads: readonly DownloadRecord[]
  /** What came of the session's authorizations that are settled and not yet expired, oldest first. */
  readonly outcomes: readonly SettledOutcome[]
  /** The session's news number at the start of the run. */
  readonly news: number
}

/** What came of one authorization. */
export interface SettledOutcome {
  readonly provider: string
  readonly startedAt: number
  /** JSON, as `settlePending` was given it. */
  readonly outcome: string
}

/** What one commit of a run writes, all or nothing. */
export interface RunCommit {
  readonly sessionKey: string
  readonly tabId: string
  readonly run: number
  readonly owner: string
  readonly now: number
  /** Whether the run ends with this commit and the tab is free again. */
  readonly ends: boolean
  readonly values?: string
  /** Names written by this run; `sealed` absent removes the name. */
  readonly state?: readonly { readonly name: string; readonly sealed?: string }[]
  /** A sentence to keep for the next run, sealed; `null` drops the one that was kept. */
  readonly notice?: string | null
  /** Downloads whose outcome the script has now been told. */
  readonly toldDownloads?: readonly string[]
}

/** A session's reference to one account's token set. */
export interface ConnectionRecord {
  readonly sessionKey: string
  readonly provider: string
  /** The script's name for one of several accounts; `''` when it gave none. */
  readonly slot: string
  readonly clientId: string
  /** Blind index of the provider's subject. */
  readonly subjectIndex: string
  /** Sealed account: subject, name and what else the provider said. */
  readonly account: string
  readonly scope: readonly string[]
  readonly connectedAt: number
}

/** What must survive the redirect. */
export interface PendingRecord {
  readonly stateHash: string
  readonly sessionKey: string
  /** Hash of the cookie id at departure: names the browser that left. */
  readonly cookieHash: string
  readonly provider: string
  readonly status: 'waiting' | 'exchanging' | 'settled'
  readonly startedAt: number
  readonly expiresAt: number
  /** When an exchange under way counts as failed. */
  readonly deadline?: number
  /** Sealed: code verifier, snapshot of the provider, redirect URI, tab, page, scope, slot. */
  readonly sealed: string
  /** JSON of the outcome, without any secret. */
  readonly outcome?: string
}

/** A token set that a provider is still to be told to end. */
export interface RevocationRecord {
  readonly id: string
  readonly provider: string
  /** Who gave the tokens, should the provider have another issuer by the time it is told. */
  readonly issuer: string
  readonly clientId: string
  readonly subjectIndex: string
  /** When it is to be tried next. */
  readonly dueAt: number
  /** When it is given up. */
  readonly expiresAt: number
  /** Sealed: the token set. */
  readonly sealed: string
}

/** What settling an authorization writes, all or nothing. */
export interface Settlement {
  readonly stateHash: string
  readonly outcome: string
  readonly now: number
  readonly connection?: ConnectionRecord
  /**
   * Whether the connection takes the place of another account of its slot and client (no): else it is kept beside that
   * one, as a newcomer.
   */
  readonly replaces?: boolean
  /** The cookie id that takes over from the one at departure. */
  readonly rotation?: Rotation
}

/** One cookie id taking over from another. */
export interface Rotation {
  readonly from: string
  readonly to: string
  /** Until when the old hash is remembered as retired. */
  readonly retiredUntil: number
}

/** One press of a download button, from the press until its outcome is told. */
export interface DownloadRecord {
  readonly idHash: string
  readonly sessionKey: string
  readonly tabId: string
  readonly widget: string
  readonly expiresAt: number
  /** Sealed: page and widget values at the press. */
  readonly sealed: string
  /** Sealed: how far it has come; absent before it begins and after it has ended. */
  readonly progress?: string
  /** When that was noted; absent with it. */
  readonly progressAt?: number
  /** Sealed outcome, once the bytes are out. */
  readonly outcome?: string
}

/** One result of `cached()`. */
export interface CacheRecord {
  /** Session key, or `'app'`. */
  readonly scope: string
  readonly key: string
  readonly sealed: string
  readonly expiresAt: number
  /** The account it was read from, if any, as `provider/clientId/subjectIndex`. */
  readonly account?: string
}

/** A hold on a name. `fence` rises each time the name changes hands. */
export interface Lease {
  readonly name: string
  readonly owner: string
  readonly fence: number
}

/** How long it is known that a refresh was cut short, in milliseconds. */
export const PRESENTED_KEPT_MS = 30 * 24 * 3_600_000

/** Keeps what is short-lived. One contract suite runs against every implementation. */
export interface SessionStore {
  /** Creates a session; false when the cookie hash or the key is taken. */
  createSession(session: SessionRecord): Promise<boolean>
  loadSession(cookieHash: string): Promise<SessionRecord | undefined>
  /** How many sessions there are. */
  countSessions(): Promise<number>
  /** Reads a session by its inner key, for what was given out to be used without its cookie. */
  findSession(key: string): Promise<SessionRecord | undefined>
  /** Notes that the session is alive. */
  touchSession(key: string, seenAt: number): Promise<void>
  /** Puts one cookie id in the place of another; false when `from` is not in force. */
  rotateSession(key: string, rotation: Rotation): Promise<boolean>
  /**
   * Tells how a cookie hash that is not in force came out of it: `rotated` until the rotation's `retiredUntil`,
   * `ended` until the `rememberUntil` of the session's end; undefined when it never was or is forgotten.
   */
  loadEnded(cookieHash: string, now: number): Promise<'rotated' | 'ended' | undefined>
  /**
   * Drops the session with all that hangs on it but its newcomers, and announces so; its cookie hash is remembered as
   * ended.
   */
  forgetSession(key: string, rememberUntil: number): Promise<void>

  /**
   * Takes the tab for one run (makes its row if need be); undefined while another run holds it.
   *
   * @throws `store.no-session` when the session was forgotten or never created.
   */
  startRun(request: RunRequest): Promise<StartedRun | undefined>
  /** Reads a tab without taking it. */
  loadTab(sessionKey: string, tabId: string): Promise<TabRecord | undefined>
  /** Prolongs the hold; false when it was lost. */
  renewRun(
    sessionKey: string,
    tabId: string,
    run: number,
    owner: string,
    heldUntil: number,
  ): Promise<boolean>
  /** Writes what a run has done so far; false (and nothing written) when the tab is no longer held by it. */
  commitRun(commit: RunCommit): Promise<boolean>

  /**
   * Keeps a sentence for the tab's next run (as `RunCommit.notice`), also beyond the end of a run under way; nothing
   * happens when there is no such tab.
   */
  tellTab(sessionKey: string, tabId: string, notice: string): Promise<void>

  loadState(sessionKey: string): Promise<readonly StateEntry[]>
  /** Writes one name if its version is still `expected` (0: absent); false when it is not. */
  replaceState(sessionKey: string, name: string, expected: number, sealed: string): Promise<boolean>

  /** Drops one name in every session that remembers it; returns the keys of those sessions. */
  forgetState(name: string): Promise<readonly string[]>

  loadConnections(sessionKey: string): Promise<readonly ConnectionRecord[]>
  /** Accounts that came where another is connected and wait beside it, oldest first. */
  loadNewcomers(sessionKey: string): Promise<readonly ConnectionRecord[]>
  /** Newcomers whose session has ended: nobody can choose any more. They wait on until they are dismissed. */
  loadAbandonedNewcomers(): Promise<readonly ConnectionRecord[]>
  /** Puts a newcomer in its place as `connection` and announces it; false (and nothing written) where it is gone. */
  takeNewcomer(newcomer: ConnectionRecord, connection: ConnectionRecord): Promise<boolean>
  /**
   * Drops a newcomer and announces it. Where nothing else refers to its account, the revocation is kept with the same
   * step; true only then.
   */
  dismissNewcomer(newcomer: ConnectionRecord, revocation?: RevocationRecord): Promise<boolean>
  /** The sessions, this one included, that refer to an account to which this one refers. */
  relatedSessions(sessionKey: string): Promise<readonly string[]>
  createRevocation(revocation: RevocationRecord): Promise<void>
  /** Takes the revocations that are due: each is due again only at `dueAgainAt`, for whichever process asks then. */
  takeRevocations(now: number, dueAgainAt: number): Promise<readonly RevocationRecord[]>
  dropRevocation(id: string): Promise<void>
  /** Drops those of an account: the person has consented anew, and some providers end all grants with one. */
  dropRevocationsOf(provider: string, clientId: string, subjectIndex: string): Promise<void>
  /**
   * Drops every session's reference to an account, waiting ones too, and what was noted of its refreshes; returns the
   * keys of the sessions that had one.
   */
  forgetAccount(
    provider: string,
    clientId: string,
    subjectIndex: string,
  ): Promise<readonly string[]>

  /**
   * Keeps a pending authorization; of those that no exchange is under way for, a session's newest `cap` stay.
   *
   * @throws `store.no-session`; `store.name-taken` when the state hash is there already.
   */
  createPending(pending: PendingRecord, cap: number): Promise<void>
  loadPending(stateHash: string): Promise<PendingRecord | undefined>
  /**
   * Marks a waiting, unexpired entry as exchanging, in one atomic statement: true for exactly one caller, who presents
   * the cookie in force, and for one entry of a session at a time (until its deadline). So nothing replaces the cookie
   * id of who exchanges.
   */
  claimPending(
    stateHash: string,
    cookieHash: string,
    now: number,
    deadline: number,
  ): Promise<boolean>
  /**
   * Stores the outcome, the connection and the rotation at once and announces it; false (and nothing written) when the
   * entry is not exchanging, or its deadline has passed: whoever waited was told so.
   *
   * Neither is anything written where the rotation's `from` is not in force, or its `to` is taken: who presented that
   * cookie id is not known any more to be who has the session.
   *
   * @throws `store.foreign-connection` when the connection names another session than the entry.
   */
  settlePending(settlement: Settlement): Promise<boolean>

  /**
   * Keeps a press, and of its session's the newest `cap`.
   *
   * @throws `store.no-session`; `store.name-taken` when the id hash is there already.
   */
  createDownload(download: DownloadRecord, cap: number): Promise<void>
  loadDownload(idHash: string): Promise<DownloadRecord | undefined>
  /** Stores how far a download has come, sealed; undefined: it is not under way any more. */
  noteDownload(idHash: string, progress: string | undefined, now: number): Promise<void>
  /** Stores the sealed outcome in place of how far it had come; the newest wins, and is told even after an older one. */
  endDownload(idHash: string, outcome: string): Promise<void>

  loadCached(scope: string, key: string, now: number): Promise<CacheRecord | undefined>
  saveCached(record: CacheRecord): Promise<void>
  /** Drops what was cached for an account, in every scope. */
  forgetCached(account: string): Promise<void>

  /** Takes a free or lapsed name; undefined while another owner holds it, prolonged with its fence for its own owner. */
  takeLease(name: string, owner: string, now: number, until: number): Promise<Lease | undefined>
  /** Prolongs a lease; false when it changed hands. */
  renewLease(lease: Lease, until: number): Promise<boolean>
  /** Frees a lease, if it is still ours. */
  releaseLease(lease: Lease): Promise<void>

  /** How often something that is kept elsewhere was changed, by its name; 0 before the first time. */
  loadCount(name: string): Promise<number>
  /** Counts one more change, and returns how many there are with it. */
  raiseCount(name: string): Promise<number>

  /**
   * Counts that a generation of a token set is about to be presented for a fresh one. One that is later than the noted
   * one begins at one.
   *
   * @returns How often it was presented without an answer that came back here, this time included; 0, and nothing
   *   noted, where a later one is noted.
   */
  notePresented(key: TokenSetKey, generation: number, now: number): Promise<number>
  /** Takes one count back: an answer has come. */
  noteAnswered(key: TokenSetKey, generation: number): Promise<void>

  /** Says that something of the session changed. */
  announce(sessionKey: string): Promise<void>
  /** The session's news number; rises with each announcement, 0 before the first. */
  loadNews(sessionKey: string): Promise<number>
  /** Calls `listener` for each announcement, also of other processes (within 500 ms). Returns the way to stop it. */
  onNews(listener: (sessionKey: string, news: number) => void): () => void

  /**
   * Drops what has expired at `now` or, of refreshes, is noted for too long, and the sessions not seen and the tabs
   * without a run since `idleSince`.
   */
  reap(now: number, idleSince: number): Promise<void>
  /** Drops the sessions that hold no connection and were not seen since `idleSince`. */
  reapUnconnected(idleSince: number): Promise<void>
  close(): Promise<void>
}
