/*
 * A table whose rows can be chosen. Its form field is a hidden empty one, then the key of each chosen row.
 *
 * "Select all" and "Select none" are widgets of their own: presses that work without JavaScript.
 */
import { hash } from 'node:crypto'
import type { ElementData, RunContext, Widget } from '../context/run-context.ts'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import type { Html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { FIELD } from '../protocol/fields.ts'
import { startCall, wrongArgument } from './arguments.ts'
import { toGridContent } from './data-grid-rows.ts'
import type { GridColumn, GridContent, GridRow, RowFields } from './data-grid-rows.ts'
import { defineKind } from './element.ts'

const SELECT = ['many', 'one', 'none'] as const

/** How a grid is known and shown. */
export interface DataGridOptions<Row extends object> extends RowFields<Row> {
  /** Names the grid on its page. */
  readonly key: string
  /** How many rows can be chosen (`'none'`). */
  readonly select?: (typeof SELECT)[number] | undefined
}

/** A grid on a page. */
export interface DataGridData extends ElementData, GridContent {
  readonly kind: 'data-grid'
  readonly key: string
  readonly select: (typeof SELECT)[number]
  /** Keys of the chosen rows. */
  readonly chosen: ReadonlySet<string>
  /** Ids of the buttons that choose all rows and none. */
  readonly all?: string | undefined
  readonly none?: string | undefined
}

/**
 * Shows rows in a table.
 *
 * @returns The chosen rows, in their order; the person's choice outlives rows that come and go.
 * @throws `elements.duplicate-row-key` when two rows have the same `rowKey`.
 * @throws `script.duplicate-widget` when the page has another grid of the same key.
 */
export function dataGrid<Row extends object>(
  rows: readonly Row[],
  options: DataGridOptions<Row>,
): Row[] {
  const run = startCall('dataGrid()')
  const { key, select } = readOptions(rows, options)
  const content = toGridContent(rows, options)
  const grid = run.widget({ kind: 'data-grid', label: key, key }, [''])
  const buttons = select === 'many' ? claimButtons(run, key) : undefined
  const chosen =
    select === 'none' ? new Set<string>() : readChosen(grid, content.rows, select, buttons)
  run.append(
    Object.freeze({
      kind: 'data-grid',
      ...content,
      key,
      select,
      chosen,
      all: buttons?.all.id,
      none: buttons?.none.id,
    } satisfies DataGridData),
    grid.id,
  )
  return rows.filter((_, index) => chosen.has(content.rows[index]?.key ?? ''))
}

interface GridButtons {
  readonly all: Widget
  readonly none: Widget
}

function claimButtons(run: RunContext, key: string): GridButtons {
  return {
    all: run.widget({ kind: 'data-grid-all', label: 'Select all', key }, []),
    none: run.widget({ kind: 'data-grid-none', label: 'Select none', key }, []),
  }
}

function readOptions<Row extends object>(
  rows: readonly Row[],
  { key, select = 'none' }: DataGridOptions<Row>,
): Required<Pick<DataGridOptions<Row>, 'key'>> & { readonly select: (typeof SELECT)[number] } {
  if (!Array.isArray(rows)) {
    throw wrongArgument('dataGrid()', 'an array of rows', rows, 'Each row is an object.')
  }
  if (typeof key !== 'string' || key === '') {
    const advice = "A grid has no label to be known by: pass { key: 'videos' }, for example."
    throw wrongArgument('dataGrid()', 'a key', key, advice)
  }
  if (!SELECT.includes(select)) {
    throw wrongArgument(
      'dataGrid()',
      "'many', 'one' or 'none' as select",
      select,
      'Use one of these.',
    )
  }
  return { key, select }
}

function readChosen(
  grid: Widget,
  rows: readonly GridRow[],
  select: 'many' | 'one',
  buttons: GridButtons | undefined,
): ReadonlySet<string> {
  if (buttons?.none.pressed === true) {
    grid.keep([''])
    return new Set()
  }
  if (buttons?.all.pressed === true) {
    const all = rows.map((row) => row.key)
    grid.keep(['', ...all])
    return new Set(all)
  }
  const sent = new Set(grid.sent)
  const chosen = rows.map((row) => row.key).filter((key) => sent.has(key))
  return new Set(select === 'one' ? chosen.slice(0, 1) : chosen)
}

/** How a grid looks: a scrolling region with a header that stays. */
export const dataGridKind = defineKind<DataGridData>({
  kind: 'data-grid',
  render: (grid, id) =>
    html`${[
      grid.select !== 'none' && html`<input${markerAttributes(grid, id)}>`,
      renderBar(grid),
      html`<div class="tl-scroll" role="region" aria-label="${grid.key}" tabindex="0"><table>`,
      renderHead(grid),
      html`<tbody>${renderRows(grid, id)}</tbody></table></div>`,
    ]}`,
  styles: `
.tl-data-grid .tl-bar{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;margin-block-end:.75rem}
.tl-data-grid .tl-bar p{margin-inline-start:auto;color:var(--tl-soft);font-variant-numeric:tabular-nums}
.tl-data-grid .tl-scroll{max-height:min(75vh,44rem)}
.tl-data-grid label{display:block;margin:0;font-weight:inherit;cursor:pointer}
.tl-data-grid tbody th{min-width:10rem;font-weight:500}
.tl-data-grid .tl-short{white-space:nowrap}
.tl-data-grid:has(th:nth-child(8)){--width:max(100%,min(100vw - 4rem,76rem));flex-basis:var(--width);margin-inline:calc((100% - var(--width))/2)}
.tl-data-grid .tl-end{text-align:end;white-space:nowrap}.tl-data-grid .tl-center{text-align:center}
.tl-data-grid .tl-pick{width:2.75rem}
.tl-data-grid .tl-empty{padding:2.5rem 1rem;text-align:center;color:var(--tl-soft)}`,
})

/** The chosen keys may be many: the browser need only see whether the server has changed its mind. */
function markerAttributes({ chosen }: DataGridData, id: string): Html {
  const known = chosen.size === 0 ? '' : hash('sha256', JSON.stringify([...chosen]), 'base64url')
  return attributes({ type: 'hidden', name: id, value: '', [ATTRIBUTE.known]: known })
}

function renderBar({ rows, chosen, all, none }: DataGridData): Html | false {
  if (all === undefined || none === undefined || rows.length === 0) return false
  return html`<div class="tl-bar">${[
    renderPress(all, 'Select all'),
    renderPress(none, 'Select none'),
    html`<p>${chosen.size} of ${rows.length} selected</p>`,
  ]}</div>`
}

function renderPress(id: string, label: string): Html {
  const press = { type: 'submit', id, name: FIELD.press, value: id, formnovalidate: true }
  return html`<button${attributes(press)}>${label}</button>`
}

function renderHead({ columns, select }: DataGridData): Html {
  const pick = html`<th class="tl-pick"><span class="tl-hidden">Chosen</span></th>`
  const heads = columns.map(
    (column) => html`<th scope="col"${renderClass(column)}>${column.label}</th>`,
  )
  return html`<thead><tr>${select !== 'none' && pick}${heads}</tr></thead>`
}

function renderRows(grid: DataGridData, id: string): Html | readonly Html[] {
  const { rows, columns, select } = grid
  if (rows.length === 0) {
    const width = Math.max(1, columns.length + (select === 'none' ? 0 : 1))
    return html`<tr><td class="tl-empty" colspan="${width}">Nothing here.</td></tr>`
  }
  // What all rows have in common is rendered once: a grid may have thousands.
  const type = select === 'many' ? 'checkbox' : 'radio'
  const input = attributes({ type, name: id, [ATTRIBUTE.sends]: true })
  const classes = columns.map(renderClass)
  return rows.map((row) => renderRow(grid, row, id, input, classes))
}

function renderRow(
  { labelColumn, select, chosen }: DataGridData,
  row: GridRow,
  id: string,
  input: Html,
  classes: readonly (Html | false)[],
): Html {
  const inputId = `${id}:${encodeURIComponent(row.key.toWellFormed())}`
  const isLabelled = (row.cells[labelColumn] ?? '').trim() !== ''
  const cells = row.cells.map((cell, index) => {
    const name = classes[index]
    if (index !== labelColumn) return html`<td${name}>${cell}</td>`
    const label = select === 'none' ? cell : html`<label for="${inputId}">${cell}</label>`
    return html`<th scope="row"${name}>${label}</th>`
  })
  if (select === 'none') return html`<tr id="${inputId}">${cells}</tr>`
  const checked = chosen.has(row.key) && html` checked`
  const named = !isLabelled && html` aria-label="${row.label}"`
  const box = html`<input${input} id="${inputId}" value="${row.key}"${checked}${named}>`
  return html`<tr><td class="tl-pick">${box}</td>${cells}</tr>`
}

function renderClass(column: GridColumn | undefined): Html | false {
  const names = [
    column?.align === 'center' && 'tl-center',
    column?.align === 'end' && 'tl-end',
    column?.short === true && 'tl-short',
  ].filter((name) => name !== false)
  return names.length > 0 && html` class="${names.join(' ')}"`
}
