/*
 * Text with Markdown. What it says may come from anyone: no raw HTML, no scheme but http, https and mailto, no
 * picture from elsewhere, no inline style.
 */
import MarkdownIt from 'markdown-it'
import type { Token } from 'markdown-it'
import type { ElementData } from '../context/run-context.ts'
import { escapeText, html, trustedHtml } from '../html/escape.ts'
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { assertText, startCall } from './arguments.ts'
import { defineKind } from './element.ts'
import { isAppPath, isMailAddress, isWebAddress } from './web-address.ts'

/** Text with Markdown on a page. */
export interface MarkdownData extends ElementData {
  readonly kind: 'markdown'
  readonly source: string
  /** What a link to each path of the app is in the document. */
  readonly pageUrls: Readonly<Record<string, string>>
}

/**
 * Shows text with Markdown (CommonMark and tables).
 *
 * HTML in it is shown as text; a link or picture whose address is not allowed is shown as its source or its
 * alternative text.
 */
export function markdown(source: string): void {
  const run = startCall('markdown()')
  assertText('markdown()', 'source', source)
  const pageUrls: Record<string, string> = {}
  for (const token of allTokens(parse(source))) {
    const href = token.type === 'link_open' ? toAttribute(token, 'href') : ''
    if (isAppPath(href)) pageUrls[href] = run.pageUrl(href)
  }
  run.append(
    Object.freeze({
      kind: 'markdown',
      source,
      pageUrls: Object.freeze(pageUrls),
    } satisfies MarkdownData),
  )
}

const parser = new MarkdownIt('default', { html: false, linkify: false, typographer: false })

parser.validateLink = (address) =>
  isAppPath(address) || isWebAddress(address) || isMailAddress(address)

parser.renderer.rules['link_open'] = (tokens, index, _options, env) => {
  const href = toAttribute(tokens[index], 'href')
  const { pageUrls } = env as Pick<MarkdownData, 'pageUrls'>
  const pageUrl = Object.hasOwn(pageUrls, href) ? pageUrls[href] : undefined
  return pageUrl === undefined
    ? `<a href="${escapeText(href)}" rel="noopener noreferrer">`
    : `<a href="${escapeText(pageUrl)}" ${ATTRIBUTE.inside}>`
}

parser.renderer.rules['image'] = (tokens, index) => {
  const token = tokens[index]
  const source = toAttribute(token, 'src')
  const alt = escapeText(toAlternative(token?.children ?? []))
  return isAppPath(source)
    ? `<img src="${escapeText(source)}" alt="${alt}" loading="lazy" decoding="async">`
    : alt
}

// markdown-it aligns the cells of a table by an inline style, which the content security policy refuses.
for (const rule of ['th_open', 'td_open']) {
  parser.renderer.rules[rule] = (tokens, index) => {
    const align = /right|center/.exec(toAttribute(tokens[index], 'style'))?.[0]
    const tag = rule.slice(0, 2)
    return align === undefined ? `<${tag}>` : `<${tag} class="tl-${align}">`
  }
}

// A wide table scrolls by itself; the page does not.
parser.renderer.rules['table_open'] = () => '<div class="tl-scroll"><table>'
parser.renderer.rules['table_close'] = () => '</table></div>'

const PARSED_KEPT = 64
const parsed = new Map<string, Token[]>()

/** Parses once what is shown again and again: a page says the same sentences in every run. */
function parse(source: string): Token[] {
  const tokens = parsed.get(source) ?? parser.parse(source, {})
  parsed.delete(source)
  parsed.set(source, tokens)
  const oldest = parsed.keys().next()
  if (parsed.size > PARSED_KEPT && oldest.done !== true) parsed.delete(oldest.value)
  return tokens
}

function toAttribute(token: Token | undefined, name: string): string {
  return String(token?.attrGet(name) ?? '')
}

function allTokens(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => [token, ...allTokens(token.children ?? [])])
}

function toAlternative(tokens: readonly Token[]): string {
  return tokens.map((token) => token.content || toAlternative(token.children ?? [])).join('')
}

/** How Markdown looks. */
export const markdownKind = defineKind<MarkdownData>({
  kind: 'markdown',
  render({ source, pageUrls }) {
    const markup = parser.renderer.render(parse(source), parser.options, { pageUrls })
    return html`${trustedHtml(markup)}`
  },
  styles: `
.tl-markdown>*+*{margin-block-start:1rem}
.tl-markdown :is(h1,h2,h3,h4,h5,h6):not(:first-child){margin-block-start:2rem}
.tl-markdown :is(ul,ol){padding-inline-start:1.5rem}
.tl-markdown li+li{margin-block-start:.375rem}
.tl-markdown blockquote{border-inline-start:3px solid var(--tl-line);padding-inline-start:1rem;color:var(--tl-soft)}
.tl-markdown .tl-right{text-align:end}.tl-markdown .tl-center{text-align:center}`,
})
