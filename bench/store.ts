/*
 * Measures what each press waits for in the store: startRun and commitRun on SQLite, with session state and tab
 * values of a realistic size.
 *
 * Run: node --conditions=throughline-source bench/store.ts [runs]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStores } from '../packages/throughline/src/store/sqlite-stores.ts'

const RUNS = Number(process.argv[2] ?? 20_000)
const SESSIONS = 100
const VALUES = 'v'.repeat(700)
const ENTRY = 's'.repeat(400)

const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
try {
  await measure(join(folder, 'bench.sqlite'))
} finally {
  rmSync(folder, { recursive: true })
}

async function measure(path: string): Promise<void> {
  const { sessions, users } = openSqliteStores(path)
  for (let i = 0; i < SESSIONS; i++) {
    await sessions.createSession({ key: `s${i}`, cookieHash: `c${i}`, createdAt: 1, seenAt: 1 })
  }
  const started: number[] = []
  const committed: number[] = []
  const begin = performance.now()
  const cpu = process.cpuUsage()
  for (let i = 0; i < RUNS; i++) {
    const place = { sessionKey: `s${i % SESSIONS}`, tabId: 't', owner: 'owner', now: Date.now() }
    const t0 = performance.now()
    const run = await sessions.startRun({
      ...place,
      mostTabs: 100,
      heldUntil: place.now + 30_000,
      number: i + 1,
    })
    const t1 = performance.now()
    if (run === undefined) throw new Error('The tab is held.')
    const state = [{ name: 'a', sealed: ENTRY }]
    await sessions.commitRun({ ...place, run: run.tab.run, ends: true, values: VALUES, state })
    const t2 = performance.now()
    started.push(t1 - t0)
    committed.push(t2 - t1)
  }
  const seconds = (performance.now() - begin) / 1000
  const { user, system } = process.cpuUsage(cpu)
  console.log(`pairs per second ${Math.round(RUNS / seconds)}`)
  console.log(`CPU per pair     ${((user + system) / RUNS).toFixed(1)} µs`)
  console.log(`startRun         ${percentiles(started)}`)
  console.log(`commitRun        ${percentiles(committed)}`)
  await sessions.close()
  await users.close()
}

/** Milliseconds in, microseconds out. */
function percentiles(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => ((sorted[Math.floor(sorted.length * share)] ?? 0) * 1000).toFixed(0)
  return `p50 ${at(0.5)} µs, p99 ${at(0.99)} µs, p99.9 ${at(0.999)} µs`
}
