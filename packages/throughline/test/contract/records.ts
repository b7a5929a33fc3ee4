/*
 * Records for the contract suites: only what a test says of them matters, the rest is filled in.
 */
import type {
  ConnectionRecord,
  DownloadRecord,
  PendingRecord,
  RevocationRecord,
  RunRequest,
  SessionStore,
  StartedRun,
} from '../../src/store/session-store.ts'

/** The present, in every test that does not move it. */
export const NOW = 1_000_000

/** Creates a session `key` whose cookie hash is `cookie-<key>`. */
export async function addSession(store: SessionStore, key: string): Promise<void> {
  await store.createSession({ key, cookieHash: `cookie-${key}`, createdAt: NOW, seenAt: NOW })
}

/** A request for a run in tab `t` of session `a`, held for 30 s. */
export function runRequest(request: Partial<RunRequest> = {}): RunRequest {
  return {
    sessionKey: 'a',
    tabId: 't',
    owner: 'one',
    now: NOW,
    heldUntil: NOW + 30_000,
    mostTabs: 99,
    ...request,
  }
}

/** Starts a run that nobody is in the way of. */
export async function begin(
  store: SessionStore,
  request: Partial<RunRequest> = {},
): Promise<StartedRun> {
  const started = await store.startRun(runRequest(request))
  if (started === undefined) throw new Error('The tab is held.')
  return started
}

/** What names the run {@link begin} started in a commit. */
export function runOf(started: StartedRun, owner = 'one') {
  return { sessionKey: 'a', tabId: started.tab.id, run: started.tab.run, owner, now: NOW }
}

/** A waiting authorization of session `a`. */
export function pending(stateHash: string, entry: Partial<PendingRecord> = {}): PendingRecord {
  return {
    stateHash,
    sessionKey: 'a',
    cookieHash: 'cookie-a',
    provider: 'vimeo',
    status: 'waiting',
    startedAt: NOW,
    expiresAt: NOW + 600_000,
    sealed: 'sealed verifier',
    ...entry,
  }
}

/** A connection of session `a` to account `index-1`. */
export function connection(entry: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    sessionKey: 'a',
    provider: 'vimeo',
    slot: '',
    clientId: 'client',
    subjectIndex: 'index-1',
    account: 'sealed account',
    scope: ['public', 'private'],
    connectedAt: NOW,
    ...entry,
  }
}

/** Connects a session, by the way of a pending authorization. */
export async function connect(
  store: SessionStore,
  entry: ConnectionRecord,
  { replaces = false, cookieHash = `cookie-${entry.sessionKey}` } = {},
): Promise<void> {
  const { sessionKey, provider, slot, clientId, subjectIndex } = entry
  const stateHash = ['state', sessionKey, provider, slot, clientId, subjectIndex].join('-')
  await store.createPending(pending(stateHash, { sessionKey: entry.sessionKey }), 20)
  await store.claimPending(stateHash, cookieHash, NOW, NOW + 30_000)
  const settled = await store.settlePending({
    stateHash,
    outcome: '{}',
    now: NOW,
    connection: entry,
    replaces,
  })
  if (!settled) throw new Error('The connection was not made.')
}

/** A download pressed in tab `t` of session `a`. */
export function download(idHash: string, entry: Partial<DownloadRecord> = {}): DownloadRecord {
  return {
    idHash,
    sessionKey: 'a',
    tabId: 't',
    widget: 'save',
    expiresAt: NOW + 600_000,
    sealed: 'sealed values',
    ...entry,
  }
}

/** A revocation that is due. */
export function revocation(id: string, changes: Partial<RevocationRecord> = {}): RevocationRecord {
  return {
    id,
    provider: 'vimeo',
    issuer: 'https://vimeo.example',
    clientId: 'client',
    subjectIndex: 'index-1',
    dueAt: NOW,
    expiresAt: NOW + 1000,
    sealed: `sealed ${id}`,
    ...changes,
  }
}
