/*
 * The session store in memory, for tests and for nothing that must stay: it ends with the process.
 */
import { createAuthorizationSteps } from './memory-authorizations.ts'
import { createResultSteps } from './memory-results.ts'
import { createRunSteps } from './memory-runs.ts'
import { answer, createMemoryTables, raiseNews, tellNews } from './memory-tables.ts'
import {
  PRESENTED_KEPT_MS,
  type Rotation,
  type SessionRecord,
  type SessionStore,
} from './session-store.ts'

/** Makes an empty session store. */
export function createMemorySessionStore(): SessionStore {
  const tables = createMemoryTables()
  const { sessions, pending, downloads, cached, ended, leases, presented, revocations, listeners } =
    tables

  function findByCookie(cookieHash: string): SessionRecord | undefined {
    for (const { session } of sessions.values()) {
      if (session.cookieHash === cookieHash) return session
    }
    return undefined
  }

  function howEnded(cookieHash: string, now: number): 'rotated' | 'ended' | undefined {
    const entry = ended.get(cookieHash)
    return entry !== undefined && entry.until > now ? entry.how : undefined
  }

  function createSession(session: SessionRecord): boolean {
    const { key, cookieHash, createdAt } = session
    if (sessions.has(key) || findByCookie(cookieHash) !== undefined) return false
    if (howEnded(cookieHash, createdAt) !== undefined) return false
    sessions.set(key, {
      session: { ...session },
      news: 0,
      tabs: new Map(),
      state: new Map(),
      connections: new Map(),
    })
    return true
  }

  function rotate(key: string, { from, to, retiredUntil }: Rotation): boolean {
    const rows = sessions.get(key)
    if (rows?.session.cookieHash !== from || findByCookie(to) !== undefined) return false
    rows.session = { ...rows.session, cookieHash: to }
    ended.set(from, { how: 'rotated', until: retiredUntil })
    return true
  }

  function forgetSession(key: string): void {
    sessions.delete(key)
    forgetWhere(pending, (entry) => entry.sessionKey === key)
    forgetWhere(downloads, ({ download }) => download.sessionKey === key)
    forgetWhere(cached, ({ scope }) => scope === key)
  }

  function reap(now: number, idleSince: number): void {
    for (const [key, { session, tabs }] of sessions) {
      if (session.seenAt < idleSince) forgetSession(key)
      forgetWhere(tabs, ({ seenAt }) => seenAt < idleSince)
    }
    forgetWhere(pending, ({ expiresAt }) => expiresAt <= now)
    forgetWhere(downloads, ({ download }) => download.expiresAt <= now)
    forgetWhere(cached, ({ expiresAt }) => expiresAt <= now)
    forgetWhere(ended, ({ until }) => until <= now)
    forgetWhere(leases, ({ heldUntil }) => heldUntil <= now)
    forgetWhere(presented, ({ notedAt }) => notedAt <= now - PRESENTED_KEPT_MS)
    forgetWhere(revocations, ({ expiresAt }) => expiresAt <= now)
  }

  return {
    ...createRunSteps(tables),
    ...createAuthorizationSteps(tables, rotate),
    ...createResultSteps(tables),
    createSession: (session) => answer(() => createSession(session)),
    loadSession: (cookieHash) => answer(() => findByCookie(cookieHash)),
    countSessions: () => answer(() => sessions.size),
    findSession: (key) => answer(() => sessions.get(key)?.session),
    touchSession: (key, seenAt) =>
      answer(() => {
        const rows = sessions.get(key)
        if (rows === undefined || rows.session.seenAt >= seenAt) return
        rows.session = { ...rows.session, seenAt }
      }),
    rotateSession: (key, rotation) => answer(() => rotate(key, rotation)),
    loadEnded: (cookieHash, now) => answer(() => howEnded(cookieHash, now)),
    forgetSession: async (key, rememberUntil) => {
      const news = raiseNews(tables, key)
      const cookieHash = sessions.get(key)?.session.cookieHash
      if (cookieHash !== undefined) ended.set(cookieHash, { how: 'ended', until: rememberUntil })
      forgetSession(key)
      if (news !== undefined) tellNews(tables, key, news)
    },
    announce: async (sessionKey) => {
      const news = raiseNews(tables, sessionKey)
      if (news !== undefined) tellNews(tables, sessionKey, news)
    },
    loadNews: (sessionKey) => answer(() => sessions.get(sessionKey)?.news ?? 0),
    onNews: (listener) => {
      const own = (sessionKey: string, news: number) => listener(sessionKey, news)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    reap: (now, idleSince) => answer(() => reap(now, idleSince)),
    reapUnconnected: (idleSince) =>
      answer(() => {
        for (const [key, { session, connections }] of sessions) {
          if (session.seenAt < idleSince && connections.size === 0) forgetSession(key)
        }
      }),
    close: async () => listeners.clear(),
  }
}

function forgetWhere<Row>(rows: Map<string, Row>, isGone: (row: Row) => boolean): void {
  for (const [name, row] of rows) {
    if (isGone(row)) rows.delete(name)
  }
}
