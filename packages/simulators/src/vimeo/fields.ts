/*
 * The `fields` parameter: a comma list of names, with dots for what lies deeper. Plain JSON in and out.
 *
 * @see https://developer.vimeo.com/api/common-formats
 */

/** Names to keep at one level; an empty tree below a name keeps all of what it names. */
interface FieldTree extends Map<string, FieldTree> {}

/**
 * Keeps only the named fields of a value. Naming a parent keeps all of it, lists are gone through,
 * unknown names are ignored.
 *
 * @param fields The parameter; absent or empty keeps everything.
 */
export function keepFields(value: unknown, fields: string | undefined): unknown {
  const names = (fields ?? '').split(',').flatMap((name) => name.trim() || [])
  return keep(value, parseFields(names))
}

function parseFields(names: readonly string[]): FieldTree {
  const root: FieldTree = new Map()
  // Parents come before their children this way, and a parent that is there alone keeps them all.
  for (const name of names.toSorted((left, right) => left.length - right.length)) {
    let level = root
    const parts = name.split('.')
    for (const [depth, part] of parts.entries()) {
      const known = level.get(part)
      if (known?.size === 0) break
      const next: FieldTree = known ?? new Map<string, FieldTree>()
      level.set(part, next)
      level = next
      if (depth === parts.length - 1) next.clear()
    }
  }
  return root
}

function keep(value: unknown, tree: FieldTree): unknown {
  if (tree.size === 0) return value
  if (Array.isArray(value)) return value.map((entry) => keep(entry, tree))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const branch = tree.get(name)
      return branch === undefined ? [] : [[name, keep(inner, branch)]]
    }),
  )
}
