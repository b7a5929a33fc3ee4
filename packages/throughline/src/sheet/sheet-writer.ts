/*
 * Writes what many people change, in as few requests as there may be.
 *
 *   change → queue → in turn: present copy → plan → one request → what has landed is resolved, the rest goes back
 *
 * 1. A promise resolves when Google has confirmed its change, never before.
 * 2. A full quota, and a Google that is away, are waited for; nothing is dropped meanwhile.
 * 3. Where an answer is lost, the sheet is read: what stands there was written. What is sent again replaces only what
 *    was read, so that a request which arrives late finds nothing to replace.
 */
import { setTimeout } from 'node:timers/promises'
import { isThroughlineError, type ThroughlineError } from '../base/error.ts'
import type { Pace } from './pace.ts'
import {
  AS_IT_IS,
  planChanges,
  type CellChange,
  type Draft,
  type Misplaced,
  type Plan,
  type PlanTools,
} from './plan.ts'
import { hasReplaced, showCell } from './requests.ts'
import { toSafeText } from './safe-text.ts'
import { noteNamesOf } from './sealed-cell.ts'
import type { Applied, SheetApi } from './sheet-api.ts'
import type { SheetCopy } from './sheet-copy.ts'
import { neverMade, tooBusy } from './sheet-error.ts'
import {
  isInPlace,
  isSameHeader,
  placesIn,
  rangesOfPlaces,
  type Layout,
  type Places,
  type SheetRow,
  type SheetTable,
} from './table.ts'
import { inTurn, type TurnContext } from './turn.ts'

/** What writing needs. */
export interface SheetWriterContext extends TurnContext, PlanTools {
  readonly api: SheetApi
  readonly copy: SheetCopy
  /** Of writing. */
  readonly pace: Pace
  /** Of reading. */
  readonly readPace: Pace
  readonly report: (error: unknown) => void
}

/** Takes changes. */
export interface SheetWriter {
  /** Whether the change was made; false where it gave back {@link AS_IT_IS}. */
  change(change: Omit<CellChange, 'sent'>): Promise<boolean>
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>
}

interface Waiting extends CellChange {
  /** How often it was sent and not made. */
  tries: number
  readonly resolve: (isChanged: boolean) => void
  readonly reject: (error: unknown) => void
}

/** Changes of one request: some 2 MB are advised at most. */
const MOST_CHANGES = 400
/** Whoever is overtaken by others comes through sooner; what is never made has another reason. */
const MOST_TRIES = 20
/** Whoever comes later is better told at once. */
const MOST_WAITING = 10_000
/** People move columns: what is written by its place is preceded by a look at the header, unless one was just seen. */
const SEEN_MS = 1500
const WAITS_MS = [1000, 2000, 5000, 10_000, 20_000, 30_000]
/** After so long a time without success whoever waits is told. */
const GIVE_UP_MS = 5 * 60_000

