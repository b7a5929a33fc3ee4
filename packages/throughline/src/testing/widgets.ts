/*
 * What a person sees on a page and can act on, read from its HTML: buttons and inputs by their labels.
 */
import { FIELD } from '../protocol/fields.ts'

/** A button on a page. */
export interface SeenButton {
  readonly id: string
  readonly label: string
  readonly isDisabled: boolean
}

/** An input on a page. */
export interface SeenInput {
  readonly id: string
  readonly label: string
  readonly isDisabled: boolean
  readonly isGrid: boolean
  /** Whether it is a checkbox by itself. */
  readonly isTick: boolean
  /** What can be chosen: shown text and value; empty where anything can be typed. */
  readonly options: readonly { readonly text: string; readonly value: string }[]
}

/** Reads the buttons, in the order of the page. */
export function buttonsOf(html: string): SeenButton[] {
  return [...html.matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/g)].flatMap(
    ([, tag = '', label = '']) => {
      const id = attributeOf(tag, 'value')
      if (attributeOf(tag, 'name') !== FIELD.press || id === undefined) return []
      const shown = attributeOf(tag, 'aria-label') ?? textOf(label)
      return [{ id, label: shown, isDisabled: hasAttribute(tag, 'disabled') }]
    },
  )
}

/** Reads the inputs, selects and grids, in the order of the page. */
export function inputsOf(html: string): SeenInput[] {
  const inputs = new Map<string, SeenInput>()
  for (const [tag] of html.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)) {
    const id = attributeOf(tag, 'name')
    if (id === undefined || !id.includes(':') || attributeOf(tag, 'type') === 'hidden') continue
    if (inputs.has(id)) continue
    const isGrid = id.startsWith('data-grid:')
    const label = isGrid ? keyOf(id) : labelOf(html, `${id}:input`)
    const options = isGrid ? rowsOf(html, id) : tag.startsWith('<select') ? choices(html, tag) : []
    const isTick = !isGrid && attributeOf(tag, 'type') === 'checkbox'
    const isDisabled = hasAttribute(tag, 'disabled')
    inputs.set(id, { id, label, isDisabled, isGrid, isTick, options })
  }
  return [...inputs.values()]
}

/** Finds what a person names, by its label, else by its key. */
export function named<Seen extends { readonly id: string; readonly label: string }>(
  what: string,
  all: readonly Seen[],
  name: string,
): Seen {
  // A document shows an element again that was replaced after it had left.
  const alike = new Map(all.filter(({ label }) => label === name).map((one) => [one.id, one]))
  if (alike.size > 1) {
    const keys = [...alike.keys()].map((id) => JSON.stringify(keyOf(id))).join(', ')
    throw new Error(
      `The page has ${alike.size} of ${what} ${JSON.stringify(name)}. Use a key instead: ${keys}.`,
    )
  }
  const [labelled] = alike.values()
  const found = labelled ?? all.find(({ id }) => keyOf(id) === name)
  if (found !== undefined) return found
  const list = all.map(({ label }) => JSON.stringify(label)).join(', ')
  throw new Error(
    `The page has no ${what} ${JSON.stringify(name)}. It has ${list || 'none'}. Use one of these, or its key.`,
  )
}

/** All text, decoded, without scripts and styles. */
export function textOf(html: string): string {
  // Within a sentence, and no break of it.
  const inline = html.replaceAll(/<\/?bdi>/g, '')
  const body = inline.replaceAll(/<(script|style|head|noscript)\b[\s\S]*?<\/\1>/g, ' ')
  return fromEntities(body.replaceAll(/<[^>]+>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The value of an attribute of a start tag. */
export function attributeOf(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : fromEntities(value)
}

function hasAttribute(tag: string, name: string): boolean {
  return new RegExp(`\\s${name}(?=[\\s=>/]|$)`).test(tag.replaceAll(/"[^"]*"/g, '""'))
}

function keyOf(id: string): string {
  return decodeURIComponent(id.slice(id.indexOf(':') + 1))
}

function labelOf(html: string, inputId: string): string {
  for (const [, tag = '', content = ''] of html.matchAll(/<label([^>]*)>([\s\S]*?)<\/label>/g)) {
    const holds = [...content.matchAll(/<input\b[^>]*>/g)].some(
      ([input]) => attributeOf(input, 'id') === inputId,
    )
    if (holds || attributeOf(tag, 'for') === inputId) return textOf(content)
  }
  return ''
}

function choices(html: string, tag: string): SeenInput['options'] {
  const start = html.indexOf(tag)
  const list = html.slice(start, html.indexOf('</select>', start))
  return [...list.matchAll(/<option([^>]*)>([\s\S]*?)<\/option>/g)].map(
    ([, option = '', text = '']) => ({
      text: textOf(text),
      value: attributeOf(option, 'value') ?? textOf(text),
    }),
  )
}

function rowsOf(html: string, id: string): SeenInput['options'] {
  return [...html.matchAll(/<tr\b[^>]*>([\s\S]*?)<\/tr>/g)].flatMap(([, row = '']) => {
    const input = [...row.matchAll(/<input\b[^>]*>/g)].find(
      ([tag]) => attributeOf(tag, 'name') === id,
    )?.[0]
    if (input === undefined) return []
    const label = /<label[^>]*>([\s\S]*?)<\/label>/.exec(row)?.[1]
    const text = label === undefined ? attributeOf(input, 'aria-label') : textOf(label)
    return [{ text: text ?? '', value: attributeOf(input, 'value') ?? '' }]
  })
}

function fromEntities(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
