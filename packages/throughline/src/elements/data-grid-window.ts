/*
 * Which of a grid's rows are on the page, in which order, and which are chosen: from what the tab keeps of the grid,
 * what was sent, and what was pressed. Pure: the same in, the same out.
 *
 * What a form sends speaks of the rows that stood on its page and of no others: it begins with their keys, so that a
 * form of an earlier page, sent late, still says what the person meant. All other rows stay as they were.
 */
import { sortedOrder } from './data-grid-order.ts'
import type { GridTable } from './data-grid-rows.ts'

/** What a tab keeps of a grid. */
export interface GridMemory {
  /** Counted from 0. */
  readonly page: number
  /** The field of the column that the rows are sorted by; absent: the order given. */
  readonly sort?: string
  readonly descending: boolean
  /** Keys of the chosen rows, also of rows that are not there at present. */
  readonly chosen: ReadonlySet<string>
}

/** What was pressed. */
export type GridPress =
  | { readonly kind: 'all' | 'none' | 'first' | 'previous' | 'next' | 'last' }
  | { readonly kind: 'sort'; readonly field: string }

/** What bears on the window beside the rows. */
export interface WindowRequest {
  readonly memory: GridMemory
  /** The form field's values: the keys of the rows on its page as JSON, then the key of each chosen one. */
  readonly sent: readonly string[] | undefined
  readonly press: GridPress | undefined
  readonly select: 'many' | 'one' | 'none'
  /** Whether a row is shown, by its index. */
  readonly isShown: (index: number) => boolean
  /** Rows on a page; absent: all. */
  readonly pageSize: number | undefined
}

/** What is on the page. */
export interface GridWindow {
  readonly memory: GridMemory
  /** Indices of the rows on this page, in order. */
  readonly visible: readonly number[]
  /** How many rows are shown on all pages. */
  readonly shown: number
  /** Indices of the chosen rows, in the order given. */
  readonly chosen: readonly number[]
  readonly pages: number
}

/** What a tab keeps of a grid that nobody has touched. */
export const UNTOUCHED: GridMemory = { page: 0, descending: false, chosen: new Set() }

/** Computes what is on the page. */
export function toGridWindow(table: GridTable, request: WindowRequest): GridWindow {
  const { memory, sent, press, select, isShown, pageSize } = request
  const sorting = sortingAfter(memory, press)
  const ordered = orderOf(table, sorting).filter((index) => isShown(index))
  const pages = Math.max(1, Math.ceil(ordered.length / (pageSize ?? ordered.length)) || 1)
  const page = Math.min(Math.max(pageAfter(memory.page, press, pages), 0), pages - 1)
  const start = page * (pageSize ?? 0)

  let chosen = new Set(memory.chosen)
  if (select !== 'none') applySent(chosen, sent, table.places, select)
  if (press?.kind === 'none') chosen = new Set()
  if (press?.kind === 'all') for (const index of ordered) chosen.add(table.keys[index] ?? '')
  return {
    memory: { page, ...sorting, chosen },
    visible: ordered.slice(start, pageSize === undefined ? undefined : start + pageSize),
    shown: ordered.length,
    chosen: Array.from(chosen, (key) => table.places.get(key))
      .filter((index) => index !== undefined)
      .toSorted((a, b) => a - b),
    pages,
  }
}

/** Writes down what a tab keeps, as the values of a form field. */
export function serializeMemory({ page, sort, descending, chosen }: GridMemory): readonly string[] {
  return [JSON.stringify({ page, sort, descending }), ...chosen]
}

/** Reads what a tab keeps; what nobody of ours has written counts as untouched. */
export function parseMemory(values: readonly string[] | undefined): GridMemory {
  const [head, ...chosen] = values ?? []
  if (head === undefined) return UNTOUCHED
  const { page, sort, descending } = parsed(head) as Readonly<Record<string, unknown>>
  return {
    page: Number.isSafeInteger(page) ? Number(page) : 0,
    ...(typeof sort === 'string' && { sort }),
    descending: descending === true,
    chosen: new Set(chosen),
  }
}

/**
 * Applies what was sent, part by part: a document whose grid was replaced while it arrived has several copies of the
 * field, of which the last one is seen.
 */
function applySent(
  chosen: Set<string>,
  sent: readonly string[] | undefined,
  known: ReadonlyMap<string, number>,
  select: 'many' | 'one',
): void {
  let onPage: readonly string[] = []
  let checked = new Set<string>()
  const apply = () => {
    const one = onPage.find((key) => checked.has(key))
    if (select === 'one' && one !== undefined) chosen.clear()
    for (const key of select === 'many' ? onPage : []) chosen.delete(key)
    for (const key of select === 'many' ? onPage : [one]) {
      if (key !== undefined && checked.has(key)) chosen.add(key)
    }
  }
  for (const value of sent ?? []) {
    const head = known.has(value) ? undefined : parsed(value)
    if (!Array.isArray(head)) checked.add(value)
    else {
      apply()
      onPage = head.filter((key): key is string => typeof key === 'string' && known.has(key))
      checked = new Set()
    }
  }
  apply()
}

/** A heading sorts upwards, then downwards, then not at all. */
function sortingAfter(
  { sort, descending }: GridMemory,
  press: GridPress | undefined,
): Pick<GridMemory, 'sort' | 'descending'> {
  if (press?.kind !== 'sort') return { ...(sort !== undefined && { sort }), descending }
  if (press.field !== sort) return { sort: press.field, descending: false }
  return descending ? { descending: false } : { sort, descending: true }
}

function pageAfter(page: number, press: GridPress | undefined, pages: number): number {
  switch (press?.kind) {
    case 'previous':
      return page - 1
    case 'next':
      return page + 1
    case 'last':
      return pages - 1
    case 'first':
    case 'sort':
      return 0
    default:
      return page
  }
}

function orderOf(
  table: GridTable,
  { sort, descending }: Pick<GridMemory, 'sort' | 'descending'>,
): readonly number[] {
  const column = table.columns.findIndex(({ field }) => field === sort)
  const indices = Array.from(table.keys.keys())
  if (column < 0) return indices
  return sortedOrder(
    indices.map((index) => table.sortValueAt(index, column)),
    descending,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
