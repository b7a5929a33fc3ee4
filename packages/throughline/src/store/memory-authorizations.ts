/*
 * Pending authorizations and connections in memory.
 */
import {
  answer,
  connectionName,
  connectionsOf,
  isSameAccount,
  type SessionRows,
  raiseNews,
  rowsOf,
  tellNews,
  tokenSetName,
  type MemoryTables,
} from './memory-tables.ts'
import type {
  ConnectionRecord,
  PendingRecord,
  Rotation,
  SessionStore,
  Settlement,
} from './session-store.ts'
import { foreignConnection, nameTaken } from './store-error.ts'

type AuthorizationSteps = Pick<
  SessionStore,
  | 'createPending'
  | 'loadPending'
  | 'claimPending'
  | 'settlePending'
  | 'loadConnections'
  | 'loadNewcomers'
  | 'loadAbandonedNewcomers'
  | 'takeNewcomer'
  | 'dismissNewcomer'
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

  function claimPending(
    stateHash: string,
    cookieHash: string,
    now: number,
    deadline: number,
  ): boolean {
    const entry = tables.pending.get(stateHash)
    if (entry === undefined || entry.status !== 'waiting' || entry.expiresAt <= now) return false
    if (rowsOf(tables, entry.sessionKey).session.cookieHash !== cookieHash) return false
    const isUnderWay = (one: PendingRecord) =>
      one.sessionKey === entry.sessionKey &&
      one.status === 'exchanging' &&
      (one.deadline ?? 0) > now
    if ([...tables.pending.values()].some(isUnderWay)) return false
    tables.pending.set(stateHash, { ...entry, status: 'exchanging', deadline })
    return true
  }

  /** Returns the session and its news number; undefined when nothing is to be written. */
  function settlePending(settlement: Settlement) {
    const { stateHash, outcome, now, connection, replaces, rotation } = settlement
    const entry = tables.pending.get(stateHash)
    if (entry?.status !== 'exchanging' || (entry.deadline ?? 0) <= now) return undefined
    const { sessionKey } = entry
    if (connection !== undefined && connection.sessionKey !== sessionKey) throw foreignConnection()
    if (rotation !== undefined && !rotate(sessionKey, rotation)) return undefined
    tables.pending.set(stateHash, { ...entry, status: 'settled', outcome })
    if (connection !== undefined) {
      const rows = rowsOf(tables, sessionKey)
      const present = rows.connections.get(connectionName(connection.provider, connection.slot))
      const isTaken =
        present?.clientId === connection.clientId && !isSameAccount(present, connection)
      if (isTaken && replaces !== true) {
        const others = tables.newcomers.filter((one) => !isSameReference(one, connection))
        tables.newcomers = [...others, structuredClone(connection)]
      } else {
        connect(rows, connection)
      }
    }
    return { sessionKey, number: raiseNews(tables, sessionKey) ?? 0 }
  }

  function connect({ connections }: SessionRows, connection: ConnectionRecord): void {
    const name = connectionName(connection.provider, connection.slot)
    // Deleted first, so that the newest of several with one time stands last.
    connections.delete(name)
    connections.set(name, structuredClone(connection))
  }

  /** Writes in one step, and tells of it where the newcomer was still there. */
  function settleNewcomer(newcomer: ConnectionRecord, write: () => boolean) {
    const { sessionKey } = newcomer
    const left = tables.newcomers.filter((one) => !isSameReference(one, newcomer))
    if (left.length === tables.newcomers.length) return false
    tables.newcomers = left
    const result = write()
    const news = raiseNews(tables, sessionKey)
    if (news !== undefined) tellNews(tables, sessionKey, news)
    return result
  }

  function isReferredTo(account: ConnectionRecord): boolean {
    const connections = [...tables.sessions.values()].flatMap(connectionsOf)
    return [...connections, ...tables.newcomers].some((one) => isSameAccount(one, account))
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
    const account = { provider, clientId, subjectIndex }
    const waiting = tables.newcomers.filter((one) => isSameAccount(one, account))
    const keys = new Set(waiting.map(({ sessionKey }) => sessionKey))
    tables.newcomers = tables.newcomers.filter((one) => !isSameAccount(one, account))
    for (const [key, { connections }] of tables.sessions) {
      for (const [name, connection] of connections) {
        if (!isSameAccount(connection, account)) continue
        connections.delete(name)
        keys.add(key)
      }
    }
    tables.presented.delete(tokenSetName(account))
    return [...keys]
  }

  return {
    createPending: (pending, cap) => answer(() => createPending(pending, cap)),
    loadPending: (stateHash) => answer(() => tables.pending.get(stateHash)),
    claimPending: (stateHash, cookieHash, now, deadline) =>
      answer(() => claimPending(stateHash, cookieHash, now, deadline)),
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
    loadNewcomers: (sessionKey) =>
      answer(() => tables.newcomers.filter((one) => one.sessionKey === sessionKey)),
    loadAbandonedNewcomers: () =>
      answer(() => tables.newcomers.filter((one) => !tables.sessions.has(one.sessionKey))),
    takeNewcomer: (newcomer, connection) =>
      answer(() =>
        settleNewcomer(newcomer, () => {
          connect(rowsOf(tables, connection.sessionKey), connection)
          return true
        }),
      ),
    dismissNewcomer: (newcomer, revocation) =>
      answer(() =>
        settleNewcomer(newcomer, () => {
          if (isReferredTo(newcomer)) return false
          if (revocation !== undefined) tables.revocations.set(revocation.id, { ...revocation })
          return true
        }),
      ),
    relatedSessions: (sessionKey) => answer(() => relatedSessions(sessionKey)),
    forgetAccount: (provider, clientId, subjectIndex) =>
      answer(() => forgetAccount(provider, clientId, subjectIndex)),
  }
}

function isSameReference(one: ConnectionRecord, other: ConnectionRecord): boolean {
  return one.sessionKey === other.sessionKey && one.slot === other.slot && isSameAccount(one, other)
}
