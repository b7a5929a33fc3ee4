/*
 * What a kind of element is: how it looks as HTML, and its styles. One file per kind; `kinds.ts` lists them.
 */
import type { ElementData } from '../context/run-context.ts'
import type { Html } from '../html/escape.ts'

/** One kind of element. */
export interface ElementKind<Data extends ElementData = ElementData> {
  readonly kind: Data['kind']
  /** Renders the inside of the element's wrapper. `id` is the wrapper's id and the name of its form field. */
  render(element: Data, id: string): Html
  /** CSS of this kind; selectors start with `.tl-<kind>`. */
  readonly styles: string
}

/** Names a kind with its types kept. */
export function defineKind<Data extends ElementData>(kind: ElementKind<Data>): ElementKind<Data> {
  return Object.freeze(kind)
}
