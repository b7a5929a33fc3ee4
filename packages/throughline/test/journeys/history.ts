/*
 * What people did and saw while processes died, and what must hold of it afterwards (oauth-security.md 5.1).
 *
 * Pure: reads nothing and waits for nothing, so that it can be shown to find each fault.
 */

/** One answered press. */
export interface Sighting {
  readonly session: string
  readonly tab: string
  /** The press's own name; unique. */
  readonly name: string
  /** Whether the page showed the press as done. */
  readonly isDone: boolean
  /** Whether the page told the person that the press may not have been carried out. */
  readonly isTold: boolean
  /** How many answers to it were cut before the one that is seen here. */
  readonly cuts: number
  readonly run: number
  /** The count on the page. */
  readonly count: number
  /** The highest count that the session's pages had shown before this press was sent. */
  readonly floor: number
}

/** Numbers of the database that only rise, by what they are of. */
export type Levels = ReadonlyMap<string, number>

/** What a session's page lists at the end, by session. */
export type Ledgers = ReadonlyMap<string, readonly string[]>

/**
 * Finds what must not be: D1 lost, D2 never asked for, D3 counted twice, D4 gone back, and presses that were dropped
 * without a word.
 *
 * @param levels As they were after each kill, oldest first.
 */
export function findFaults(
  sightings: readonly Sighting[],
  ledgers: Ledgers,
  levels: readonly Levels[],
): readonly string[] {
  return [
    ...sightings.flatMap((sighting) => faultsOf(sighting, ledgers)),
    ...[...ledgers].flatMap(([session, names]) => surplusOf(session, names, sightings)),
    ...runsGoneBack(sightings),
    ...levels.flatMap((level, at) => levelsGoneBack(levels[at - 1] ?? new Map(), level)),
  ]
}

function faultsOf(
  { session, name, isDone, isTold, cuts, count, floor }: Sighting,
  ledgers: Ledgers,
) {
  const faults: string[] = []
  if (isDone && !ledgers.get(session)?.includes(name)) faults.push(`D1 lost: ${name}`)
  // The sentence leaves once: where that answer is cut as well, the page alone says that the press was not done.
  if (!isDone && !isTold && cuts < 2) faults.push(`D1 dropped without a word: ${name}`)
  if (count < floor) faults.push(`D4 count went back from ${floor} to ${count}: ${name}`)
  return faults
}

function surplusOf(session: string, names: readonly string[], sightings: readonly Sighting[]) {
  const asked = new Set(sightings.filter((one) => one.session === session).map((one) => one.name))
  const faults: string[] = []
  const seen = new Set<string>()
  for (const name of names) {
    if (!asked.has(name)) faults.push(`D2 never asked for in ${session}: ${name}`)
    if (seen.has(name)) faults.push(`D3 counted twice: ${name}`)
    seen.add(name)
  }
  return faults
}

function runsGoneBack(sightings: readonly Sighting[]): readonly string[] {
  const newest = new Map<string, number>()
  const faults: string[] = []
  for (const { tab, run, name } of sightings) {
    const before = newest.get(tab) ?? 0
    if (run <= before) faults.push(`D4 run went back from ${before} to ${run}: ${name}`)
    newest.set(tab, Math.max(run, before))
  }
  return faults
}

function levelsGoneBack(before: Levels, after: Levels): readonly string[] {
  return [...before]
    .filter(([of, level]) => (after.get(of) ?? 0) < level)
    .map(([of, level]) => `D4 ${of} went back from ${level} to ${after.get(of)}`)
}

/** Two runs of one tab at the same time. */
export interface Overlap {
  readonly who: string
  readonly runs: readonly [string, string]
}

/** One entry into a run or exit from it, as a script notes it; `at` by a clock that all processes share. */
export interface RunNote {
  readonly who: string
  readonly run: string
  readonly edge: 'entry' | 'exit'
  readonly at: number
}

/** Finds runs of one tab that were under way at the same time. A run that never ended overlaps with nothing. */
export function findOverlaps(notes: readonly RunNote[]): readonly Overlap[] {
  const open = new Map<string, Set<string>>()
  const overlaps: Overlap[] = []
  const ended = new Set(notes.filter((note) => note.edge === 'exit').map((note) => note.run))
  for (const { who, run, edge } of notes.toSorted((one, other) => one.at - other.at)) {
    const runs = open.get(who) ?? new Set<string>()
    open.set(who, runs)
    if (edge === 'exit') runs.delete(run)
    else if (ended.has(run)) {
      for (const other of runs) overlaps.push({ who, runs: [other, run] })
      runs.add(run)
    }
  }
  return overlaps
}
