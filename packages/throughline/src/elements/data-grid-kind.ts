/*
 * How a grid looks: a bar that tells what is chosen, a scrolling region with a header that stays, and buttons that
 * turn pages.
 */
import { hash } from 'node:crypto'
import { attributes } from '../html/attributes.ts'
import { html } from '../html/escape.ts'
import type { Html } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { keysOf } from './data-grid.ts'
import type { DataGridData } from './data-grid.ts'
import type { GridColumn, GridRow } from './data-grid-rows.ts'
import { defineKind } from './element.ts'
import { renderPress } from './press-button.ts'

const PICTURE = { width: 96, height: 54 }

/** How a grid looks. */
export const dataGridKind = defineKind<DataGridData>({
  kind: 'data-grid',
  render: (grid, id) =>
    html`${[
      grid.select !== 'none' && html`<input${markerAttributes(grid, id)}>`,
      renderBar(grid),
      html`<div class="tl-scroll" role="region" aria-label="${grid.key}" tabindex="0"><table>`,
      renderHead(grid),
      html`<tbody>${renderRows(grid, id)}</tbody></table></div>`,
      renderPager(grid),
    ]}`,
  styles: `
.tl-data-grid .tl-bar{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;margin-block-end:.75rem}
.tl-data-grid .tl-bar p{margin-inline-start:auto;color:var(--tl-soft);font-variant-numeric:tabular-nums}
.tl-data-grid .tl-scroll{max-height:min(75vh,44rem);scroll-padding-block-start:3rem}
.tl-data-grid label{display:block;margin:0;font-weight:inherit;cursor:pointer}
.tl-data-grid tbody th{min-width:10rem;font-weight:500}
.tl-data-grid .tl-short{white-space:nowrap}
.tl-data-grid:has(th:nth-child(8)){--most:76rem}
.tl-data-grid:has(th:nth-child(7)){--width:max(100%,min(100vw - 4rem,var(--most,60rem)));flex-basis:var(--width);margin-inline:calc((100% - var(--width))/2)}
.tl-data-grid .tl-end{text-align:end;white-space:nowrap}.tl-data-grid .tl-center{text-align:center}
.tl-data-grid .tl-pick{width:2.75rem}
.tl-data-grid .tl-picture{padding:.375rem}
.tl-data-grid .tl-picture img{display:block;width:clamp(3.5rem,16vw,6rem);max-width:none;height:auto;aspect-ratio:16/9;object-fit:cover;border-radius:.375rem;background:var(--tl-sunk)}
.tl-data-grid thead button{vertical-align:middle;min-height:0;padding:0;border:0;background:none;box-shadow:none;color:inherit;font-weight:600;gap:.25rem}
.tl-data-grid thead button::before{content:"";position:absolute;inset:0}
.tl-data-grid thead button:hover{color:var(--tl-ink);text-decoration:underline}
.tl-data-grid thead button span{min-width:.75em}
.tl-data-grid thead .tl-end button{flex-direction:row-reverse}
.tl-data-grid .tl-pager{display:flex;flex-wrap:wrap;align-items:center;justify-content:center;gap:.5rem;margin-block-start:.75rem}
.tl-data-grid .tl-pager p{min-width:10rem;text-align:center;color:var(--tl-soft);font-variant-numeric:tabular-nums}
.tl-data-grid .tl-pager button{min-width:2.75rem;padding-inline:.75rem}
.tl-data-grid .tl-empty{padding:2.5rem 1rem;text-align:center;color:var(--tl-soft)}
@media(max-width:40rem){
.tl-data-grid .tl-scroll{scroll-padding:3rem .5rem .5rem 11.5rem}
.tl-data-grid .tl-scroll:has(.tl-pick){scroll-padding-inline-start:14rem}
.tl-data-grid :is(th,td){padding-inline:.625rem}
.tl-data-grid .tl-pick,.tl-data-grid tbody th{position:sticky;inset-inline-start:0;z-index:1;background-color:inherit}
.tl-data-grid :where(tbody tr){background-color:var(--tl-surface)}
.tl-data-grid thead :is(.tl-pick,.tl-name){inset-inline-start:0;z-index:2;background-color:var(--tl-sunk)}
.tl-data-grid .tl-pick~:is(.tl-name,[scope=row]){inset-inline-start:2.75rem}
.tl-data-grid tbody th{min-width:9rem;max-width:11rem;overflow-wrap:anywhere}
.tl-data-grid td:not([class]){min-width:10rem}
.tl-data-grid .tl-pager{gap:.375rem}
.tl-data-grid .tl-pager p{min-width:0;flex:1;font-size:.875rem}}`,
})

/** The keys may be many: the browser need only see whether the server has changed its mind. */
function markerAttributes(grid: DataGridData, id: string): Html {
  const keys = keysOf(grid)
  const known = hash('sha256', JSON.stringify([keys, ...grid.chosen]), 'base64url')
  return attributes({ type: 'hidden', name: id, value: keys, [ATTRIBUTE.known]: known })
}

