/*
 * Lists of what has a name and no parameters but `query`, `sort` and `direction`: folders, showcases.
 */
import { createNoneOf } from './answers.ts'

/** Something in such a list. */
interface Named {
  readonly id: string
  readonly name: string
  readonly created: Date
}

/** Compares two entries. */
type Order<Entry> = (left: Entry, right: Entry) => number

/** The orders of a list, by the values of `sort`. */
export type Orders<Entry> = Readonly<Record<string, Order<Entry>>>

/** The values of `sort` that mean names, which rise where no `direction` is named. */
const nameSorts = ['name', 'alphabetical']

const collator = new Intl.Collator('en')

/** Compares two names. */
export function byName(left: Named, right: Named): number {
  return collator.compare(left.name, right.name)
}

/** Compares two days. */
export function byDate(left: Named, right: Named): number {
  return left.created.getTime() - right.created.getTime()
}

/**
 * Chooses and orders the entries that a request asks for; those that are equal follow their ids.
 *
 * @throws `VimeoRefusal` 400 (2204) for a `sort` or `direction` that there is not.
 */
export function chooseNamed<Entry extends Named>(
  entries: readonly Entry[],
  parameters: URLSearchParams,
  orders: Orders<Entry>,
): readonly Entry[] {
  const sort = parameters.get('sort') ?? 'default'
  const order = Object.hasOwn(orders, sort) ? orders[sort] : undefined
  const direction = parameters.get('direction') ?? (nameSorts.includes(sort) ? 'asc' : 'desc')
  if (order === undefined) throw createNoneOf('sort', Object.keys(orders))
  if (direction !== 'asc' && direction !== 'desc') throw createNoneOf('direction', ['asc', 'desc'])
  const sign = direction === 'desc' ? -1 : 1
  const words = (parameters.get('query') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return entries
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .toSorted((left, right) => sign * order(left, right) || Number(left.id) - Number(right.id))
}
