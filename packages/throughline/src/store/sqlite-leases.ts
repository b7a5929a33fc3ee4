/*
 * Leases in SQLite: one holder of a name at a time, told apart by a fence that only rises. And counts, by which
 * processes hear that one of them has changed what is kept elsewhere.
 */
import type { Lease, SessionStore } from './session-store.ts'
import type { Database } from './sqlite.ts'

type LeaseSteps = Pick<
  SessionStore,
  'takeLease' | 'renewLease' | 'releaseLease' | 'loadCount' | 'raiseCount'
>

/** Makes the steps over one connection to the database. */
export function createLeaseSteps(database: Database): LeaseSteps {
  const load = database.prepare<{ readonly owner: string; readonly fence: number }>(
    'SELECT owner, fence FROM leases WHERE name = ? AND held_until > ?',
  )
  const raiseFence = database.prepare<{ readonly newest: number }>(
    'UPDATE fences SET newest = newest + 1 RETURNING newest',
  )
  const save = database.prepare(
    'INSERT OR REPLACE INTO leases (name, owner, fence, held_until) VALUES (?, ?, ?, ?)',
  )
  const renew = database.prepare(
    'UPDATE leases SET held_until = ? WHERE name = ? AND owner = ? AND fence = ?',
  )
  const release = database.prepare('DELETE FROM leases WHERE name = ? AND owner = ? AND fence = ?')
  const loadCount = database.prepare<{ readonly count: number }>(
    'SELECT count FROM counts WHERE name = ?',
  )
  const raiseCount = database.prepare<{ readonly count: number }>(`
    INSERT INTO counts (name, count) VALUES (?, 1)
    ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count`)

  function takeLease(name: string, owner: string, now: number, until: number): Lease | undefined {
    const held = load.get(name, now)
    if (held !== undefined && held.owner !== owner) return undefined
    const fence = held?.fence ?? raiseFence.get()?.newest ?? 1
    save.run(name, owner, fence, until)
    return { name, owner, fence }
  }

  return {
    takeLease: (name, owner, now, until) =>
      database.commit(() => takeLease(name, owner, now, until)),
    renewLease: ({ name, owner, fence }, until) =>
      database.answer(() => renew.run(until, name, owner, fence).changes === 1),
    releaseLease: ({ name, owner, fence }) =>
      database.answer(() => void release.run(name, owner, fence)),
    loadCount: (name) => database.answer(() => loadCount.get(name)?.count ?? 0),
    raiseCount: (name) => database.answer(() => raiseCount.get(name)?.count ?? 0),
  }
}