function renderBar({ counts, all, none, grows, select }: DataGridData): Html | false {
  const { total, shown, chosen } = counts
  if (total === 0 && !grows) return false
  const parts = [
    ...(select === 'none' ? [] : [`${toNumber(chosen)} of ${toNumber(total)} selected`]),
    ...(shown === total ? [] : [`${toNumber(shown)} shown`]),
    ...(grows ? ['more on the way…'] : []),
  ]
  if (parts.length === 0 || (select === 'one' && shown === total && !grows)) return false
  return html`<div class="tl-bar">${[
    all !== undefined && renderPress(all, 'Select all', { formnovalidate: true }),
    none !== undefined && renderPress(none, 'Select none', { formnovalidate: true }),
    html`<p>${parts.join(', ')}</p>`,
  ]}</div>`
}

function renderPager(grid: DataGridData): Html | false {
  const { pager, page, pages, first, rows, counts, key } = grid
  if (pager === undefined || pages === 1) return false
  // Disabled, the button that led to the last page would lose the focus to nothing.
  const turn = (id: string, sign: string, label: string, isOver: boolean) =>
    renderPress(id, sign, {
      'aria-label': label,
      'aria-disabled': isOver ? 'true' : undefined,
      formnovalidate: true,
    })
  const range = `${toNumber(first + 1)}–${toNumber(first + rows.length)} of ${toNumber(counts.shown)}`
  const isFirst = page === 0
  const isLast = page === pages - 1
  return html`<nav class="tl-pager" aria-label="Pages of ${key}">${[
    turn(pager.first, '«', 'First page', isFirst),
    turn(pager.previous, '‹', 'Previous page', isFirst),
    html`<p>${range}</p>`,
    turn(pager.next, '›', 'Next page', isLast),
    turn(pager.last, '»', 'Last page', isLast),
  ]}</nav>`
}

function renderHead(grid: DataGridData): Html {
  const pick = html`<th class="tl-pick"><span class="tl-hidden">Chosen</span></th>`
  const heads = grid.columns.map((column, index) => renderHeading(grid, column, index))
  return html`<thead><tr>${grid.select !== 'none' && pick}${heads}</tr></thead>`
}

function renderHeading(
  { sorts, sort, descending, labelColumn }: DataGridData,
  column: GridColumn,
  index: number,
): Html {
  const { field, label } = column
  const classes = renderClass(column, index === labelColumn)
  const press = sorts.get(field)
  if (press === undefined) {
    const hidden = html`<span class="tl-hidden">${label}</span>`
    const shown = column.kind === 'picture' ? hidden : label
    return html`<th scope="col"${classes}>${shown}</th>`
  }
  const state = field !== sort ? 'none' : descending ? 'descending' : 'ascending'
  const sign = { none: '', ascending: '↑', descending: '↓' }[state]
  const text = html`${label}<span aria-hidden="true">${sign}</span>`
  return html`<th scope="col" aria-sort="${state}"${classes}>${renderPress(press, text, {
    formnovalidate: true,
  })}</th>`
}

function renderRows(grid: DataGridData, id: string): Html | readonly Html[] {
  const { rows, columns, select, counts } = grid
  if (rows.length === 0) {
    const width = Math.max(1, columns.length + (select === 'none' ? 0 : 1))
    const text = counts.total === 0 ? 'Nothing here.' : 'Nothing fits.'
    return html`<tr><td class="tl-empty" colspan="${width}">${text}</td></tr>`
  }
  // What all rows have in common is rendered once: a grid may have thousands.
  const type = select === 'many' ? 'checkbox' : 'radio'
  const input = attributes({ type, name: id, [ATTRIBUTE.sends]: true })
  const classes = columns.map((column) => renderClass(column))
  return rows.map((row) => renderRow(grid, row, id, input, classes))
}

function renderRow(
  { columns, labelColumn, select, chosen }: DataGridData,
  row: GridRow,
  id: string,
  input: Html,
  classes: readonly (Html | false)[],
): Html {
  const inputId = `${id}:${encodeURIComponent(row.key.toWellFormed())}`
  const isLabelled = (row.cells[labelColumn] ?? '').trim() !== ''
  const cells = row.cells.map((cell, index) => {
    const name = classes[index]
    if (columns[index]?.kind === 'picture') return html`<td${name}>${renderPicture(cell)}</td>`
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

/** The row is named by its label, so that the picture only decorates. */
function renderPicture(src: string): Html | false {
  if (src === '') return false
  const more = { alt: '', loading: 'lazy', referrerpolicy: 'no-referrer' }
  return html`<img${attributes({ src, ...PICTURE, ...more })}>`
}

function renderClass(column: GridColumn, isLabel = false): Html | false {
  const names = [
    isLabel && 'tl-name',
    column.align === 'center' && 'tl-center',
    column.align === 'end' && 'tl-end',
    column.short === true && 'tl-short',
    column.kind === 'picture' && 'tl-picture',
  ].filter((name) => name !== false)
  return names.length > 0 && html` class="${names.join(' ')}"`
}

function toNumber(count: number): string {
  return count.toLocaleString('en')
}
