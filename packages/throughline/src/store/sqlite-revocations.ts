/*
 * Token sets that providers are still to be told to end, in SQLite.
 */
import type { RevocationRecord, SessionStore } from './session-store.ts'
import type { Database } from './sqlite.ts'

type RevocationSteps = Pick<
  SessionStore,
  'createRevocation' | 'takeRevocations' | 'dropRevocation' | 'dropRevocationsOf'
>

/** Makes the step that keeps a revocation, inside the caller's transaction. */
export function createRevocation(database: Database): (revocation: RevocationRecord) => void {
  const create = database.prepare(`
    INSERT INTO revocations (id, provider, issuer, client_id, subject_index, due_at, expires_at, sealed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  return (revocation) => {
    const { id, provider, issuer, clientId, subjectIndex, dueAt, expiresAt, sealed } = revocation
    create.run(id, provider, issuer, clientId, subjectIndex, dueAt, expiresAt, sealed)
  }
}

/** Makes the steps over one connection to the database. */
export function createRevocationSteps(database: Database): RevocationSteps {
  const create = createRevocation(database)
  const take = database.prepare<RevocationRecord>(`
    UPDATE revocations SET due_at = ?2 WHERE due_at <= ?1 AND expires_at > ?1
    RETURNING id, provider, issuer, client_id AS clientId, subject_index AS subjectIndex, due_at AS dueAt,
      expires_at AS expiresAt, sealed`)
  const drop = database.prepare('DELETE FROM revocations WHERE id = ?')
  const dropOf = database.prepare(
    'DELETE FROM revocations WHERE provider = ? AND client_id = ? AND subject_index = ?',
  )

  return {
    createRevocation: (revocation) => database.answer(() => create(revocation)),
    takeRevocations: (now, dueAgainAt) =>
      database.answer(() => take.all(now, dueAgainAt).map((row) => ({ ...row }))),
    dropRevocation: (id) => database.answer(() => void drop.run(id)),
    dropRevocationsOf: (provider, clientId, subjectIndex) =>
      database.answer(() => void dropOf.run(provider, clientId, subjectIndex)),
  }
}