/** Makes a writer. */
export function createSheetWriter(context: SheetWriterContext): SheetWriter {
  const { api, copy, pace, readPace } = context
  const queue: Waiting[] = []
  let misplaced: Misplaced = new Map()
  let most = MOST_CHANGES
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    let failures = 0
    let failingSince = 0
    while (queue.length > 0 || misplaced.size > 0) {
      const error = await inTurn(context, writeSome).catch((thrown: unknown) => {
        // What is read before writing may be away too.
        return isPassing(thrown) ? thrown : failAll(thrown)
      })
      if (error === undefined) {
        failures = 0
        continue
      }
      if (failures === 0) failingSince = performance.now()
      failures += 1
      if (performance.now() - failingSince > GIVE_UP_MS) failAll(error)
      else await setTimeout(WAITS_MS[Math.min(failures, WAITS_MS.length) - 1])
    }
    // In the same step as the look at the queue: whoever comes next begins anew.
    writing = undefined
  }

  /** Makes one request; gives back why it is to be made again. */
  async function writeSome(): Promise<unknown> {
    // Who comes while this waits rides along.
    await pace()
    const table = await copy.table()
    const changes = queue.splice(0, most)
    const plan = planChanges(table, changes, misplaced, { ...context, tidies: most > 1 })
    if (plan.steps.length === 0) {
      misplaced = new Map()
      settle(changes, plan, () => true)
      return undefined
    }
    const requests = plan.steps.map(({ request }) => request)
    let applied: Applied
    try {
      if (isByPlace(plan) && performance.now() - table.seenAt > SEEN_MS) {
        await readPace()
        if (!(await isInPlace(api, table.layout))) {
          queue.unshift(...changes)
          await copy.replace(undefined)
          return undefined
        }
      }
      applied = await api.apply(requests, rangesOfPlaces(table.layout))
    } catch (error) {
      return again(error, changes)
    }
    most = MOST_CHANGES
    const places = placesIn(applied.ranges, table.layout)
    const landed = new Set(plan.drafts.filter((draft) => hasLanded(draft, plan, applied, places)))
    const isMoved = isByPlace(plan) && !isSameHeader(places.columns, expectedHeader(table, plan))
    misplaced = misplacedBy(plan, places, isMoved)
    if (isMoved) await putBack(plan)
    const isWhole = landed.size === plan.drafts.length && !isMoved
    // It is written, whether the others can be told or not; they hear of it within a minute.
    await copy.replace(isWhole ? written(table, plan, places) : undefined).catch(context.report)
    // Only now: whoever is told that something is written finds it.
    settle(changes, plan, (draft) => landed.has(draft) || !plan.drafts.includes(draft))
    return undefined
  }

  /** Columns were moved in that moment: brings back what was overwritten. */
  async function putBack({ drafts }: Plan): Promise<void> {
    try {
      const now = await copy.table(true)
      const requests = drafts.flatMap((draft) => restoring(draft, now))
      if (requests.length > 0) await api.apply(requests, [])
    } catch (error) {
      context.report(error)
    }
  }

  function settle(
    changes: readonly Waiting[],
    plan: Plan,
    isDone: (draft: Draft) => boolean,
  ): void {
    const left = changes.filter((change) => {
      const outlook = plan.outlooks.get(change)
      if (outlook === undefined || outlook === AS_IT_IS) change.resolve(false)
      else if ('error' in outlook) change.reject(outlook.error)
      else if (isDone(outlook)) change.resolve(true)
      else if ((change.tries += 1) < MOST_TRIES) return true
      else change.reject(neverMade(outlook.present?.row, change.tries))
      return false
    })
    queue.unshift(...left)
  }

  async function again(error: unknown, changes: readonly Waiting[]): Promise<unknown> {
    if (isPassing(error)) {
      queue.unshift(...changes)
      // What became of it is seen by reading.
      if (error.code === 'sheet.unavailable') await copy.replace(undefined)
      return error
    }
    if (isThroughlineError(error, 'sheet.refused') && most > 1) {
      // One of them is at fault, or what was to be cleared: each by itself harms no other.
      queue.unshift(...changes)
      most = 1
      return undefined
    }
    misplaced = new Map()
    for (const change of changes) change.reject(error)
    return undefined
  }

  function failAll(error: unknown): undefined {
    misplaced = new Map()
    for (const change of queue.splice(0)) change.reject(error)
    return undefined
  }

  return {
    change: (change) =>
      new Promise((resolve, reject) => {
        if (queue.length >= MOST_WAITING) return reject(tooBusy(queue.length))
        queue.push({ ...change, sent: new Set(), tries: 0, resolve, reject })
        writing ??= writeAll()
      }),
    settled: async () => {
      await writing
    },
  }
}

function isPassing(error: unknown): error is ThroughlineError {
  return isThroughlineError(error, 'sheet.unavailable') || isThroughlineError(error, 'sheet.quota')
}

