/*
 * From an author's rows to what a grid shows: columns, texts of cells, and a key and a label for each row.
 */
import { hash } from 'node:crypto'
import { ThroughlineError } from '../base/error.ts'
import { refusedAddress, toReceived, wrongArgument } from './arguments.ts'
import { isPictureAddress } from './web-address.ts'

/** How a column is shown. */
export interface Column<Row, Value> {
  /** Its heading. */
  readonly label: string
  /** Turns a value into the text of its cell (dates as YYYY-MM-DD, yes and no, else `String(value)`). */
  readonly format?: ((value: Value, row: Row) => string) | undefined
  /** To which side of its column (`'end'` where all values are numbers, else `'start'`). */
  readonly align?: 'start' | 'center' | 'end' | undefined
  /** A picture: the value is where it comes from, as for `image()`; nothing is shown for an empty one (`'text'`). */
  readonly kind?: 'text' | 'picture' | undefined
  /** What the column is sorted by (the value). */
  readonly sortBy?: ((row: Row) => unknown) | undefined
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
  /** The field that names a row for the person (the first column that is no picture). */
  readonly label?: (keyof Row & string) | undefined
}

/** A column as it stands on a page. */
export interface GridColumn {
  /** The field of the rows that it shows. */
  readonly field: string
  readonly label: string
  readonly kind: 'text' | 'picture'
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

/** The rows of a grid, of which each becomes text only when it is shown. */
export interface GridTable {
  readonly columns: readonly GridColumn[]
  /** The key of each row. */
  readonly keys: readonly string[]
  /** The index of each row by its key. */
  readonly places: ReadonlyMap<string, number>
  /** Which column names a row; -1 when the name is not shown. */
  readonly labelColumn: number
  /** The row at an index, as it stands on the page. */
  rowAt(index: number): GridRow
  /** What the row at an index is sorted by in a column. */
  sortValueAt(index: number, column: number): unknown
}

interface FieldColumn<Row> {
  readonly field: keyof Row & string
  readonly column: Column<Row, unknown>
}

/**
 * Reads rows as a grid shows them.
 *
 * Without `rowKey` a row is known by its `id`, `key` or `uri` where every row has its own, else by its content.
 *
 * @throws `elements.duplicate-row-key`; `elements.refused-address`, when the row of a picture is shown.
 */
export function toGridTable<Row extends object>(
  rows: readonly Row[],
  { columns, rowKey, label }: RowFields<Row>,
): GridTable {
  const fields = toFieldColumns(rows, columns)
  const cellsOf = (row: Row) =>
    fields.map(({ field, column }) => toCell(row[field], row, column.format))
  const places = rowKey === undefined ? toOwnKeys(rows, cellsOf) : toGivenKeys(rows, rowKey)
  const keys = [...places.keys()]
  const isText = ({ column: { kind } }: FieldColumn<Row>) => kind !== 'picture'
  const labelColumn =
    label === undefined
      ? fields.findIndex(isText)
      : fields.findIndex(({ field }) => field === label)
  return {
    columns: fields.map(({ field, column }) => {
      const sort = sortOfValues(rows, field)
      const align = column.align ?? (sort === 'numbers' ? 'end' : 'start')
      const { label: heading, kind = 'text' } = column
      return { field, label: heading, kind, align, short: sort !== 'others' }
    }),
    keys,
    places,
    labelColumn,
    rowAt(index) {
      const row = rows[index]
      if (row === undefined) throw new RangeError(`There is no row ${index}.`)
      const cells = cellsOf(row)
      for (const [at, one] of fields.entries()) {
        if (!isText(one)) assertPicture(cells[at] ?? '', one.field)
      }
      const text = cells[labelColumn] ?? (label && toCell(row[label], row))
      return { key: keys[index] ?? '', label: toRowLabel(text, index), cells }
    },
    sortValueAt(index, at) {
      const [row, one] = [rows[index], fields[at]]
      if (row === undefined || one === undefined) return undefined
      return one.column.sortBy === undefined ? row[one.field] : one.column.sortBy(row)
    },
  }
}

function assertPicture(source: string, field: string): void {
  if (source === '' || isPictureAddress(source)) return
  throw refusedAddress(
    `The picture column "${field}" of dataGrid()`,
    'addresses as image() does',
    source,
  )
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
  let sort: 'numbers' | 'dates' | undefined
  for (const row of rows) {
    const value: unknown = row[field]
    if (value === null || value === undefined) continue
    const isNumber = typeof value === 'number' || typeof value === 'bigint'
    const own = isNumber ? 'numbers' : value instanceof Date ? 'dates' : 'others'
    if (own === 'others' || (sort !== undefined && sort !== own)) return 'others'
    sort = own
  }
  return sort ?? 'others'
}

function toRowLabel(text: string | undefined, index: number): string {
  const label = text?.trim()
  return label === undefined || label === '' ? `Row ${index + 1}` : label
}

function toGivenKeys<Row extends object>(
  rows: readonly Row[],
  rowKey: keyof Row & string,
): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  for (const [index, row] of rows.entries()) {
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
  }
  return places
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
  cellsOf: (row: Row) => readonly string[],
): ReadonlyMap<string, number> {
  for (const field of ['id', 'key', 'uri']) {
    const values = rows.map((row) => (row as Readonly<Record<string, unknown>>)[field])
    const names = new Set(
      values.flatMap((value) =>
        (typeof value === 'string' && value !== '') || typeof value === 'number'
          ? [String(value)]
          : [],
      ),
    )
    if (names.size === rows.length) return toPlaces([...names])
  }
  const seen = new Map<string, number>()
  const names = rows.map((row) => {
    const name = hash('sha256', cellsOf(row).join('\u001f'), 'base64url').slice(0, 16)
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}.${count}`
  })
  return toPlaces(names)
}

function toPlaces(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index]))
}
