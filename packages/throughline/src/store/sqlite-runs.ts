/*
 * Runs, tabs and session state in SQLite: the steps that each press waits for.
 *
 * `startRun` and `commitRun` are one transaction of few statements each. A tab is held by (run, owner) until a commit
 * ends the run, or until the hold lapses and another run takes the tab.
 */
import type {
  RunCommit,
  RunRequest,
  SessionStore,
  SettledOutcome,
  StartedRun,
  StateEntry,
  TabRecord,
} from './session-store.ts'
import type { Database } from './sqlite.ts'
import { CONNECTION_COLUMNS, toConnection, type ConnectionRow } from './sqlite-connections.ts'
import { DOWNLOAD_COLUMNS, toDownload, type DownloadRow } from './sqlite-downloads.ts'
import { noSession } from './store-error.ts'

type RunSteps = Pick<
  SessionStore,
  | 'startRun'
  | 'loadTab'
  | 'renewRun'
  | 'commitRun'
  | 'tellTab'
  | 'loadState'
  | 'replaceState'
  | 'forgetState'
>

interface TabRow {
  readonly run: number
  readonly number: number
  readonly interrupted: number
  readonly notice: string | null
  readonly sealed_values: string | null
}

/** A session with one of its tabs; all of the tab is null when there is no such tab yet. */
interface HeldTabRow extends TabRow {
  readonly news: number
  readonly held: number | null
  readonly held_until: number
}

