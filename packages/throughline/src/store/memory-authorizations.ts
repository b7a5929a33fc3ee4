/*
 * Pending authorizations and connections in memory.
 */
import {
  answer,
  connectionName,
  connectionsOf,
  type SessionRows,
  raiseNews,
  rowsOf,
  tellNews,
  type MemoryTables,
} from './memory-tables.ts'
import type { PendingRecord, Rotation, SessionStore, Settlement } from './session-store.ts'
import { foreignConnection, nameTaken } from './store-error.ts'

type AuthorizationSteps = Pick<
  SessionStore,
  | 'createPending'
  | 'loadPending'
  | 'claimPending'
  | 'settlePending'
  | 'loadConnections'
  | 'relatedSessions'
  | 'forgetAccount'
>

/**
 * Makes the steps over the tables.
 *
 * @param rotate Puts one cookie id in the place of another; false when `from` is not in force.
 */
export function createAuthorizationSteps(
  tables: MemoryTables,
  rotate: (sessionKey: string, rotation: Rotation) => boolean,
): AuthorizationSteps {
  function createPending(pending: PendingRecord, cap: number): void {
    rowsOf(tables, pending.sessionKey)
    if (tables.pending.has(pending.stateHash)) throw nameTaken()
    tables.pending.set(pending.stateHash, { ...pending })
    const kept = [...tables.pending.values()]
      .filter((entry) => entry.sessionKey === pending.sessionKey && entry.status !== 'exchanging')
      .toReversed()
      .toSorted((a, b) => b.startedAt - a.startedAt)
    for (const { stateHash } of kept.slice(cap)) tables.pending.delete(stateHash)
  }

  function claimPending(stateHash: string, now: number, deadline: number): boolean {
    const entry = tables.pending.get(stateHash)
    if (entry === undefined || entry.status !== 'waiting' || entry.expiresAt <= now) return false
    tables.pending.set(stateHash, { ...entry, status: 'exchanging', deadline })
    return true
  }

  /** Returns the session and its news number; undefined when the entry is not exchanging, or has been for too long. */
  function settlePending({ stateHash, outcome, now, connection, rotation }: Settlement) {
    const entry = tables.pending.get(stateHash)
    if (entry?.status !== 'exchanging' || (entry.deadline ?? 0) <= now) return undefined
    const { sessionKey } = entry
    if (connection !== undefined && connection.sessionKey !== sessionKey) throw foreignConnection()
    tables.pending.set(stateHash, { ...entry, status: 'settled', outcome })
    if (connection !== undefined) {
      const name = connectionName(connection.provider, connection.slot)
      const { connections } = rowsOf(tables, sessionKey)
      // Deleted first, so that the newest of several with one time stands last.
      connections.delete(name)
      connections.set(name, structuredClone(connection))
    }
    if (rotation !== undefined) rotate(sessionKey, rotation)
    return { sessionKey, number: raiseNews(tables, sessionKey) ?? 0 }
  }

  function relatedSessions(sessionKey: string): readonly string[] {
    const accountsOf = (rows: SessionRows) =>
      connectionsOf(rows).map((one) => [one.provider, one.clientId, one.subjectIndex].join('\n'))
    const own = tables.sessions.get(sessionKey)
    const accounts = new Set(own === undefined ? [] : accountsOf(own))
    return [...tables.sessions].flatMap(([key, rows]) =>
      accountsOf(rows).some((account) => accounts.has(account)) ? [key] : [],
    )
  }

  function forgetAccount(provider: string, clientId: string, subjectIndex: string) {
    const keys: string[] = []
    for (const [key, { connections }] of tables.sessions) {
      const before = connections.size
      for (const [name, connection] of connections) {
        const { provider: p, clientId: c, subjectIndex: s } = connection
        if (p === provider && c === clientId && s === subjectIndex) connections.delete(name)
      }
      if (connections.size < before) keys.push(key)
    }
    return keys
  }

  return {
    createPending: (pending, cap) => answer(() => createPending(pending, cap)),
    loadPending: (stateHash) => answer(() => tables.pending.get(stateHash)),
    claimPending: (stateHash, now, deadline) =>
      answer(() => claimPending(stateHash, now, deadline)),
    settlePending: async (settlement) => {
      const settled = settlePending(settlement)
      if (settled === undefined) return false
      tellNews(tables, settled.sessionKey, settled.number)
      return true
    },
    loadConnections: (sessionKey) =>
      answer(() => {
        const rows = tables.sessions.get(sessionKey)
        return rows === undefined ? [] : connectionsOf(rows)
      }),
    relatedSessions: (sessionKey) => answer(() => relatedSessions(sessionKey)),
    forgetAccount: (provider, clientId, subjectIndex) =>
      answer(() => forgetAccount(provider, clientId, subjectIndex)),
  }
}
