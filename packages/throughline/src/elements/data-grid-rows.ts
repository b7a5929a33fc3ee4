/*
 * From an author's rows to what a grid shows: columns, texts of cells, and a key and a label for each row.
 */
import { hash } from 'node:crypto'
import { ThroughlineError } from '../base/error.ts'
import { toReceived, wrongArgument } from './arguments.ts'

/** How a column is shown. */
export interface Column<Row, Value> {
  /** Its heading. */
  readonly label: string
  /** Turns a value into the text of its cell (dates as YYYY-MM-DD, yes and no, else `String(value)`). */
  readonly format?: ((value: Value, row: Row) => string) | undefined
  /** To which side of its column (`'end'` where all values are numbers, else `'start'`). */
  readonly align?: 'start' | 'center' | 'end' | undefined
}

/** The columns of a grid by field, in order: a heading, or more about it. */
export type Columns<Row> = {
  readonly [Field in keyof Row & string]?: string | Column<Row, Row[Field]>
}

/** Which fields of a row are shown, and which name it. */
export interface RowFields<Row> {
  /** The columns by field, in order: a heading, or more about it (all fields of the rows). */
  readonly columns?: Columns<Row> | undefined
  /** The field that names a row for the program (`id`, `key` or `uri`, else the row's content). */
  readonly rowKey?: (keyof Row & string) | undefined
  /** The field that names a row for the person (the first column). */
  readonly label?: (keyof Row & string) | undefined
}

/** A column as it stands on a page. */
export interface GridColumn {
  readonly label: string
  readonly align: 'start' | 'center' | 'end'
  /** Whether all values are numbers or dates, which do not wrap. */
  readonly short: boolean
}

/** A row as it stands on a page. */
export interface GridRow {
  /** Names it in the form. */
  readonly key: string
  /** Names its checkbox. */
  readonly label: string
  readonly cells: readonly string[]
}

/** What a grid shows, whatever is chosen. */
export interface GridContent {
  readonly columns: readonly GridColumn[]
  readonly rows: readonly GridRow[]
  /** Which column names a row; -1 when the name is not shown. */
  readonly labelColumn: number
}

interface FieldColumn<Row> {
  readonly field: keyof Row & string
  readonly column: Column<Row, unknown>
}

/**
 * Turns rows into what a grid shows.
 *
 * Without `rowKey` a row is known by its `id`, `key` or `uri` where every row has its own, else by its content.
 *
 * @throws `elements.duplicate-row-key`
 */
export function toGridContent<Row extends object>(
  rows: readonly Row[],
  { columns, rowKey, label }: RowFields<Row>,
): GridContent {
  const fields = toFieldColumns(rows, columns)
  const cells = rows.map((row) =>
    fields.map(({ field, column }) => toCell(row[field], row, column.format)),
  )
  const keys = rowKey === undefined ? toOwnKeys(rows, cells) : toGivenKeys(rows, rowKey)
  const labelColumn = label === undefined ? 0 : fields.findIndex(({ field }) => field === label)
  return {
    columns: fields.map(({ field, column }) => {
      const sort = sortOfValues(rows, field)
      const align = column.align ?? (sort === 'numbers' ? 'end' : 'start')
      return { label: column.label, align, short: sort !== 'others' }
    }),
    rows: rows.map((row, index) => ({
      key: keys[index] ?? '',
      label: toRowLabel(cells[index]?.[labelColumn] ?? (label && toCell(row[label], row)), index),
      cells: cells[index] ?? [],
    })),
    labelColumn,
  }
}

function toFieldColumns<Row extends object>(
  rows: readonly Row[],
  columns: Columns<Row> | undefined,
): readonly FieldColumn<Row>[] {
  if (columns === undefined) {
    const fields = new Set(rows.flatMap((row) => Object.keys(row))) as Set<keyof Row & string>
    return [...fields].map((field) => ({ field, column: { label: toWords(field) } }))
  }
  return (Object.keys(columns) as (keyof Row & string)[]).flatMap((field) => {
    const column = columns[field] as string | Column<Row, unknown> | undefined
    if (column === undefined) return []
    return [{ field, column: typeof column === 'string' ? { label: column } : column }]
  })
}

/** `play_count` and `playCount` → `Play count`. */
function toWords(field: string): string {
  const words = field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
  const lower = words.replaceAll(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase())
  return lower.charAt(0).toUpperCase() + lower.slice(1)
}

function toCell<Row>(
  value: unknown,
  row: Row,
  format?: (value: unknown, row: Row) => string,
): string {
  if (format !== undefined) return String(format(value, row))
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10)
  if (Array.isArray(value)) return value.map((part) => toCell(part, row)).join(', ')
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part,
  )
}

function sortOfValues<Row extends object>(
  rows: readonly Row[],
  field: keyof Row,
): 'numbers' | 'dates' | 'others' {
  const values: readonly unknown[] = rows.map((row) => row[field])
  const given = values.filter((value) => value !== null && value !== undefined)
  if (given.length === 0) return 'others'
  if (given.every((value) => value instanceof Date)) return 'dates'
  const areNumbers = given.every((value) => typeof value === 'number' || typeof value === 'bigint')
  return areNumbers ? 'numbers' : 'others'
}

function toRowLabel(text: string | undefined, index: number): string {
  const label = text?.trim()
  return label === undefined || label === '' ? `Row ${index + 1}` : label
}

function toGivenKeys<Row extends object>(
  rows: readonly Row[],
  rowKey: keyof Row & string,
): readonly string[] {
  const places = new Map<string, number>()
  return rows.map((row, index) => {
    const value: unknown = row[rowKey]
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') {
      const takes = `a string or a number in the field "${rowKey}" of every row`
      throw wrongArgument(
        'dataGrid()',
        takes,
        value,
        `Row ${index} has none. Choose another rowKey.`,
      )
    }
    const key = String(value)
    const first = places.get(key)
    if (first !== undefined) throw duplicateRowKey(rowKey, value, first, index)
    places.set(key, index)
    return key
  })
}

function duplicateRowKey(
  rowKey: string,
  value: string | number,
  first: number,
  second: number,
): ThroughlineError {
  return new ThroughlineError(
    'elements.duplicate-row-key',
    `Rows ${first} and ${second} of dataGrid() both have the "${rowKey}" ${toReceived(value)}. ` +
      'Row keys must differ: choose a field that names one row only.',
    { attribution: 'script', details: { rowKey, first, second } },
  )
}

function toOwnKeys<Row extends object>(
  rows: readonly Row[],
  cells: readonly (readonly string[])[],
): readonly string[] {
  for (const field of ['id', 'key', 'uri']) {
    const values = rows.map((row) => (row as Readonly<Record<string, unknown>>)[field])
    const names = new Set(
      values.flatMap((value) =>
        (typeof value === 'string' && value !== '') || typeof value === 'number'
          ? [String(value)]
          : [],
      ),
    )
    if (names.size === rows.length) return [...names]
  }
  const seen = new Map<string, number>()
  return cells.map((texts) => {
    const name = hash('sha256', texts.join('\u001f'), 'base64url').slice(0, 16)
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}.${count}`
  })
}
