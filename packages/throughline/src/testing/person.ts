/*
 * A person with a browser: a cookie jar, tabs, and what their forms hold. Without JavaScript a tab follows redirects
 * and reads documents; with it, the tab asks for frames and applies them as the browser program does.
 */
import { FIELD, FRAMES_TYPE, HEADER, TAB_COOKIE } from '../protocol/fields.ts'
import { parseFrame, type Frame } from '../protocol/frame.ts'
import { ORIGIN } from './program.ts'
import { tell } from './told.ts'
import { attributeOf, textOf } from './widgets.ts'

type Fetch = (request: Request) => Promise<Response>

/** A browser: one cookie jar. */
export class Person {
  readonly jar = new Map<string, string>()
  readonly #fetch: Fetch
  readonly origin: string

  constructor(fetch: Fetch, origin: string = ORIGIN) {
    this.#fetch = fetch
    this.origin = origin
  }

  /** Sends one request with the jar's cookies, keeps the cookies of the answer, follows nothing. */
  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('host', new URL(this.origin).host)
    if (this.jar.size > 0 && !headers.has('cookie')) {
      headers.set('cookie', [...this.jar].map(([name, value]) => `${name}=${value}`).join('; '))
    }
    const url = new URL(path, this.origin)
    const response = await this.#fetch(new Request(url, { ...init, headers, redirect: 'manual' }))
    for (const line of response.headers.getSetCookie()) this.keep(line)
    return response
  }

  /** Opens a path in a new tab without JavaScript. */
  async open(path: string): Promise<DocumentTab> {
    const tab = new DocumentTab(this)
    await tab.go(path)
    return tab
  }

  /** Opens a path in a new tab with the browser program. */
  async openLive(path: string): Promise<LiveTab> {
    const tab = new LiveTab(this)
    await tab.go(path)
    return tab
  }

  /** Keeps a cookie as an answer sets it. */
  keep(line: string): void {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    const isGone = /;\s*max-age=0/i.test(line)
    if (isGone) this.jar.delete(pair.slice(0, at))
    else this.jar.set(pair.slice(0, at), pair.slice(at + 1))
    if (/tl-session(-\d+)?$/.test(pair.slice(0, at))) {
      // The time that it begins with is no secret.
      const [, ...secrets] = pair.slice(at + 1).split('.')
      for (const secret of secrets) tell({ kind: 'secret', name: 'cookie', secret })
    }
  }
}

/** A tab that shows a document. */
export class DocumentTab {
  readonly person: Person
  path = ''
  status = 0
  html = ''
  /** The last answer, before any redirect of it was followed. */
  answer: Response | undefined
  /** Form fields as a browser would send them, by name. */
  fields = new Map<string, string[]>()

  constructor(person: Person) {
    this.person = person
  }

  /** Opens a path, following redirects within the program. */
  async go(path: string, init: RequestInit = {}): Promise<void> {
    await this.follow(await this.person.send(path, init), path)
  }

  /** Follows an answer to the document that it leads to; stops at redirects to elsewhere. */
  async follow(answer: Response, path: string): Promise<void> {
    this.answer = answer
    let response = answer
    let at = new URL(path, this.person.origin)
    for (let hops = 0; response.status >= 300 && response.status < 400; hops += 1) {
      if (hops > 10) throw new Error('Redirects do not end')
      at = new URL(response.headers.get('location') ?? '', at)
      if (at.origin !== this.person.origin) return
      response = await this.person.send(at.pathname + at.search)
    }
    this.path = at.pathname + at.search
    this.status = response.status
    this.html = await response.text()
    this.fields = readFields(this.html)
  }

  /** The document's visible text. */
  get text(): string {
    return textOf(this.html)
  }

  field(name: string): string | undefined {
    return this.fields.get(name)?.at(-1)
  }

