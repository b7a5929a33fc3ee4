/*
 * A table whose rows can be chosen, sorted and paged. Its form field is a hidden one with the keys of the rows on the
 * page, then the key of each of them that is chosen.
 *
 * Headings, "Select all" and the buttons that turn pages are widgets of their own: presses that work without
 * JavaScript. What the tab keeps of the grid is one more, without a field in the form.
 */
import type { ElementData, PlacedElement, RunContext, Widget } from '../context/run-context.ts'
import { startCall, wrongArgument } from './arguments.ts'
import { toGridTable } from './data-grid-rows.ts'
import type { GridColumn, GridRow, GridTable, RowFields } from './data-grid-rows.ts'
import { parseMemory, serializeMemory, toGridWindow } from './data-grid-window.ts'
import type { GridPress, GridWindow } from './data-grid-window.ts'

const SELECT = ['many', 'one', 'none'] as const

/** How a grid is known and shown. */
export interface DataGridOptions<Row extends object> extends RowFields<Row> {
  /** Names the grid on its page. */
  readonly key: string
  /** How many rows can be chosen (`'none'`). */
  readonly select?: (typeof SELECT)[number] | undefined
  /** Rows on one page of the grid, which then has buttons to turn pages (all rows on one page). */
  readonly pageSize?: number | undefined
  /** Which rows are shown; chosen rows that are not stay chosen (all). */
  readonly shown?: ((row: Row) => boolean) | undefined
  /** Whether the headings sort (true where `pageSize` is given, else false). */
  readonly sortable?: boolean | undefined
}

/** A grid on a page. */
export interface DataGridData extends ElementData {
  readonly kind: 'data-grid'
  readonly key: string
  readonly select: (typeof SELECT)[number]
  readonly columns: readonly GridColumn[]
  readonly labelColumn: number
  /** The rows on this page. */
  readonly rows: readonly GridRow[]
  /** Keys of the chosen rows among them. */
  readonly chosen: ReadonlySet<string>
  readonly counts: {
    /** Rows in all, shown on all pages, and chosen. */
    readonly total: number
    readonly shown: number
    readonly chosen: number
  }
  /** The index of the first row on this page among those shown. */
  readonly first: number
  readonly page: number
  readonly pages: number
  /** By which field the rows are sorted. */
  readonly sort: string | undefined
  readonly descending: boolean
  /** Whether more rows are on their way. */
  readonly grows: boolean
  /** Ids of the buttons that choose all rows and none. */
  readonly all: string | undefined
  readonly none: string | undefined
  /** Ids of the buttons that turn pages; absent where there are no pages. */
  readonly pager: Readonly<Record<Turn, string>> | undefined
  /** Ids of the headings that sort, by field. */
  readonly sorts: ReadonlyMap<string, string>
}

const TURNS = ['first', 'previous', 'next', 'last'] as const
type Turn = (typeof TURNS)[number]

/**
 * Shows rows in a table.
 *
 * Of rows that arrive in steps each list replaces the one before it on the page; the last one counts.
 *
 * @returns The chosen rows, in their order; the person's choice outlives rows that come and go.
 * @throws `elements.duplicate-row-key` when two rows have the same `rowKey`.
 * @throws `script.duplicate-widget` when the page has another grid of the same key.
 */
export function dataGrid<Row extends object>(
  rows: readonly Row[],
  options: DataGridOptions<Row>,
): Row[]
export function dataGrid<Row extends object>(
  rows: AsyncIterable<readonly Row[]>,
  options: DataGridOptions<Row>,
): Promise<Row[]>
export function dataGrid<Row extends object>(
  rows: readonly Row[] | AsyncIterable<readonly Row[]>,
  options: DataGridOptions<Row>,
): Row[] | Promise<Row[]> {
  const run = startCall('dataGrid()')
  assertOptions(options)
  const grid: Grid<Row> = { run, options, widgets: claimWidgets(run, options), sorts: new Map() }
  if (Array.isArray(rows)) return show(grid, rows as readonly Row[], false)
  if (isAsyncIterable(rows)) return showGrowing(grid, rows)
  const takes = 'an array of rows, or an async iterable of such arrays'
  throw wrongArgument('dataGrid()', takes, rows, 'Each row is an object.')
}

interface Grid<Row extends object> {
  readonly run: RunContext
  readonly options: DataGridOptions<Row>
  readonly widgets: GridWidgets
  /** Widgets of the headings, by field; claimed when the columns are known. */
  readonly sorts: Map<string, Widget>
  placed?: PlacedElement
}

interface GridWidgets {
  readonly field: Widget
  /** Keeps what the tab keeps of the grid. */
  readonly memory: Widget
  readonly all: Widget | undefined
  readonly none: Widget | undefined
  readonly pager: Readonly<Record<Turn, Widget>> | undefined
  press: GridPress | undefined
}

