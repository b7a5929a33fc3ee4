/*
 * Results of `cached()` in SQLite.
 */
import type { CacheRecord, SessionStore } from './session-store.ts'
import type { Database } from './sqlite.ts'

type CacheSteps = Pick<SessionStore, 'loadCached' | 'saveCached' | 'forgetCached'>

interface CacheRow extends Omit<CacheRecord, 'account'> {
  readonly account: string | null
}

/** Makes the steps over one connection to the database. */
export function createCacheSteps(database: Database): CacheSteps {
  const load = database.prepare<CacheRow>(`
    SELECT scope, key, sealed, expires_at AS expiresAt, account FROM cached_results
    WHERE scope = ? AND key = ? AND expires_at > ?`)
  const save = database.prepare(`
    INSERT OR REPLACE INTO cached_results (scope, key, sealed, expires_at, account)
    VALUES (?, ?, ?, ?, ?)`)
  const forget = database.prepare('DELETE FROM cached_results WHERE account = ?')

  return {
    loadCached: (scope, key, now) =>
      database.answer(() => {
        const row = load.get(scope, key, now)
        if (row === undefined) return undefined
        const { account, ...rest } = row
        return { ...rest, ...(account === null ? {} : { account }) }
      }),
    saveCached: ({ scope, key, sealed, expiresAt, account }) =>
      database.answer(() => void save.run(scope, key, sealed, expiresAt, account ?? null)),
    forgetCached: (account) => database.answer(() => void forget.run(account)),
  }
}