  /** Gives a widget other values, as typing or ticking does. */
  set(name: string, ...values: string[]): void {
    // A checkbox and a grid stand behind a hidden field of the same name.
    const isMarked = /^(?:checkbox|data-grid):/.test(name)
    const [marker = ''] = this.fields.get(name) ?? []
    this.fields.set(name, isMarked ? [marker, ...values] : values)
  }

  /** Presses a button, by its id; without one, sends what was changed. */
  async press(id?: string, more: Readonly<Record<string, string>> = {}): Promise<Response> {
    const path = this.path.split('?')[0] ?? ''
    const answer = await this.person.send(path, this.pressInit(id, more))
    await this.follow(answer.clone(), path)
    return answer
  }

  /** The request that a press makes. */
  pressInit(id?: string, more: Readonly<Record<string, string>> = {}): RequestInit {
    const body = new URLSearchParams()
    for (const [name, values] of this.fields) {
      for (const value of values) body.append(name, value)
    }
    if (id !== undefined) body.set(FIELD.press, id)
    for (const [name, value] of Object.entries(more)) body.set(name, value)
    return { method: 'POST', headers: { origin: this.person.origin }, body }
  }
}

/** A tab whose browser program runs. */
export class LiveTab {
  readonly person: Person
  /** The elements that the page shows, by id, in order. */
  elements: { id: string; html: string }[] = []
  path = ''
  tab = ''
  token = ''
  run = 0
  number = 0
  news = 0
  notices: string[] = []
  /** Frames of the last answer. */
  frames: Frame[] = []
  /** Where the files of the last folder button are listed. */
  files: string | undefined
  /** Where the document went away to. */
  away: string | undefined

  constructor(person: Person) {
    this.person = person
  }

  async go(path: string): Promise<void> {
    const tab = new DocumentTab(this.person)
    // As the browser program does, so that the new document has this tab's values.
    if (this.tab !== '') this.person.jar.set(TAB_COOKIE, this.tab)
    await tab.go(path)
    this.person.jar.delete(TAB_COOKIE)
    this.path = tab.path.split('?')[0] ?? ''
    this.tab = tab.field(FIELD.tab) ?? ''
    this.token = tab.field(FIELD.token) ?? ''
    this.run = Number(tab.field(FIELD.run))
    this.number = Number(tab.field(FIELD.number))
    this.news = Number(/data-tl-news="(\d+)"/.exec(tab.html)?.[1] ?? 0)
    this.elements = readElements(tab.html)
  }

  get html(): string {
    return this.elements.map((element) => element.html).join('\n')
  }

  get text(): string {
    return textOf(this.html)
  }

  /** Presses a button with changed values, and applies what comes back. */
  async press(id: string, values: Readonly<Record<string, readonly string[]>> = {}): Promise<void> {
    const interaction = { press: id, values, number: this.number++ }
    await this.apply(await this.post(interaction))
    const isOutdated = this.frames.length === 1 && this.frames[0]?.type === 'token'
    if (isOutdated) await this.apply(await this.post(interaction))
  }

  /** Sends changed values. */
  async change(values: Readonly<Record<string, readonly string[]>>): Promise<void> {
    await this.apply(await this.post({ values, number: this.number++ }))
  }

  /** Asks what is there now. */
  async ask(shownRun: number = this.run): Promise<void> {
    const headers = { accept: FRAMES_TYPE, [HEADER.tab]: this.tab, [HEADER.run]: String(shownRun) }
    const init = { headers: { ...headers, 'sec-fetch-site': 'same-origin' } }
    await this.apply(await this.person.send(this.path, init))
  }

