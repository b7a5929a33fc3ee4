/*
 * In which order values stand when a column is sorted: numbers and dates by size, text as people read it, equal ones
 * as they were given, and what is not known last.
 *
 * Comparing 10,000 titles takes longer than all else that a press does, and a grid is sorted again in each run. An
 * order is therefore remembered by a hash of the values that it belongs to; it holds indices and nothing of the rows.
 */
import { hash } from 'node:crypto'

type Comparable = number | bigint | string

const MOST_REMEMBERED = 32
const remembered = new Map<string, readonly number[]>()
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** The indices of values in the order of the values. */
export function sortedOrder(values: readonly unknown[], descending: boolean): readonly number[] {
  const comparable = values.map(toComparable)
  // JSON knows neither infinity nor large integers.
  const isSpelt = (value: Comparable | undefined) =>
    typeof value === 'bigint' || value === Infinity || value === -Infinity
  const text = JSON.stringify(comparable.map((value) => (isSpelt(value) ? [String(value)] : value)))
  const name = `${descending}/${hash('sha256', text, 'base64url')}`
  const order = remembered.get(name) ?? sorted(comparable, descending)
  // What was used last stands last, so that the first is the one to forget.
  remembered.delete(name)
  remembered.set(name, order)
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MOST_REMEMBERED) break
    remembered.delete(oldest)
  }
  return order
}

function sorted(
  values: readonly (Comparable | undefined)[],
  descending: boolean,
): readonly number[] {
  const sign = descending ? -1 : 1
  return Array.from(values.keys()).toSorted((a, b) => {
    const [left, right] = [values[a], values[b]]
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined)
    }
    return sign * compare(left, right)
  })
}

function toComparable(value: unknown): Comparable | undefined {
  if (value instanceof Date) return toComparable(value.getTime())
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'bigint') return value
  return typeof value === 'string' && value !== '' ? value : undefined
}

function compare(left: Comparable, right: Comparable): number {
  if (typeof left === 'string' || typeof right === 'string') {
    return collator.compare(String(left), String(right))
  }
  return left < right ? -1 : Number(left > right)
}
