/*
 * Both stores over one SQLite file, each with a connection of its own and the durability that it promises.
 */
import type { SessionStore } from './session-store.ts'
import { createSqliteSessionStore } from './sqlite-sessions.ts'
import { createSqliteUserStore } from './sqlite-users.ts'
import { openDatabase } from './sqlite.ts'
import type { UserStore } from './user-store.ts'

/** What an app keeps, in one file. */
export interface SqliteStores {
  readonly sessions: SessionStore
  readonly users: UserStore
}

/**
 * Opens both stores; makes the file, and its folder, where there is none. Several processes may share it.
 *
 * @param path Of the file; `-wal` and `-shm` beside it belong to it, also in a backup.
 * @throws `store.network-folder`, `store.newer-schema`, `store.wrong-settings` or `store.unavailable`.
 */
export function openSqliteStores(path: string): SqliteStores {
  const users = openDatabase(path, 'FULL')
  try {
    const sessions = openDatabase(path, 'NORMAL')
    return { sessions: createSqliteSessionStore(sessions), users: createSqliteUserStore(users) }
  } catch (error) {
    users.close()
    throw error
  }
}
