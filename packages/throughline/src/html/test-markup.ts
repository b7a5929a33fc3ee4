/*
 * A strict reader of markup for tests: what our renderers never write is refused, so that nothing slips through.
 */

/** A start tag. */
export interface TestTag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

/** Markup as a browser would take it. */
export interface TestMarkup {
  readonly tags: readonly TestTag[]
  /** All text, decoded, in order. */
  readonly text: string
  /** Tags with the names of their attributes, without any value: `div[id class]`. */
  readonly skeleton: readonly string[]
}

const PIECE =
  /<!doctype html>|<\/[a-z][a-z0-9]*>|<([a-z][a-z0-9]*)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)\/?>|([^<>]+)/gy
const ATTRIBUTES = / ([a-zA-Z-]+)(?:="([^"]*)")?/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** Reads markup; throws where it is not exactly of the form that we write. */
export function readMarkup(markup: string): TestMarkup {
  const tags: TestTag[] = []
  let text = ''
  let end = 0
  for (const piece of markup.matchAll(PIECE)) {
    end = piece.index + piece[0].length
    if (piece[3] !== undefined) text += decode(piece[3])
    if (piece[1] === undefined) continue
    const attributes = new Map<string, string>()
    for (const [, name = '', value = ''] of (piece[2] ?? '').matchAll(ATTRIBUTES)) {
      if (attributes.has(name)) throw new Error(`The attribute ${name} stands twice.`)
      attributes.set(name, decode(value))
    }
    tags.push({ name: piece[1], attributes })
  }
  if (end !== markup.length) throw new Error(`No markup of ours: ${markup.slice(end, end + 80)}`)
  const skeleton = tags.map(
    ({ name, attributes }) => `${name}[${[...attributes.keys()].join(' ')}]`,
  )
  return { tags, text, skeleton }
}

function decode(text: string): string {
  return text.replaceAll(/&(?:[a-z]+|#\d+);|&/g, (entity) => {
    const character = ENTITIES[entity]
    if (character === undefined) throw new Error(`An entity that we do not write: ${entity}`)
    return character
  })
}
