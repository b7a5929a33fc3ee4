/*
 * Runs, tabs and session state in memory.
 */
import {
  answer,
  connectionsOf,
  rowsOf,
  stateOf,
  type HeldTab,
  type MemoryTables,
} from './memory-tables.ts'
import type {
  DownloadRecord,
  RunCommit,
  RunRequest,
  SessionStore,
  SettledOutcome,
  StartedRun,
} from './session-store.ts'

type RunSteps = Pick<
  SessionStore,
  | 'startRun'
  | 'loadTab'
  | 'renewRun'
  | 'commitRun'
  | 'tellTab'
  | 'loadState'
  | 'replaceState'
  | 'forgetState'
>

/** Makes the steps over the tables. */
export function createRunSteps(tables: MemoryTables): RunSteps {
  function startRun(request: RunRequest): StartedRun | undefined {
    const { sessionKey, tabId, owner, now, heldUntil } = request
    const rows = rowsOf(tables, sessionKey)
    const row = rows.tabs.get(tabId)
    if (row !== undefined && row.held && row.heldUntil > now) return undefined

    const before = row?.tab ?? { id: tabId, run: 0, number: 0, interrupted: false }
    const run = Math.max(before.run + 1, request.runAtLeast ?? 1)
    const acts = request.number === undefined || request.number > before.number
    const pressed =
      acts && request.number !== undefined ? { number: request.number, interrupted: true } : {}
    const tab = { ...before, run }
    const held: HeldTab = {
      tab: { ...tab, ...pressed },
      held: true,
      owner,
      heldUntil,
      seenAt: now,
      unread: false,
    }
    rows.tabs.set(tabId, held)
    if (row === undefined) dropTabs(rows.tabs, now, request.mostTabs)
    return {
      tab,
      acts,
      state: stateOf(rows),
      connections: connectionsOf(rows),
      endedDownloads: showEnded(sessionKey, tabId, run),
      goingDownloads: goingOf(sessionKey, tabId),
      outcomes: outcomesOf(sessionKey, now),
      news: rows.news,
    }
  }

  function dropTabs(tabs: Map<string, HeldTab>, now: number, most: number): void {
    const free = Array.from(tabs).filter(([, tab]) => !tab.held || tab.heldUntil <= now)
    const kept = free.toSorted(([, one], [, other]) => other.seenAt - one.seenAt)
    for (const [id] of kept.slice(most)) tabs.delete(id)
  }

  function goingOf(sessionKey: string, tabId: string): readonly DownloadRecord[] {
    const newest = new Map<string, DownloadRecord>()
    for (const { download } of tables.downloads.values()) {
      if (download.sessionKey !== sessionKey || download.tabId !== tabId) continue
      newest.delete(download.widget)
      newest.set(download.widget, download)
    }
    return [...newest.values()].filter(({ progress }) => progress !== undefined)
  }

  function showEnded(sessionKey: string, tabId: string, run: number): readonly DownloadRecord[] {
    const ended = [...tables.downloads.values()].filter(
      ({ download, told }) =>
        !told &&
        download.outcome !== undefined &&
        download.sessionKey === sessionKey &&
        download.tabId === tabId,
    )
    for (const row of ended) row.shownRun = run
    return ended.map((row) => row.download)
  }

  function outcomesOf(sessionKey: string, now: number): readonly SettledOutcome[] {
    return [...tables.pending.values()]
      .filter((entry) => entry.sessionKey === sessionKey && entry.expiresAt > now)
      .toSorted((a, b) => a.startedAt - b.startedAt)
      .flatMap(({ provider, startedAt, status, outcome }) =>
        status === 'settled' && outcome !== undefined ? [{ provider, startedAt, outcome }] : [],
      )
  }

  function heldTab(sessionKey: string, tabId: string, run: number, owner: string) {
    const row = tables.sessions.get(sessionKey)?.tabs.get(tabId)
    const isHeld = row !== undefined && row.held && row.tab.run === run && row.owner === owner
    return isHeld ? row : undefined
  }

  function commitRun(commit: RunCommit): boolean {
    const { sessionKey, tabId, run, owner, now, ends, values, notice } = commit
    const row = heldTab(sessionKey, tabId, run, owner)
    if (row === undefined) return false
    const { notice: kept, ...tab } = row.tab
    const isKept = notice === undefined || (notice === null && row.unread)
    const left = isKept ? kept : notice
    row.tab = {
      ...tab,
      interrupted: tab.interrupted && !ends,
      ...(values === undefined ? {} : { values }),
      ...(left === undefined || left === null ? {} : { notice: left }),
    }
    row.held = !ends
    row.seenAt = now
    for (const { name, sealed } of commit.state ?? []) saveName(sessionKey, name, sealed)
    for (const idHash of commit.toldDownloads ?? []) {
      const shown = tables.downloads.get(idHash)
      if (shown?.download.sessionKey !== sessionKey || shown.download.tabId !== tabId) continue
      if (shown.shownRun === run) shown.told = true
    }
    return true
  }

  function saveName(sessionKey: string, name: string, sealed: string | undefined): void {
    const { state } = rowsOf(tables, sessionKey)
    const before = state.get(name)
    if (sealed === undefined && before?.sealed === undefined) return
    const version = (before?.version ?? 0) + 1
    state.set(name, sealed === undefined ? { version } : { version, sealed })
  }

  function replaceState(sessionKey: string, name: string, expected: number, sealed: string) {
    const before = tables.sessions.get(sessionKey)?.state.get(name)
    const version = before?.sealed === undefined ? 0 : before.version
    if (version !== expected) return false
    saveName(sessionKey, name, sealed)
    return true
  }

  return {
    startRun: (request) => answer(() => startRun(request)),
    commitRun: (commit) => answer(() => commitRun(commit)),
    loadTab: (sessionKey, tabId) =>
      answer(() => tables.sessions.get(sessionKey)?.tabs.get(tabId)?.tab),
    renewRun: (sessionKey, tabId, run, owner, heldUntil) =>
      answer(() => {
        const row = heldTab(sessionKey, tabId, run, owner)
        if (row === undefined) return false
        row.heldUntil = heldUntil
        return true
      }),
    tellTab: (sessionKey, tabId, notice) =>
      answer(() => {
        const row = tables.sessions.get(sessionKey)?.tabs.get(tabId)
        if (row === undefined) return
        row.tab = { ...row.tab, notice }
        row.unread = true
      }),
    loadState: (sessionKey) =>
      answer(() => {
        const rows = tables.sessions.get(sessionKey)
        return rows === undefined ? [] : stateOf(rows)
      }),
    replaceState: (sessionKey, name, expected, sealed) =>
      answer(() => replaceState(sessionKey, name, expected, sealed)),
    forgetState: (name) =>
      answer(() => {
        const keys = [...tables.sessions.keys()].filter(
          (key) => tables.sessions.get(key)?.state.get(name)?.sealed !== undefined,
        )
        for (const key of keys) saveName(key, name, undefined)
        return keys
      }),
  }
}
