/*
 * JSON from a server that may be broken or hostile, as plain frozen data.
 *
 * It does not know what the members mean.
 */

/** Deepest nesting that is read. */
const MAXIMUM_DEPTH = 64

/** Names that must never become members of our objects. */
const POISONOUS = new Set(['__proto__', 'constructor', 'prototype'])

/** The object that was read, or why there is none, in words that quote nothing of the text. */
export type ReadJson =
  | { readonly object: Readonly<Record<string, unknown>> }
  | { readonly fault: string }

/**
 * Reads a JSON object from UTF-8 bytes, deep-frozen. Members named `__proto__`, `constructor` and `prototype` are
 * left out at every depth. Faults: not UTF-8, a byte order mark, not JSON, not an object, a member of the object
 * twice, nested deeper than 64.
 *
 * @see RFC 8259 §4, §8.1
 */
export function readJsonObject(bytes: Uint8Array): ReadJson {
  const text = decode(bytes)
  if (text === undefined) return { fault: 'it is not UTF-8' }
  const { depth, names } = scan(text)
  // Before the parser, whose reviver recurses.
  if (depth > MAXIMUM_DEPTH) return { fault: `it is nested deeper than ${MAXIMUM_DEPTH}` }
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { fault: 'it is not a JSON object' }
  }
  const distinct = new Set(names.map((name) => JSON.parse(name) as string))
  // The parser keeps the last of two; another reader of the same answer may keep the first.
  if (distinct.size < names.length) return { fault: 'it has a member twice' }
  return { object: value as Record<string, unknown> }
}

/** Reads the JSON object that a whole (bounded) response has. A further fault: another content type. */
export async function readJsonBody(response: Response): Promise<ReadJson> {
  const type = response.headers.get('content-type') ?? ''
  const bytes = new Uint8Array(await response.arrayBuffer())
  const isJson = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)
  return isJson ? readJsonObject(bytes) : { fault: 'its content type is not application/json' }
}

/**
 * Finds what stands under names within one another, from the outermost on; numbers are places in a list. Undefined
 * where there is no such member, or what should have it is no object; what is inherited does not count.
 */
export function memberOf(value: unknown, ...names: readonly (string | number)[]): unknown {
  return names.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? (found as Readonly<Record<string | number, unknown>>)[name]
        : undefined,
    value,
  )
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (name, value: unknown) =>
      POISONOUS.has(name) ? undefined : Object.freeze(value),
    )
  } catch {
    return undefined
  }
}

/**
 * Finds the depth of a text and the names (quoted, as written) of the outermost object's members, in one pass
 * whose time is linear also for text that is no JSON; the names are only right for text that is.
 */
function scan(text: string): { readonly depth: number; readonly names: readonly string[] } {
  const names: string[] = []
  let depth = 0
  let level = 0
  let start = 0
  let end = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      start = at
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++
      end = at + 1
    } else if (character === '{' || character === '[') depth = Math.max(depth, ++level)
    else if (character === '}' || character === ']') level--
    else if (character === ':' && level === 1) names.push(text.slice(start, end))
  }
  return { depth, names }
}
