/*
 * References from sessions to accounts in SQLite: connections, and newcomers that wait beside one.
 */
import type { ConnectionRecord, RevocationRecord, SessionStore } from './session-store.ts'
import type { Database } from './sqlite.ts'
import type { SqliteNews } from './sqlite-news.ts'
import { createForgetPresented } from './sqlite-presented.ts'
import { createRevocation } from './sqlite-revocations.ts'

type ConnectionSteps = Pick<
  SessionStore,
  | 'loadConnections'
  | 'loadNewcomers'
  | 'loadAbandonedNewcomers'
  | 'takeNewcomer'
  | 'dismissNewcomer'
  | 'relatedSessions'
  | 'forgetAccount'
>

/** The tables of references, which have the same columns. */
type ReferenceTable = 'connections' | 'newcomers'

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

/** Steps inside the caller's transaction. */
export function createReferenceSteps(database: Database) {
  const prepare = (table: ReferenceTable) =>
    database.prepare(`
    INSERT OR REPLACE INTO ${table} (session_key, provider, slot, client_id, subject_index,
      account, scope, connected_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const puts = { connections: prepare('connections'), newcomers: prepare('newcomers') }
  const taken = database.prepare(`
    SELECT 1 FROM connections
    WHERE session_key = ? AND provider = ? AND slot = ? AND client_id = ? AND subject_index <> ?`)

  return {
    /** Writes a reference over the one of its place. */
    put(table: ReferenceTable, connection: ConnectionRecord): void {
      const { account, scope, connectedAt } = connection
      const { sessionKey, provider, slot, clientId, subjectIndex } = connection
      puts[table].run(
        ...[sessionKey, provider, slot, clientId, subjectIndex],
        ...[account, JSON.stringify(scope), connectedAt],
      )
    },
    /** Whether another account of the same client is connected in the place. */
    isTaken({ sessionKey, provider, slot, clientId, subjectIndex }: ConnectionRecord): boolean {
      return taken.get(sessionKey, provider, slot, clientId, subjectIndex) !== undefined
    },
  }
}

/** Makes the steps over one connection to the database. */
export function createConnectionSteps(database: Database, news: SqliteNews): ConnectionSteps {
  const loadFrom = (table: ReferenceTable) =>
    database.prepare<ConnectionRow>(`
    SELECT ${CONNECTION_COLUMNS} FROM ${table} WHERE session_key = ? ORDER BY connected_at, rowid`)
  const [load, loadNewcomers] = [loadFrom('connections'), loadFrom('newcomers')]
  const loadAbandoned = database.prepare<ConnectionRow>(`
    SELECT ${CONNECTION_COLUMNS} FROM newcomers
    WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE key = session_key) ORDER BY connected_at, rowid`)
  const dropNewcomer = database.prepare(`
    DELETE FROM newcomers
    WHERE session_key = ? AND provider = ? AND slot = ? AND client_id = ? AND subject_index = ?`)
  const referring = database.prepare(`
    SELECT 1 FROM connections WHERE provider = ?1 AND client_id = ?2 AND subject_index = ?3
    UNION ALL
    SELECT 1 FROM newcomers WHERE provider = ?1 AND client_id = ?2 AND subject_index = ?3`)
  const related = database.prepare<{ readonly session_key: string }>(`
    SELECT DISTINCT other.session_key FROM connections AS mine
    JOIN connections AS other USING (provider, client_id, subject_index)
    WHERE mine.session_key = ?`)
  const forgetFrom = (table: ReferenceTable) =>
    database.prepare<{ readonly session_key: string }>(`
    DELETE FROM ${table} WHERE provider = ? AND client_id = ? AND subject_index = ?
    RETURNING session_key`)
  const forgets = [forgetFrom('connections'), forgetFrom('newcomers')]
  const forgetPresented = createForgetPresented(database)
  const { put } = createReferenceSteps(database)
  const revoke = createRevocation(database)

  const drop = ({ sessionKey, provider, slot, clientId, subjectIndex }: ConnectionRecord) =>
    dropNewcomer.run(sessionKey, provider, slot, clientId, subjectIndex).changes === 1

  /** Writes in one step, and tells of it where the newcomer was still there. */
  async function settle<Result>(
    newcomer: ConnectionRecord,
    write: () => Result,
  ): Promise<Result | undefined> {
    const settled = await database.commit(() =>
      drop(newcomer) ? { result: write(), number: news.write(newcomer.sessionKey) } : undefined,
    )
    if (settled?.number !== undefined) news.tell(newcomer.sessionKey, settled.number)
    return settled?.result
  }

  /** Keeps the revocation of an account that nothing refers to any more. */
  function endIfLast(
    { provider, clientId, subjectIndex }: ConnectionRecord,
    revocation: RevocationRecord | undefined,
  ): boolean {
    if (referring.get(provider, clientId, subjectIndex) !== undefined) return false
    if (revocation !== undefined) revoke(revocation)
    return true
  }

  return {
    loadConnections: (sessionKey) => database.answer(() => load.all(sessionKey).map(toConnection)),
    loadNewcomers: (sessionKey) =>
      database.answer(() => loadNewcomers.all(sessionKey).map(toConnection)),
    loadAbandonedNewcomers: () => database.answer(() => loadAbandoned.all().map(toConnection)),
    takeNewcomer: async (newcomer, connection) =>
      (await settle(newcomer, () => {
        put('connections', connection)
        return true
      })) ?? false,
    dismissNewcomer: async (newcomer, revocation) =>
      (await settle(newcomer, () => endIfLast(newcomer, revocation))) ?? false,
    relatedSessions: (sessionKey) =>
      database.answer(() => related.all(sessionKey).map((row) => row.session_key)),
    forgetAccount: (provider, clientId, subjectIndex) =>
      database.commit(() => {
        forgetPresented({ provider, clientId, subjectIndex })
        const rows = forgets.flatMap((forget) => forget.all(provider, clientId, subjectIndex))
        return [...new Set(rows.map((row) => row.session_key))]
      }),
  }
}
