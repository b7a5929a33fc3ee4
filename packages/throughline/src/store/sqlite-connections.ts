/*
 * References from sessions to accounts in SQLite.
 */
import type { ConnectionRecord, SessionStore } from './session-store.ts'
import type { Database } from './sqlite.ts'

type ConnectionSteps = Pick<SessionStore, 'loadConnections' | 'relatedSessions' | 'forgetAccount'>

/** A row of `connections` as {@link CONNECTION_COLUMNS} selects it. */
export interface ConnectionRow extends Omit<ConnectionRecord, 'scope'> {
  /** JSON array. */
  readonly scope: string
}

/** Selects a {@link ConnectionRow}. */
export const CONNECTION_COLUMNS = `session_key AS sessionKey, provider, slot, client_id AS clientId,
  subject_index AS subjectIndex, account, scope, connected_at AS connectedAt`

/** Converts a row to the record. */
export function toConnection(row: ConnectionRow): ConnectionRecord {
  return { ...row, scope: JSON.parse(row.scope) as string[] }
}

/** Makes the steps over one connection to the database. */
export function createConnectionSteps(database: Database): ConnectionSteps {
  const load = database.prepare<ConnectionRow>(`
    SELECT ${CONNECTION_COLUMNS} FROM connections WHERE session_key = ? ORDER BY connected_at, rowid`)
  const related = database.prepare<{ readonly session_key: string }>(`
    SELECT DISTINCT other.session_key FROM connections AS mine
    JOIN connections AS other USING (provider, client_id, subject_index)
    WHERE mine.session_key = ?`)
  const forgetAccount = database.prepare<{ readonly session_key: string }>(`
    DELETE FROM connections WHERE provider = ? AND client_id = ? AND subject_index = ?
    RETURNING session_key`)

  return {
    loadConnections: (sessionKey) => database.answer(() => load.all(sessionKey).map(toConnection)),
    relatedSessions: (sessionKey) =>
      database.answer(() => related.all(sessionKey).map((row) => row.session_key)),
    forgetAccount: (provider, clientId, subjectIndex) =>
      database.answer(() => {
        const rows = forgetAccount.all(provider, clientId, subjectIndex)
        return [...new Set(rows.map((row) => row.session_key))]
      }),
  }
}