  /** Posts an interaction and returns the answer unread. */
  post(interaction: {
    readonly press?: string
    readonly values?: Readonly<Record<string, readonly string[]>>
    readonly number: number
    readonly stop?: boolean
  }): Promise<Response> {
    const body = new URLSearchParams({
      [FIELD.tab]: this.tab,
      [FIELD.token]: this.token,
      [FIELD.run]: String(this.run),
      [FIELD.number]: String(interaction.number),
    })
    if (interaction.press !== undefined) body.set(FIELD.press, interaction.press)
    if (interaction.stop === true) body.set(FIELD.stop, '1')
    for (const [name, values] of Object.entries(interaction.values ?? {})) {
      for (const value of values) body.append(name, value)
    }
    const headers = { accept: FRAMES_TYPE, origin: this.person.origin }
    return this.person.send(this.path, { method: 'POST', headers, body })
  }

  /** Applies an answer in frames, as the browser program does; asks for the whole where it must. */
  async apply(response: Response): Promise<void> {
    const lines = (await response.text()).split('\n').filter((line) => line !== '')
    this.frames = lines.map(parseFrame)
    let put: Set<string> | undefined
    for (const frame of this.frames) {
      if (frame.type === 'run') {
        if (frame.from !== null && frame.from !== this.run) return this.ask(0)
        put = frame.from === null ? new Set() : undefined
      } else if (frame.type === 'put') {
        put?.add(frame.id)
        this.#put(frame.id, frame.html, frame.after)
      } else if (frame.type === 'move') {
        const moved = this.elements.find((element) => element.id === frame.id)
        this.#put(frame.id, moved?.html ?? '', frame.after)
      } else if (frame.type === 'remove') {
        this.elements = this.elements.filter((element) => !frame.ids.includes(element.id))
      } else if (frame.type === 'notice') {
        this.notices.push(frame.text)
      } else if (frame.type === 'token') {
        this.token = frame.token
      } else if (frame.type === 'files') {
        this.files = frame.url
      } else if (frame.type === 'go') {
        if (frame.away === true) this.away = frame.url
        else this.path = frame.url
      } else {
        const shown = put
        if (shown !== undefined && frame.yielded !== true) {
          this.elements = this.elements.filter((element) => shown.has(element.id))
        }
        this.run = frame.run
        this.news = frame.news
      }
    }
  }

  #put(id: string, html: string, after: string | undefined): void {
    const at = this.elements.findIndex((element) => element.id === id)
    if (at >= 0 && after === undefined) {
      this.elements[at] = { id, html }
      return
    }
    if (at >= 0) this.elements.splice(at, 1)
    const place =
      after === undefined
        ? this.elements.length
        : this.elements.findIndex((one) => one.id === after) + 1
    this.elements.splice(place, 0, { id, html })
  }
}

/** Form fields as a browser would send them, by name. */
export function readFields(html: string): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  const add = (name: string, value: string) =>
    fields.set(name, [...(fields.get(name) ?? []), value])
  for (const [tag] of html.matchAll(/<(?:input|select)\b[^>]*>/g)) {
    const name = attributeOf(tag, 'name')
    const type = attributeOf(tag, 'type')
    if (name === undefined || / disabled\b/.test(tag)) continue
    if (tag.startsWith('<select')) {
      const select = html.slice(html.indexOf(tag), html.indexOf('</select>', html.indexOf(tag)))
      const chosen = /<option[^>]*\bselected\b[^>]*>/.exec(select)?.[0]
      if (chosen !== undefined) add(name, attributeOf(chosen, 'value') ?? '')
    } else if ((type !== 'checkbox' && type !== 'radio') || / checked\b/.test(tag)) {
      add(name, attributeOf(tag, 'value') ?? 'on')
    }
  }
  return fields
}

function readElements(html: string): { id: string; html: string }[] {
  const view = html.slice(html.indexOf('<main id="tl-view">'), html.lastIndexOf('</main>'))
  const starts = [...view.matchAll(/<div id="([^"]+)" class="tl-element [^>]*>/g)]
  return starts.map((start, index) => ({
    id: attributeOf(start[0], 'id') ?? '',
    html: view.slice(start.index, starts[index + 1]?.index ?? view.length),
  }))
}
