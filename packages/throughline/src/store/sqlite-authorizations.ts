/*
 * Pending authorizations in SQLite: exchanged by exactly one caller, settled in one step.
 */
import type { PendingRecord, Rotation, SessionStore, Settlement } from './session-store.ts'
import type { Database } from './sqlite.ts'
import { createReferenceSteps } from './sqlite-connections.ts'
import type { SqliteNews } from './sqlite-news.ts'
import { foreignConnection } from './store-error.ts'

type AuthorizationSteps = Pick<
  SessionStore,
  'createPending' | 'loadPending' | 'claimPending' | 'settlePending'
>

interface PendingRow extends Omit<PendingRecord, 'deadline' | 'outcome'> {
  readonly deadline: number | null
  readonly outcome: string | null
}

/**
 * Makes the steps over one connection to the database.
 *
 * @param rotate Puts one cookie id in the place of another, inside the caller's transaction.
 */
export function createAuthorizationSteps(
  database: Database,
  news: SqliteNews,
  rotate: (sessionKey: string, rotation: Rotation) => boolean,
): AuthorizationSteps {
  const create = database.prepare(`
    INSERT INTO pending_authorizations (state_hash, session_key, cookie_hash, provider, status,
      started_at, expires_at, deadline, sealed, outcome)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const dropBeyond = database.prepare(`
    DELETE FROM pending_authorizations WHERE rowid IN (
      SELECT rowid FROM pending_authorizations WHERE session_key = ? AND status <> 'exchanging'
      ORDER BY started_at DESC, rowid DESC LIMIT -1 OFFSET ?)`)
  const load = database.prepare<PendingRow>(`
    SELECT state_hash AS stateHash, session_key AS sessionKey, cookie_hash AS cookieHash, provider,
      status, started_at AS startedAt, expires_at AS expiresAt, deadline, sealed, outcome
    FROM pending_authorizations WHERE state_hash = ?`)
  const claim = database.prepare(`
    UPDATE pending_authorizations AS mine SET status = 'exchanging', deadline = ?1
    WHERE state_hash = ?2 AND status = 'waiting' AND expires_at > ?3
      AND EXISTS (SELECT 1 FROM sessions WHERE key = mine.session_key AND cookie_hash = ?4)
      AND NOT EXISTS (
        SELECT 1 FROM pending_authorizations AS other
        WHERE other.session_key = mine.session_key AND other.status = 'exchanging'
          AND other.deadline > ?3)`)
  const settle = database.prepare(`
    UPDATE pending_authorizations SET status = 'settled', outcome = ? WHERE state_hash = ?`)
  const { put, isTaken } = createReferenceSteps(database)

  function createPending(pending: PendingRecord, cap: number): void {
    const { stateHash, sessionKey, cookieHash, provider, status, startedAt, expiresAt } = pending
    const { deadline = null, sealed, outcome = null } = pending
    create.run(
      ...[stateHash, sessionKey, cookieHash, provider, status],
      ...[startedAt, expiresAt, deadline, sealed, outcome],
    )
    dropBeyond.run(sessionKey, cap)
  }

  /** Returns the session and its news number; undefined when nothing is to be written. */
  function settlePending(settlement: Settlement) {
    const { stateHash, outcome, now, connection, replaces, rotation } = settlement
    const entry = load.get(stateHash)
    if (entry?.status !== 'exchanging' || (entry.deadline ?? 0) <= now) return undefined
    const { sessionKey } = entry
    if (connection !== undefined && connection.sessionKey !== sessionKey) throw foreignConnection()
    if (rotation !== undefined && !rotate(sessionKey, rotation)) return undefined
    settle.run(outcome, stateHash)
    if (connection !== undefined) {
      put(replaces !== true && isTaken(connection) ? 'newcomers' : 'connections', connection)
    }
    return { sessionKey, number: news.write(sessionKey) ?? 0 }
  }

  return {
    createPending: (pending, cap) => database.commit(() => createPending(pending, cap)),
    loadPending: (stateHash) =>
      database.answer(() => {
        const row = load.get(stateHash)
        if (row === undefined) return undefined
        const { deadline, outcome, ...rest } = row
        return {
          ...rest,
          ...(deadline === null ? {} : { deadline }),
          ...(outcome === null ? {} : { outcome }),
        }
      }),
    claimPending: (stateHash, cookieHash, now, deadline) =>
      database.answer(() => claim.run(deadline, stateHash, now, cookieHash).changes === 1),
    settlePending: async (settlement) => {
      const settled = await database.commit(() => settlePending(settlement))
      if (settled === undefined) return false
      news.tell(settled.sessionKey, settled.number)
      return true
    },
  }
}
