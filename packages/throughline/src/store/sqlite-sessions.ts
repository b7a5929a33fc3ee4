/*
 * The session store in SQLite: sessions and their cookie ids here, the rest put together from its parts.
 */
import { setImmediate } from 'node:timers/promises'
import {
  PRESENTED_KEPT_MS,
  type Rotation,
  type SessionRecord,
  type SessionStore,
} from './session-store.ts'
import { createAuthorizationSteps } from './sqlite-authorizations.ts'
import { createCacheSteps } from './sqlite-cache.ts'
import { createConnectionSteps } from './sqlite-connections.ts'
import { createDownloadSteps } from './sqlite-downloads.ts'
import { createLeaseSteps } from './sqlite-leases.ts'
import { createSqliteNews } from './sqlite-news.ts'
import { createPresentedSteps } from './sqlite-presented.ts'
import { createRevocationSteps } from './sqlite-revocations.ts'
import { createRunSteps } from './sqlite-runs.ts'
import type { Database } from './sqlite.ts'

/** How many rows one reaping transaction drops at most: others wait for it. */
const REAP_STEP_ROWS = 500

/** Makes a session store over a connection of its own, which it closes. */
export function createSqliteSessionStore(database: Database): SessionStore {
  const news = createSqliteNews(database)
  const create = database.prepare(`
    INSERT OR IGNORE INTO sessions (key, cookie_hash, created_at, seen_at)
    SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (
      SELECT 1 FROM ended_cookies WHERE cookie_hash = ?2 AND remembered_until > ?3)`)
  const load = database.prepare<SessionRecord>(`
    SELECT key, cookie_hash AS cookieHash, created_at AS createdAt, seen_at AS seenAt
    FROM sessions WHERE cookie_hash = ?`)
  const find = database.prepare<SessionRecord>(`
    SELECT key, cookie_hash AS cookieHash, created_at AS createdAt, seen_at AS seenAt
    FROM sessions WHERE key = ?`)
  const count = database.prepare<{ readonly count: number }>(
    'SELECT count(*) AS count FROM sessions',
  )
  const touch = database.prepare('UPDATE sessions SET seen_at = max(seen_at, ?) WHERE key = ?')
  const replaceCookie = database.prepare(
    'UPDATE OR IGNORE sessions SET cookie_hash = ? WHERE key = ? AND cookie_hash = ?',
  )
  const endCookie = database.prepare(`
    INSERT OR REPLACE INTO ended_cookies (cookie_hash, how, remembered_until) VALUES (?, ?, ?)`)
  const loadEnded = database.prepare<{ readonly how: 'rotated' | 'ended' }>(
    'SELECT how FROM ended_cookies WHERE cookie_hash = ? AND remembered_until > ?',
  )
  const forget = database.prepare<{ readonly cookie_hash: string }>(
    'DELETE FROM sessions WHERE key = ? RETURNING cookie_hash',
  )
  const forgetCachedOf = database.prepare('DELETE FROM cached_results WHERE scope = ?')
  const reapSteps = [
    [
      'cached_results',
      'expires_at <= ?1 OR scope IN (SELECT key FROM sessions WHERE seen_at < ?2)',
    ],
    ['sessions', 'seen_at < ?2'],
    ['tabs', 'seen_at < ?2'],
    ['pending_authorizations', 'expires_at <= ?1'],
    ['downloads', 'expires_at <= ?1'],
    ['ended_cookies', 'remembered_until <= ?1'],
    ['leases', 'held_until <= ?1'],
    ['presented_generations', `noted_at <= ?1 - ${PRESENTED_KEPT_MS}`],
    ['revocations', 'expires_at <= ?1'],
  ].map(([table, condition]) =>
    database.prepare(`
      DELETE FROM ${table} WHERE rowid IN (
        SELECT rowid FROM ${table} WHERE (?1 IS NOT NULL AND ?2 IS NOT NULL) AND (${condition})
        LIMIT ${REAP_STEP_ROWS})`),
  )

  const unconnected = `
    SELECT key FROM sessions
    WHERE seen_at < ? AND NOT EXISTS (SELECT 1 FROM connections WHERE session_key = key)
    LIMIT ${REAP_STEP_ROWS}`
  const reapUnconnectedSteps = [
    database.prepare(`DELETE FROM cached_results WHERE scope IN (${unconnected})`),
    database.prepare(`DELETE FROM sessions WHERE key IN (${unconnected})`),
  ] as const

  /** Drops some, with what was cached for them; returns whether there were any. */
  function reapSomeUnconnected(idleSince: number): boolean {
    const [forgetCached, forgetSessions] = reapUnconnectedSteps
    forgetCached.run(idleSince)
    return Number(forgetSessions.run(idleSince).changes) > 0
  }

  function rotate(sessionKey: string, { from, to, retiredUntil }: Rotation): boolean {
    if (replaceCookie.run(to, sessionKey, from).changes === 0) return false
    endCookie.run(from, 'rotated', retiredUntil)
    return true
  }

  /** Returns the news number that says so; undefined when there is no such session. */
  function forgetSession(key: string, rememberUntil: number): number | undefined {
    const number = news.write(key)
    const cookieHash = forget.get(key)?.cookie_hash
    if (cookieHash !== undefined) endCookie.run(cookieHash, 'ended', rememberUntil)
    forgetCachedOf.run(key)
    return number
  }

  return {
    ...createRunSteps(database),
    ...createConnectionSteps(database, news),
    ...createAuthorizationSteps(database, news, rotate),
    ...createDownloadSteps(database),
    ...createCacheSteps(database),
    ...createLeaseSteps(database),
    ...createPresentedSteps(database),
    ...createRevocationSteps(database),
    announce: news.announce,
    loadNews: news.loadNews,
    onNews: news.onNews,
    createSession: ({ key, cookieHash, createdAt, seenAt }) =>
      database.answer(() => create.run(key, cookieHash, createdAt, seenAt).changes === 1),
    loadSession: (cookieHash) =>
      database.answer(() => {
        const row = load.get(cookieHash)
        return row === undefined ? undefined : { ...row }
      }),
    countSessions: () => database.answer(() => count.get()?.count ?? 0),
    findSession: (key) =>
      database.answer(() => {
        const row = find.get(key)
        return row === undefined ? undefined : { ...row }
      }),
    touchSession: (key, seenAt) => database.answer(() => void touch.run(seenAt, key)),
    rotateSession: (key, rotation) => database.commit(() => rotate(key, rotation)),
    loadEnded: (cookieHash, now) => database.answer(() => loadEnded.get(cookieHash, now)?.how),
    forgetSession: async (key, rememberUntil) => {
      const number = await database.commit(() => forgetSession(key, rememberUntil))
      if (number !== undefined) news.tell(key, number)
    },
    reap: async (now, idleSince) => {
      for (const step of reapSteps) {
        while ((await database.answer(() => Number(step.run(now, idleSince).changes))) > 0) {
          await setImmediate()
        }
      }
      await database.commit(news.reap)
    },
    reapUnconnected: async (idleSince) => {
      while (await database.commit(() => reapSomeUnconnected(idleSince))) await setImmediate()
    },
    close: async () => {
      news.close()
      database.close()
    },
  }
}
