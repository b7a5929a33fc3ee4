/*
 * What session state, the cache and user records may hold, and how it becomes text and comes back.
 *
 * Plain data, `undefined`, `Date`, `Map`, `Set`, `bigint` and typed arrays. Anything else is refused with the path
 * of the first bad value, so that nothing is lost in silence.
 */
import { DevalueError, parse, stringify } from 'devalue'
import { ThroughlineError } from './error.ts'

/** Kinds that the text format could carry, but that are not plain data. */
const REFUSED = [RegExp, URL, URLSearchParams] as const

/**
 * Writes a value as text.
 *
 * @param owner What holds the value, as the author names it: `Session state`, `A cached result`.
 * @param name The top-level name, for the path in the message.
 * @throws `base.value-not-plain`
 */
export function serializeValue(value: unknown, owner: string, name: string): string {
  try {
    return stringify(value, {
      Refused: (part: unknown) => {
        if (REFUSED.some((kind) => part instanceof kind)) throw new TypeError('refused')
        return false
      },
    })
  } catch (error) {
    const found = findRefused(value, error)
    throw new ThroughlineError(
      'base.value-not-plain',
      `${owner} cannot hold ${found.what}, at ${name}${found.path}. ` +
        'Keep plain data, Date, Map, Set, bigint or typed arrays there, and compute the rest in the script.',
      { attribution: 'script', details: { path: `${name}${found.path}` } },
    )
  }
}

/** Reads what `serializeValue` wrote. */
export function parseValue(text: string): unknown {
  return parse(text)
}

interface Found {
  readonly path: string
  readonly what: string
}

function findRefused(value: unknown, error: unknown): Found {
  if (error instanceof DevalueError) return { path: error.path, what: describeValue(error.value) }
  return searchRefused(value, '', new Set()) ?? { path: '', what: describeValue(value) }
}

function searchRefused(value: unknown, path: string, seen: Set<unknown>): Found | undefined {
  if (REFUSED.some((kind) => value instanceof kind)) return { path, what: describeValue(value) }
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  const parts: [string, unknown][] =
    value instanceof Map
      ? [...value].map(([key, part]) => [
          `.get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`,
          part,
        ])
      : value instanceof Set
        ? [...value].map((part, index) => [`[${index}]`, part])
        : Object.entries(value).map(([key, part]) => [
            Array.isArray(value) ? `[${key}]` : `.${key}`,
            part,
          ])
  for (const [step, part] of parts) {
    const found = searchRefused(part, path + step, seen)
    if (found !== undefined) return found
  }
  return undefined
}

/** Says what a value is, without showing it: `a promise`, `this string`, `undefined`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (value instanceof Promise) return 'a promise'
  if (typeof value === 'object') {
    if (Object.hasOwn(value, '__proto__')) return 'an object with the key "__proto__"'
    const name = (value.constructor as { name?: string } | undefined)?.name
    return name === undefined || name === 'Object' ? 'this object' : `an instance of ${name}`
  }
  return `this ${typeof value}`
}