/** Makes the steps over one connection; their statements are prepared here, once. */
export function createRunSteps(database: Database): RunSteps {
  const loadTab = database.prepare<TabRow>(`
    SELECT run, number, interrupted, notice, sealed_values FROM tabs WHERE session_key = ? AND id = ?`)
  const loadHeldTab = database.prepare<HeldTabRow>(`
    SELECT news, run, number, interrupted, held, held_until, notice, sealed_values
    FROM sessions LEFT JOIN tabs ON session_key = key AND id = ? WHERE key = ?`)
  const createTab = database.prepare(`
    INSERT INTO tabs (run, number, interrupted, held, owner, held_until, seen_at, session_key, id)
    VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)`)
  const dropBeyond = database.prepare(`
    DELETE FROM tabs WHERE rowid IN (
      SELECT rowid FROM tabs WHERE session_key = ?1 AND (NOT held OR held_until <= ?2)
      ORDER BY seen_at DESC, rowid DESC LIMIT -1 OFFSET ?3)`)
  const holdTab = database.prepare(`
    UPDATE tabs SET run = ?, number = ?, interrupted = ?, held = 1, owner = ?, held_until = ?,
      seen_at = ?, unread = 0
    WHERE session_key = ? AND id = ?`)
  const renewTab = database.prepare(`
    UPDATE tabs SET held_until = ? WHERE session_key = ? AND id = ? AND run = ? AND owner = ? AND held = 1`)
  const saveTab = database.prepare(`
    UPDATE tabs SET
      held = iif(?1, 0, held), interrupted = iif(?1, 0, interrupted), seen_at = ?2,
      sealed_values = ifnull(?3, sealed_values), 
      notice = iif(?4 AND (?5 IS NOT NULL OR NOT unread), ?5, notice)
    WHERE session_key = ?6 AND id = ?7 AND run = ?8 AND owner = ?9 AND held = 1`)
  const tellTab = database.prepare(
    'UPDATE tabs SET notice = ?, unread = 1 WHERE session_key = ? AND id = ?',
  )

  const loadState = database.prepare<StateEntry>(`
    SELECT name, sealed, version FROM session_state WHERE session_key = ? AND sealed IS NOT NULL`)
  const saveName = database.prepare(`
    INSERT INTO session_state (session_key, name, version, sealed) VALUES (?, ?, 1, ?)
    ON CONFLICT DO UPDATE SET sealed = excluded.sealed, version = version + 1`)
  const removeName = database.prepare(`
    UPDATE session_state SET sealed = NULL, version = version + 1
    WHERE session_key = ? AND name = ? AND sealed IS NOT NULL`)
  const createName = database.prepare(`
    INSERT INTO session_state (session_key, name, version, sealed) VALUES (?, ?, 1, ?)
    ON CONFLICT DO UPDATE SET sealed = excluded.sealed, version = version + 1
    WHERE session_state.sealed IS NULL`)
  const replaceName = database.prepare(`
    UPDATE session_state SET sealed = ?4, version = version + 1
    WHERE session_key = ?1 AND name = ?2 AND version = ?3 AND sealed IS NOT NULL`)
  const forgetName = database.prepare<{ readonly session_key: string }>(`
    UPDATE session_state SET sealed = NULL, version = version + 1
    WHERE name = ? AND sealed IS NOT NULL RETURNING session_key`)

  const loadConnections = database.prepare<ConnectionRow>(`
    SELECT ${CONNECTION_COLUMNS} FROM connections WHERE session_key = ? ORDER BY connected_at, rowid`)
  const loadEnded = database.prepare<DownloadRow>(`
    SELECT ${DOWNLOAD_COLUMNS} FROM downloads
    WHERE session_key = ? AND tab_id = ? AND outcome IS NOT NULL AND told = 0 ORDER BY rowid`)
  const loadGoing = database.prepare<DownloadRow>(`
    SELECT ${DOWNLOAD_COLUMNS} FROM downloads
    WHERE rowid IN (
      SELECT max(rowid) FROM downloads WHERE session_key = ? AND tab_id = ? GROUP BY widget
    ) AND progress IS NOT NULL ORDER BY rowid`)
  const loadOutcomes = database.prepare<SettledOutcome>(`
    SELECT provider, started_at AS startedAt, outcome FROM pending_authorizations
    WHERE session_key = ? AND status = 'settled' AND expires_at > ? ORDER BY started_at, rowid`)
  const showDownload = database.prepare('UPDATE downloads SET shown_run = ? WHERE id_hash = ?')
  const tellDownload = database.prepare(`
    UPDATE downloads SET told = 1
    WHERE id_hash = ? AND session_key = ? AND tab_id = ? AND shown_run = ?`)

  function startRun(request: RunRequest): StartedRun | undefined {
    const { sessionKey, tabId, owner, now, heldUntil } = request
    const row = loadHeldTab.get(tabId, sessionKey)
    if (row === undefined) throw noSession()
    const isNew = row.held === null
    const before = isNew ? { ...row, run: 0, number: 0, interrupted: 0 } : row
    if (row.held === 1 && row.held_until > now) return undefined

    const run = Math.max(before.run + 1, request.runAtLeast ?? 1)
    const acts = request.number !== undefined && request.number > before.number
    const number = acts && request.number !== undefined ? request.number : before.number
    const interrupted = acts ? 1 : before.interrupted
    const write = isNew ? createTab : holdTab
    write.run(run, number, interrupted, owner, heldUntil, now, sessionKey, tabId)
    if (isNew) dropBeyond.run(sessionKey, now, request.mostTabs)

    const ended = loadEnded.all(sessionKey, tabId)
    for (const { id_hash } of ended) showDownload.run(run, id_hash)
    return {
      tab: toTab(tabId, { ...before, run }),
      acts: acts || request.number === undefined,
      state: loadState.all(sessionKey).map(toEntry),
      connections: loadConnections.all(sessionKey).map(toConnection),
      endedDownloads: ended.map(toDownload),
      goingDownloads: loadGoing.all(sessionKey, tabId).map(toDownload),
      outcomes: loadOutcomes.all(sessionKey, now).map((row) => ({ ...row })),
      news: row.news,
    }
  }

  function commitRun(commit: RunCommit): boolean {
    const { sessionKey, tabId, run, owner, notice } = commit
    const { changes } = saveTab.run(
      commit.ends ? 1 : 0,
      commit.now,
      commit.values ?? null,
      notice === undefined ? 0 : 1,
      notice ?? null,
      sessionKey,
      tabId,
      run,
      owner,
    )
    if (changes === 0) return false
    for (const { name, sealed } of commit.state ?? []) {
      if (sealed === undefined) removeName.run(sessionKey, name)
      else saveName.run(sessionKey, name, sealed)
    }
    for (const idHash of commit.toldDownloads ?? [])
      tellDownload.run(idHash, sessionKey, tabId, run)
    return true
  }

  return {
    startRun: (request) => database.commit(() => startRun(request)),
    commitRun: (commit) => database.commit(() => commitRun(commit)),
    loadTab: (sessionKey, tabId) =>
      database.answer(() => {
        const row = loadTab.get(sessionKey, tabId)
        return row === undefined ? undefined : toTab(tabId, row)
      }),
    renewRun: (sessionKey, tabId, run, owner, heldUntil) =>
      database.answer(() => renewTab.run(heldUntil, sessionKey, tabId, run, owner).changes === 1),
    tellTab: (sessionKey, tabId, notice) =>
      database.answer(() => void tellTab.run(notice, sessionKey, tabId)),
    loadState: (sessionKey) => database.answer(() => loadState.all(sessionKey).map(toEntry)),
    replaceState: (sessionKey, name, expected, sealed) =>
      database.answer(() => {
        const written =
          expected === 0
            ? createName.run(sessionKey, name, sealed)
            : replaceName.run(sessionKey, name, expected, sealed)
        return written.changes === 1
      }),
    forgetState: (name) =>
      database.answer(() => forgetName.all(name).map((row) => row.session_key)),
  }
}

/** Rows of `node:sqlite` have no prototype; records do. */
function toEntry(row: StateEntry): StateEntry {
  return { ...row }
}

function toTab(id: string, row: TabRow): TabRecord {
  return {
    id,
    run: row.run,
    number: row.number,
    interrupted: row.interrupted === 1,
    ...(row.sealed_values === null ? {} : { values: row.sealed_values }),
    ...(row.notice === null ? {} : { notice: row.notice }),
  }
}