/** Whether something is written to a place, not in the place of a text. */
function isByPlace({ drafts }: Plan): boolean {
  return drafts.some(({ present, shown }) => present === undefined || shown.size > 0)
}

/** Where the columns are once a plan is carried out, if nobody moves them. */
function expectedHeader({ layout }: SheetTable, { drafts }: Plan): ReadonlyMap<string, number> {
  const columns = new Map(layout.columns)
  for (const header of drafts.flatMap(({ shown }) => [...shown.keys()])) {
    if (!columns.has(header)) columns.set(header, Math.max(...columns.values()) + 1)
  }
  return columns
}

/** What brings back cells of a row in which a readable text, or another cell of a new row, has come to stand. */
function restoring({ id, cells, present, shown }: Draft, now: SheetTable): readonly object[] {
  const texts = { id, ...cells }
  const textsOf = (row: SheetRow) => ({ id: row.id, ...row.cells })
  const names = Object.keys(texts) as (keyof typeof texts)[]
  const found = [...now.rows.values(), ...now.strays].find((row) =>
    names.some((name) => textsOf(row)[name] === texts[name]),
  )
  if (found === undefined) return []
  const foreign = new Set([...shown.values()].map(toSafeText))
  return names
    .filter((name) => textsOf(found)[name] !== texts[name])
    .filter((name) => present === undefined || foreign.has(textsOf(found)[name]))
    .map((name) =>
      showCell(now.layout.usersId, found.row, now.layout.columns.get(name) ?? 0, texts[name]),
    )
}

/** Whether a row is as it was meant to be; of a new one, whether it is the only one of its account, or the upper one. */
function hasLanded(draft: Draft, plan: Plan, { replies }: Applied, places: Places): boolean {
  if (draft.present === undefined) return places.first.get(draft.account)?.id === draft.id
  return plan.steps.every((step, at) => step.draft !== draft || hasReplaced(replies[at]))
}

/** What was written in clear to a place that has become another's meanwhile: of its account, and of that other. */
function misplacedBy({ drafts }: Plan, { at }: Places, haveColumnsMoved: boolean): Misplaced {
  const found = new Map<string, ReadonlySet<string>>()
  for (const { account, present, id, shown } of drafts) {
    const there = present === undefined ? undefined : at.get(present.row)
    const isThere = present === undefined || there?.id === id
    if (shown.size === 0 || (isThere && !haveColumnsMoved)) continue
    for (const name of [account, there?.account ?? account]) {
      found.set(name, new Set([...(found.get(name) ?? []), ...shown.keys()]))
    }
  }
  return found
}

/** The table as it is now; undefined where only a reading can tell. */
function written(table: SheetTable, { drafts }: Plan, places: Places): SheetTable | undefined {
  const known = new Map([...table.rows.values()].map((row) => [row.id, row]))
  for (const { account, id, cells } of drafts) known.set(id, { account, id, cells, row: 0 })
  const rows = [...places.first.values()].map(({ id, row }) => ({ known: known.get(id), row }))
  // Else another column was looked at for the ids.
  const isSameColumn = places.columns.get('id') === table.layout.columns.get('id')
  const areKnown = rows.every((one) => one.known !== undefined) && places.surplus === 0
  const hasParts = drafts.some((draft) => isParted(draft) || isParted(draft.present))
  if (!isSameColumn || !areKnown || hasParts || table.surplus.length > 0) return undefined
  const moved = rows.flatMap((one) => (one.known ? [{ ...one.known, row: one.row }] : []))
  return {
    ...table,
    seenAt: performance.now(),
    layout: { ...table.layout, columns: places.columns } satisfies Layout,
    rows: new Map(moved.map((row) => [row.account, row])),
  }
}

function isParted(row: Pick<Draft, 'cells'> | undefined): boolean {
  return Object.values(row?.cells ?? {}).some((text) => noteNamesOf(text).length > 0)
}
