/*
 * News in SQLite: what this process announces reaches its own listeners at once, and those of other processes by a
 * log that each of them reads when the file has changed.
 *
 * The log is polled only while someone listens. Each process skips its own entries: it has told of them already.
 */
import { createId, systemRandom } from '../base/random.ts'
import type { SessionStore } from './session-store.ts'
import type { Database } from './sqlite.ts'

/** How often the file is asked whether another process has written, in milliseconds. */
const NEWS_POLL_MS = 200

type NewsSteps = Pick<SessionStore, 'announce' | 'loadNews' | 'onNews'>

/** Calls the listeners of this process. */
export type NewsListener = (sessionKey: string, news: number) => void

/** News over one connection to the database. */
export interface SqliteNews extends NewsSteps {
  /** Writes an announcement inside the caller's transaction; undefined when there is no such session. */
  readonly write: (sessionKey: string) => number | undefined
  /** Calls the listeners of this process. To be called once what was written is committed. */
  readonly tell: NewsListener
  /** Drops what every process has had the time between two calls to read. */
  readonly reap: () => void
  readonly close: () => void
}

interface Announcement {
  readonly position: number
  readonly session_key: string
  readonly news: number
}

/** Makes news over one connection to the database. */
export function createSqliteNews(database: Database): SqliteNews {
  const origin = createId(systemRandom)
  const raise = database.prepare<{ readonly news: number }>(
    'UPDATE sessions SET news = news + 1 WHERE key = ? RETURNING news',
  )
  const log = database.prepare(
    'INSERT INTO announcements (session_key, news, origin) VALUES (?, ?, ?)',
  )
  const load = database.prepare<{ readonly news: number }>(
    'SELECT news FROM sessions WHERE key = ?',
  )
  const newestPosition = database.prepare<{ readonly newest: number }>(
    'SELECT ifnull(max(position), 0) AS newest FROM announcements',
  )
  const loadSince = database.prepare<Announcement>(`
    SELECT position, session_key, news FROM announcements WHERE position > ? AND origin <> ?
    ORDER BY position`)
  const dropUpTo = database.prepare('DELETE FROM announcements WHERE position <= ?')
  const dataVersion = database.prepare<{ readonly data_version: number }>('PRAGMA data_version')

  const listeners = new Set<NewsListener>()
  let timer: NodeJS.Timeout | undefined
  let seenVersion: number | undefined
  let seenPosition = 0
  let reapablePosition = 0

  function tell(sessionKey: string, news: number): void {
    for (const listener of listeners) {
      try {
        listener(sessionKey, news)
      } catch (error) {
        // What was announced is committed: the caller must not take a listener's failure for its own.
        process.emitWarning(error as Error)
      }
    }
  }

  function poll(): void {
    const version = dataVersion.get()?.data_version
    if (version === seenVersion) return
    seenVersion = version
    for (const { position, session_key, news } of loadSince.all(seenPosition, origin)) {
      seenPosition = position
      tell(session_key, news)
    }
  }

  function write(sessionKey: string): number | undefined {
    const news = raise.get(sessionKey)?.news
    if (news !== undefined) log.run(sessionKey, news, origin)
    return news
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    write,
    tell,
    announce: async (sessionKey) => {
      const news = await database.commit(() => write(sessionKey))
      if (news !== undefined) tell(sessionKey, news)
    },
    loadNews: (sessionKey) => database.answer(() => load.get(sessionKey)?.news ?? 0),
    onNews: (listener) => {
      const own: NewsListener = (sessionKey, news) => listener(sessionKey, news)
      listeners.add(own)
      if (timer === undefined) {
        seenVersion = dataVersion.get()?.data_version
        seenPosition = newestPosition.get()?.newest ?? 0
        timer = setInterval(poll, NEWS_POLL_MS).unref()
      }
      return () => {
        listeners.delete(own)
        if (listeners.size === 0) stop()
      }
    },
    reap: () => {
      dropUpTo.run(reapablePosition)
      reapablePosition = newestPosition.get()?.newest ?? 0
    },
    close: () => {
      listeners.clear()
      stop()
    },
  }
}
