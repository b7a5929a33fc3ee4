/*
 * A person's browser at a provider's own pages, as far as these go: cookies, redirects, forms and links. What they say
 * is not looked at. It stops where a redirect leads away from the provider.
 */
import assert from 'node:assert/strict'

/** One visit of one person, from the authorization URL to the way back. */
export class Visitor {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()
  #url: URL
  /** The document that is shown. */
  html = ''
  /** The path and query of the redirect that led away. */
  left: string | undefined

  constructor(origin: string) {
    this.#origin = origin
    this.#url = new URL(origin)
  }

  /** Follows a link, and what it redirects to. */
  async go(href: string, init: RequestInit = {}): Promise<void> {
    const url = new URL(href, this.#url)
    if (url.origin !== this.#origin) {
      this.left = url.pathname + url.search
      return
    }
    this.#url = url
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(init.headers as Record<string, string>), cookie }
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) this.#keep(line)
    const location = answer.headers.get('location')
    this.html = await answer.text()
    if (location !== null) await this.go(location)
  }

  /** Submits the one form of the document, with what it holds and these values. */
  async submit(values: Readonly<Record<string, string>>): Promise<void> {
    const action = /<form\b[^>]*\baction="([^"]*)"/.exec(this.html)?.[1]
    const body = new URLSearchParams()
    for (const [tag] of this.html.matchAll(/<input\b[^>]*\btype="hidden"[^>]*>/g)) {
      body.set(attribute(tag, 'name'), attribute(tag, 'value'))
    }
    for (const [name, value] of Object.entries(values)) body.set(name, value)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const method = 'POST'
    assert.ok(action !== undefined, `There is no form: ${this.html}`)
    await this.go(unescaped(action), { method, headers, body: body.toString() })
  }

  /** Where the link with this in its text leads to. */
  linkTo(text: string): string {
    for (const [, href = '', said] of this.html.matchAll(/<a\b[^>]*href="([^"]*)"[^>]*>([^<]*)/g)) {
      if (said?.includes(text)) return unescaped(href)
    }
    return assert.fail(`There is no link "${text}": ${this.html}`)
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
    const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1]
    const isOver = expires !== undefined && Date.parse(expires) < Date.now()
    if (isOver) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}

function attribute(tag: string, name: string): string {
  return unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '')
}

function unescaped(text: string): string {
  return text.replaceAll('&#x3D;', '=').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