function claimWidgets<Row extends object>(
  run: RunContext,
  { key, select, pageSize }: DataGridOptions<Row>,
): GridWidgets {
  let press: GridPress | undefined
  const button = <Kind extends 'all' | 'none' | Turn>(kind: Kind) => {
    const widget = run.widget({ kind: `data-grid-${kind}`, label: kind, key }, [])
    if (widget.pressed) press = { kind }
    return widget
  }
  const field = run.widget({ kind: 'data-grid', label: key, key }, [''])
  const memory = run.widget({ kind: 'data-grid-memory', label: key, key }, [])
  const [all, none] = select === 'many' ? [button('all'), button('none')] : []
  const pager =
    pageSize === undefined
      ? undefined
      : {
          first: button('first'),
          previous: button('previous'),
          next: button('next'),
          last: button('last'),
        }
  return { field, memory, all, none, pager, press }
}

function claimSorts<Row extends object>(
  { run, options, widgets, sorts }: Grid<Row>,
  { columns }: GridTable,
): void {
  const { key, pageSize, sortable = pageSize !== undefined } = options
  if (!sortable) return
  for (const { field, label, kind } of columns) {
    if (kind === 'picture' || sorts.has(field)) continue
    const widget = run.widget({ kind: 'data-grid-sort', label, key: `${key}/${field}` }, [])
    sorts.set(field, widget)
    if (widget.pressed) widgets.press = { kind: 'sort', field }
  }
}

function show<Row extends object>(grid: Grid<Row>, rows: readonly Row[], grows: boolean): Row[] {
  const { run, options, widgets } = grid
  const { select = 'none', pageSize, shown } = options
  const table = toGridTable(rows, options)
  claimSorts(grid, table)
  const memory = parseMemory(widgets.memory.sent)
  const window = toGridWindow(table, {
    memory,
    sent: widgets.field.sent,
    press: widgets.press,
    select,
    isShown: (index) => shown === undefined || shown(rows[index] as Row),
    pageSize,
  })
  const data = toData(grid, table, window, grows)
  if (widgets.field.sent !== undefined || widgets.press !== undefined) {
    // Of rows that are still to come the page, and thus what is on it, may be another at the end.
    const kept = grows ? { ...memory, chosen: window.memory.chosen } : window.memory
    if (!grows) widgets.field.keep([keysOf(data), ...data.chosen])
    widgets.memory.keep(serializeMemory(kept))
  }
  if (grid.placed === undefined) grid.placed = run.append(data, widgets.field.id)
  else grid.placed.replace(data)
  return select === 'none' ? [] : window.chosen.map((index) => rows[index] as Row)
}

async function showGrowing<Row extends object>(
  grid: Grid<Row>,
  lists: AsyncIterable<readonly Row[]>,
): Promise<Row[]> {
  let last: readonly Row[] = []
  for await (const rows of lists) {
    last = rows
    show(grid, rows, true)
  }
  grid.run.checkpoint()
  return show(grid, last, false)
}

function toData<Row extends object>(
  { options, widgets, sorts }: Grid<Row>,
  table: GridTable,
  { visible, memory, shown, chosen, pages }: GridWindow,
  grows: boolean,
): DataGridData {
  const { key, select = 'none', pageSize } = options
  const rows = visible.map((index) => table.rowAt(index))
  const chosenHere = rows.map((row) => row.key).filter((one) => memory.chosen.has(one))
  const { pager } = widgets
  return Object.freeze({
    kind: 'data-grid',
    key,
    select,
    columns: table.columns,
    labelColumn: table.labelColumn,
    rows,
    chosen: new Set(select === 'none' ? [] : chosenHere),
    counts: { total: table.keys.length, shown, chosen: chosen.length },
    first: memory.page * (pageSize ?? 0),
    page: memory.page,
    pages,
    sort: memory.sort,
    descending: memory.descending,
    grows,
    all: widgets.all?.id,
    none: widgets.none?.id,
    pager: pager && {
      first: pager.first.id,
      previous: pager.previous.id,
      next: pager.next.id,
      last: pager.last.id,
    },
    sorts: new Map([...sorts].map(([field, { id }]) => [field, id])),
  } satisfies DataGridData)
}

/** What stands first in the form field: which rows it speaks of. */
export function keysOf({ rows }: Pick<DataGridData, 'rows'>): string {
  return JSON.stringify(rows.map(({ key }) => key))
}

function isAsyncIterable(value: unknown): value is AsyncIterable<never> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function assertOptions<Row extends object>({ key, select, pageSize }: DataGridOptions<Row>): void {
  if (typeof key !== 'string' || key === '') {
    const advice = "A grid has no label to be known by: pass { key: 'videos' }, for example."
    throw wrongArgument('dataGrid()', 'a key', key, advice)
  }
  if (select !== undefined && !SELECT.includes(select)) {
    const takes = "'many', 'one' or 'none' as select"
    throw wrongArgument('dataGrid()', takes, select, 'Use one of these.')
  }
  if (pageSize !== undefined && !(Number.isSafeInteger(pageSize) && pageSize > 0)) {
    const takes = 'a number of rows as pageSize'
    throw wrongArgument('dataGrid()', takes, pageSize, 'Pass 50, for example, or leave it out.')
  }
}
