/*
 * Field masks (`fields`): `a,b.c,d(e,f)`. Tells what is kept of an answer, and what a request sets.
 */
import { invalid } from './api-error.ts'

/** Members to keep, by name; an empty tree below a name keeps all of what it names. */
export interface FieldTree extends Map<string, FieldTree> {}

/**
 * Reads a mask; undefined where it keeps all.
 *
 * @throws `GoogleError` 400 where parentheses or names do not fit.
 */
export function parseMask(text: string | undefined): FieldTree | undefined {
  if (text === undefined || text === '') return undefined
  const tokens = text.match(/[^,./()\s]+|[,./()]/g) ?? []
  const root: FieldTree = new Map()
  let next = 0
  const fail = () => invalid(`Invalid field selection ${text}`)
  const readList = (level: FieldTree): void => {
    do readPath(level)
    while (tokens[next] === ',' && (next += 1))
  }
  const readPath = (level: FieldTree): void => {
    const name = tokens[next]
    if (name === undefined || /[,./()]/.test(name)) throw fail()
    next += 1
    const known = level.get(name)
    const branch: FieldTree = known ?? new Map<string, FieldTree>()
    level.set(name, branch)
    // What was named whole stays whole.
    const below: FieldTree = known?.size === 0 ? new Map<string, FieldTree>() : branch
    if (tokens[next] === '.' || tokens[next] === '/') {
      next += 1
      readPath(below)
    } else if (tokens[next] === '(') {
      next += 1
      readList(below)
      if (tokens[next] !== ')') throw fail()
      next += 1
    } else branch.clear()
  }
  readList(root)
  if (next !== tokens.length) throw fail()
  return root.has('*') && root.get('*')?.size === 0 ? undefined : root
}

/** Keeps of a value what a mask names; lists are gone through. */
export function keepMasked(value: unknown, mask: FieldTree | undefined): unknown {
  if (mask === undefined || mask.size === 0) return value
  if (Array.isArray(value)) return value.map((entry) => keepMasked(entry, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const branch = mask.get(name) ?? mask.get('*')
      return branch === undefined ? [] : [[name, keepMasked(inner, branch)]]
    }),
  )
}

/** Tells whether a mask keeps anything of what a path names. */
export function reaches(mask: FieldTree | undefined, ...path: readonly string[]): boolean {
  let level = mask
  for (const name of path) {
    if (level === undefined || level.size === 0) return true
    const below = level.get(name) ?? level.get('*')
    if (below === undefined) return false
    level = below
  }
  return true
}

/**
 * Sets in a value what a mask names to what another says; what the other leaves out is removed.
 *
 * @param mask The mask; undefined sets everything.
 */
export function setMasked(
  value: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
  mask: FieldTree | undefined,
): Readonly<Record<string, unknown>> {
  if (mask === undefined || mask.size === 0) return other
  const result: Record<string, unknown> = { ...value }
  for (const [name, below] of mask) {
    const next = other[name]
    if (below.size > 0) {
      result[name] = setMasked(toRecord(result[name]), toRecord(next), below)
      if (Object.keys(toRecord(result[name])).length === 0) delete result[name]
    } else if (next === undefined) delete result[name]
    else result[name] = next
  }
  return result
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
