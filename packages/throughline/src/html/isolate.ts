/*
 * Names within our own sentences: set apart in direction, so that one written from right to left turns nothing around
 * it about.
 *
 * A sentence is text until it is rendered, so that a name is marked by the characters that Unicode has for it; on the
 * page they become the element that HTML has for it.
 *
 * @see https://www.unicode.org/reports/tr9/#Markup_And_Formatting
 */
import { html, type Piece } from './escape.ts'

/** First strong isolate, and pop directional isolate. */
const [BEGIN, END] = ['\u2068', '\u2069']

/** Marks a name within a sentence. Characters of its own that would steer its surroundings are left out. */
export function isolated(name: string): string {
  return BEGIN + name.replaceAll(/\p{Bidi_Control}/gu, '') + END
}

/** Renders a text: what is marked becomes `<bdi>`, in which the browser finds the direction by itself. */
export function withIsolates(text: string): Piece {
  if (!text.includes(BEGIN)) return text
  return text
    .split(/\u2068([^\u2068\u2069]*)\u2069/)
    .map((part, at) => (at % 2 === 0 ? part : html`<bdi>${part}</bdi>`))
}
