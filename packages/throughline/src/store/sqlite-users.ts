/*
 * The user store in SQLite. Its connection commits with `synchronous=FULL`: what it confirms survives a loss of power.
 */
import type { Database } from './sqlite.ts'
import type {
  AccountKey,
  AccountRecords,
  TokenSetRecord,
  UserRow,
  UserStore,
} from './user-store.ts'

interface TokenSetRow extends Omit<TokenSetRecord, 'scope'> {
  /** JSON array. */
  readonly scope: string
}

/** Makes a user store over a connection of its own, which it closes. */
export function createSqliteUserStore(database: Database): UserStore {
  const loadTokenSets = database.prepare<TokenSetRow>(`
    SELECT provider, client_id AS clientId, subject_index AS subjectIndex, generation, sealed, scope,
      status, cause, saved_at AS savedAt
    FROM token_sets WHERE provider = ?1 AND subject_index = ?2 AND client_id = ifnull(?3, client_id)
    ORDER BY client_id`)
  const listAccounts = database.prepare<AccountKey>(`
    SELECT provider, subject_index AS subjectIndex FROM users
      WHERE (provider, subject_index) > (?1, ?2)
    UNION SELECT provider, subject_index FROM token_sets WHERE (provider, subject_index) > (?1, ?2)
    ORDER BY 1, 2 LIMIT ?3`)
  const createTokenSet = database.prepare(`
    INSERT OR IGNORE INTO token_sets
      (generation, sealed, scope, status, cause, saved_at, provider, client_id, subject_index)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const replaceTokenSet = database.prepare(`
    UPDATE token_sets SET generation = ?, sealed = ?, scope = ?, status = ?, cause = ?, saved_at = ?
    WHERE provider = ? AND client_id = ? AND subject_index = ? AND generation = ?`)
  const forgetTokenSet = database.prepare(`
    DELETE FROM token_sets
    WHERE provider = ? AND client_id = ? AND subject_index = ? AND generation = ?`)
  const loadUser = database.prepare<UserRow>(`
    SELECT provider, subject_index AS subjectIndex, version, sealed, created_at AS createdAt,
      saved_at AS savedAt
    FROM users WHERE provider = ? AND subject_index = ?`)
  const createUser = database.prepare(`
    INSERT OR IGNORE INTO users (version, sealed, created_at, saved_at, provider, subject_index)
    VALUES (?, ?, ?, ?, ?, ?)`)
  const replaceUser = database.prepare(`
    UPDATE users SET version = ?, sealed = ?, created_at = ?, saved_at = ?
    WHERE provider = ? AND subject_index = ? AND version = ?`)
  const forgetUser = database.prepare('DELETE FROM users WHERE provider = ? AND subject_index = ?')
  const loadSecret = database.prepare<{ readonly sealed: string }>(
    'SELECT sealed FROM secrets WHERE name = ?',
  )
  const createSecret = database.prepare(
    'INSERT INTO secrets (sealed, name) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const replaceSecret = database.prepare(
    'UPDATE secrets SET sealed = ? WHERE name = ? AND sealed = ?',
  )

  function saveTokenSet(record: TokenSetRecord, over: number | undefined): boolean {
    const { provider, clientId, subjectIndex, generation, sealed, status, cause, savedAt } = record
    const content = [generation, sealed, JSON.stringify(record.scope), status, cause, savedAt]
    const cells = [...content, provider, clientId, subjectIndex]
    const written =
      over === undefined ? createTokenSet.run(...cells) : replaceTokenSet.run(...cells, over)
    return written.changes === 1
  }

  function saveUser(row: UserRow, over: number | undefined): boolean {
    const { provider, subjectIndex, version, sealed, createdAt, savedAt } = row
    const cells = [version, sealed, createdAt, savedAt, provider, subjectIndex]
    const written = over === undefined ? createUser.run(...cells) : replaceUser.run(...cells, over)
    return written.changes === 1
  }

  const toTokenSet = (row: TokenSetRow): TokenSetRecord => ({
    ...row,
    scope: JSON.parse(row.scope) as string[],
  })

  function recordsOf({ provider, subjectIndex }: AccountKey): AccountRecords {
    const user = loadUser.get(provider, subjectIndex)
    const tokenSets = loadTokenSets.all(provider, subjectIndex, null).map(toTokenSet)
    return { provider, subjectIndex, ...(user && { user: { ...user } }), tokenSets }
  }

  return {
    loadTokenSet: ({ provider, clientId, subjectIndex }) =>
      database.answer(() => loadTokenSets.all(provider, subjectIndex, clientId).map(toTokenSet)[0]),
    saveTokenSet: (record, over) => database.answer(() => saveTokenSet(record, over)),
    forgetTokenSet: ({ provider, clientId, subjectIndex }, generation) =>
      database.answer(
        () => forgetTokenSet.run(provider, clientId, subjectIndex, generation).changes === 1,
      ),
    loadUser: ({ provider, subjectIndex }) =>
      database.answer(() => {
        const row = loadUser.get(provider, subjectIndex)
        return row === undefined ? undefined : { ...row }
      }),
    saveUser: (row, over) => database.answer(() => saveUser(row, over)),
    forgetUser: ({ provider, subjectIndex }) =>
      database.answer(() => void forgetUser.run(provider, subjectIndex)),
    listAccounts: (after, limit) =>
      database.answer(() =>
        listAccounts.all(after?.provider ?? '', after?.subjectIndex ?? '', limit).map(recordsOf),
      ),
    loadSecret: (name) => database.answer(() => loadSecret.get(name)?.sealed),
    saveSecret: (name, sealed, over) =>
      database.answer(() => {
        const written =
          over === undefined
            ? createSecret.run(sealed, name)
            : replaceSecret.run(sealed, name, over)
        return written.changes === 1
      }),
    close: async () => database.close(),
  }
}
