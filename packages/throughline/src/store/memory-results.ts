/*
 * Downloads, cached results, leases, refreshes under way and revocations in memory.
 */
import { answer, rowsOf, tokenSetName, type MemoryTables } from './memory-tables.ts'
import type { Lease, RevocationRecord, SessionStore } from './session-store.ts'
import { nameTaken } from './store-error.ts'
import type { TokenSetKey } from './user-store.ts'

type ResultSteps = Pick<
  SessionStore,
  | 'createDownload'
  | 'loadDownload'
  | 'noteDownload'
  | 'endDownload'
  | 'loadCached'
  | 'saveCached'
  | 'forgetCached'
  | 'takeLease'
  | 'renewLease'
  | 'releaseLease'
  | 'loadCount'
  | 'raiseCount'
  | 'notePresented'
  | 'noteAnswered'
  | 'createRevocation'
  | 'takeRevocations'
  | 'dropRevocation'
  | 'dropRevocationsOf'
>

/** Makes the steps over the tables. */
export function createResultSteps(tables: MemoryTables): ResultSteps {
  const cacheName = (scope: string, key: string) => JSON.stringify([scope, key])

  function takeLease(name: string, owner: string, now: number, until: number): Lease | undefined {
    const row = tables.leases.get(name)
    const held = row !== undefined && row.heldUntil > now ? row.lease : undefined
    if (held !== undefined && held.owner !== owner) return undefined
    const lease = held ?? { name, owner, fence: (tables.newestFence += 1) }
    tables.leases.set(name, { lease, heldUntil: until })
    return lease
  }

  function takeRevocations(now: number, dueAgainAt: number): readonly RevocationRecord[] {
    const due = [...tables.revocations.values()].filter(
      ({ dueAt, expiresAt }) => dueAt <= now && expiresAt > now,
    )
    const taken = due.map((one) => ({ ...one, dueAt: dueAgainAt }))
    for (const one of taken) tables.revocations.set(one.id, one)
    return taken
  }

  function isOurs({ name, owner, fence }: Lease): boolean {
    const lease = tables.leases.get(name)?.lease
    return lease?.owner === owner && lease.fence === fence
  }

  function notePresented(key: TokenSetKey, generation: number, now: number): number {
    const noted = tables.presented.get(tokenSetName(key))
    if (noted !== undefined && noted.generation > generation) return 0
    const times = noted?.generation === generation ? noted.times + 1 : 1
    tables.presented.set(tokenSetName(key), { generation, times, notedAt: now })
    return times
  }

  function noteAnswered(key: TokenSetKey, generation: number): void {
    const noted = tables.presented.get(tokenSetName(key))
    if (noted?.generation !== generation) return
    if (noted.times > 1)
      tables.presented.set(tokenSetName(key), { ...noted, times: noted.times - 1 })
    else tables.presented.delete(tokenSetName(key))
  }

  return {
    createDownload: (download, cap) =>
      answer(() => {
        rowsOf(tables, download.sessionKey)
        if (tables.downloads.has(download.idHash)) throw nameTaken()
        const row = { download: { ...download }, told: false, shownRun: undefined }
        tables.downloads.set(download.idHash, row)
        const ids = Array.from(tables.downloads)
          .filter(([, one]) => one.download.sessionKey === download.sessionKey)
          .map(([id]) => id)
        for (const id of ids.slice(0, -cap)) tables.downloads.delete(id)
      }),
    loadDownload: (idHash) => answer(() => tables.downloads.get(idHash)?.download),
    noteDownload: (idHash, progress, now) =>
      answer(() => {
        const row = tables.downloads.get(idHash)
        if (row === undefined) return
        const { progress: _, progressAt: __, ...rest } = row.download
        const noted = progress === undefined ? rest : { ...rest, progress, progressAt: now }
        Object.assign(row, { download: noted })
      }),
    endDownload: (idHash, outcome) =>
      answer(() => {
        const row = tables.downloads.get(idHash)
        if (row === undefined) return
        const { progress: _, progressAt: __, ...rest } = row.download
        Object.assign(row, { download: { ...rest, outcome }, told: false })
        row.shownRun = undefined
      }),
    loadCached: (scope, key, now) =>
      answer(() => {
        const record = tables.cached.get(cacheName(scope, key))
        return record !== undefined && record.expiresAt > now ? record : undefined
      }),
    saveCached: (record) =>
      answer(() => void tables.cached.set(cacheName(record.scope, record.key), { ...record })),
    forgetCached: (account) =>
      answer(() => {
        for (const [name, record] of tables.cached) {
          if (record.account === account) tables.cached.delete(name)
        }
      }),
    takeLease: (name, owner, now, until) => answer(() => takeLease(name, owner, now, until)),
    renewLease: (lease, until) =>
      answer(() => {
        if (!isOurs(lease)) return false
        tables.leases.set(lease.name, { lease: { ...lease }, heldUntil: until })
        return true
      }),
    releaseLease: (lease) =>
      answer(() => {
        if (isOurs(lease)) tables.leases.delete(lease.name)
      }),
    loadCount: (name) => answer(() => tables.counts.get(name) ?? 0),
    raiseCount: (name) =>
      answer(() => {
        const count = (tables.counts.get(name) ?? 0) + 1
        tables.counts.set(name, count)
        return count
      }),
    notePresented: (key, generation, now) => answer(() => notePresented(key, generation, now)),
    noteAnswered: (key, generation) => answer(() => noteAnswered(key, generation)),
    createRevocation: (revocation) =>
      answer(() => void tables.revocations.set(revocation.id, { ...revocation })),
    takeRevocations: (now, dueAgainAt) => answer(() => takeRevocations(now, dueAgainAt)),
    dropRevocation: (id) => answer(() => void tables.revocations.delete(id)),
    dropRevocationsOf: (provider, clientId, subjectIndex) =>
      answer(() => {
        for (const [id, one] of tables.revocations) {
          const isOf = one.provider === provider && one.clientId === clientId
          if (isOf && one.subjectIndex === subjectIndex) tables.revocations.delete(id)
        }
      }),
  }
}
