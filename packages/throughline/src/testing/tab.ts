/*
 * A tab as a test's author sees it: text, buttons and inputs by their labels, over the routes that browsers use.
 */
import { FIELD, HEADER } from '../protocol/fields.ts'
import { NEWS_PATH } from '../protocol/paths.ts'
import type { ConsentChoice } from './authorization-server.ts'
import { LiveTab, readFields, type DocumentTab } from './person.ts'
import { buttonsOf, inputsOf, named, textOf } from './widgets.ts'

const NEWS_MS = 10_000
const UPDATE = 'Update'

/** A file that was downloaded. */
export interface DownloadedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Answers a provider's consent page; where the browser is sent then. */
export type Consent = (url: URL, choice: ConsentChoice) => Promise<URL>

/** A tab of a person's browser. */
export class Tab {
  readonly #view: LiveTab | DocumentTab
  readonly #consent: Consent

  constructor(view: LiveTab | DocumentTab, consent: Consent) {
    this.#view = view
    this.#consent = consent
    this.#failOnScriptError()
  }

  /** The path of the page. */
  get path(): string {
    return this.#view.path.split('?')[0] ?? ''
  }

  /** The page's HTML. */
  get html(): string {
    return this.#view.html
  }

  /** The page's text. */
  get text(): string {
    return textOf(this.html)
  }

  /** The text of the first heading, `''` where there is none. */
  get heading(): string {
    return textOf(/<h[1-6]\b[^>]*>([\s\S]*?)<\/h[1-6]>/.exec(this.html)?.[1] ?? '')
  }

  /** Alerts on the page, and what the tab was told beside it. */
  get notices(): readonly string[] {
    const alerts = /<p dir="auto"><b class="tl-hidden">[^<]*<\/b>([\s\S]*?)<\/p>/g
    const shown = [...this.html.matchAll(alerts)].map(([, text = '']) => textOf(text))
    const beside = /<div class="tl-notice"[^>]*>([\s\S]*?)<\/div>/g
    const said = [...this.html.matchAll(beside)].map(([, text = '']) => textOf(text))
    return [...shown, ...said, ...(this.#view instanceof LiveTab ? this.#view.notices : [])]
  }

  /** The labels of the buttons that can be pressed. */
  get buttons(): readonly string[] {
    return buttonsOf(this.html)
      .filter(({ isDisabled }) => !isDisabled)
      .map(({ label }) => label)
  }

  /** The labels of the inputs. */
  get inputs(): readonly string[] {
    return inputsOf(this.html).map(({ label }) => label)
  }

  /** Goes to a page of the app. */
  async go(path: string): Promise<void> {
    await this.#view.go(path)
    this.#failOnScriptError()
  }

  /**
   * Fills in an input, ticks a checkbox or chooses in a list, by its label or key. With JavaScript it is sent at once.
   *
   * @throws `Error` with what inputs there are; with the message of a script that failed.
   */
  async set(name: string, value: string | number | boolean): Promise<void> {
    const input = this.#input(name)
    const isTick = typeof value === 'boolean'
    if (input.isGrid) throw new Error(`${JSON.stringify(name)} is a grid. Use choose(grid, …rows).`)
    if (isTick !== input.isTick) {
      const wanted = input.isTick ? 'is ticked by true or false' : 'takes a text or a number'
      throw new Error(`The input ${JSON.stringify(name)} ${wanted}, not ${JSON.stringify(value)}.`)
    }
    const sent = isTick
      ? value
        ? ['1']
        : []
      : [input.options.length === 0 ? String(value) : optionOf(input.options, String(value))]
    await this.#change(input.id, sent, isTick)
  }

  /** Chooses these rows of a grid, and no other, by the text of their labels or by their keys. */
  async choose(grid: string, ...rows: readonly string[]): Promise<void> {
    const { id, options } = this.#input(grid)
    await this.#change(
      id,
      rows.map((row) => optionOf(options, row)),
      true,
    )
  }

  /**
   * Presses a button, by its label or key. `Update`, which pages without JavaScript have, sends what was changed.
   *
   * @throws `Error` with what buttons there are; with the message of a script that failed.
   */
  async press(name: string): Promise<void> {
    const isUpdate = name === UPDATE && !(this.#view instanceof LiveTab)
    await (isUpdate ? this.#view.press() : this.#view.press(this.#button(name)))
    await this.#followWithin()
    this.#failOnScriptError()
  }

  /** A press may lead away to another document of the program, as signing out does. */
  async #followWithin(): Promise<void> {
    if (!(this.#view instanceof LiveTab)) return
    const { away } = this.#view
    if (away === undefined || !away.startsWith('/')) return
    this.#view.away = undefined
    await this.#view.go(away)
  }

  /**
   * Presses the page's connect button, or any `button` that leads to a provider; chooses there, and comes back.
   *
   * @throws `Error` with what buttons there are.
   */
  async connect({ button, ...choice }: ConsentChoice & { button?: string } = {}): Promise<void> {
    const id = button === undefined ? this.#connectButton() : this.#button(button)
    const answer = await this.#submit(id)
    const html = await answer.text()
    const url = /<meta http-equiv="refresh" content="0;url=([^"]+)"/.exec(html)?.[1]
    if (url === undefined) throw new Error(`The page did not leave: ${textOf(html)}`)
    const back = await this.#consent(new URL(url.replaceAll('&amp;', '&')), choice)
    await this.go(back.pathname + back.search)
  }

  /** Presses a download button and takes the whole file; the page then shows what came of it. */
  async download(name: string): Promise<DownloadedFile> {
    const { person } = this.#view
    const answer = await this.#submit(this.#button(name))
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`No file was sent: ${textOf(await answer.text())}`)
    const file = await person.send(location)
    const disposition = file.headers.get('content-disposition') ?? ''
    const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
    const plain = /filename="([^"]+)"/.exec(disposition)?.[1]
    if (encoded === undefined && plain === undefined) {
      throw new Error(`No file was sent: ${textOf(await file.text())}`)
    }
    const bytes = new Uint8Array(await file.arrayBuffer())
    if (this.#view instanceof LiveTab) await this.#view.ask()
    else await this.#view.press()
    this.#failOnScriptError()
    return { name: encoded === undefined ? (plain ?? '') : decodeURIComponent(encoded), bytes }
  }

  /** Waits until the session has news that this tab does not show yet, and shows it. Needs JavaScript. */
  async news(): Promise<void> {
    const view = this.#view
    if (!(view instanceof LiveTab)) throw new Error('Without JavaScript a tab hears no news.')
    const headers = {
      'sec-fetch-site': 'same-origin',
      [HEADER.tab]: view.tab,
      [HEADER.token]: view.token,
    }
    const stop = new AbortController()
    const answer = await view.person.send(NEWS_PATH, { headers, signal: stop.signal })
    // No stream: the cookie id was replaced by another tab. A browser then asks for the page.
    if (answer.status === 200) {
      await untilNews(answer, view.news)
      stop.abort()
    }
    await view.ask()
    this.#failOnScriptError()
  }

  #button(name: string): string {
    const { id, isDisabled } = named('button', buttonsOf(this.html), name)
    if (isDisabled) throw new Error(`The button ${JSON.stringify(name)} cannot be pressed now.`)
    return id
  }

  #connectButton(): string {
    const all = buttonsOf(this.html)
    const id = all.find((one) => one.id.startsWith('connect-button:'))?.id
    if (id !== undefined) return id
    const list = all.map(({ label }) => JSON.stringify(label)).join(', ') || 'no button'
    throw new Error(`The page has no connect button. It has ${list}.`)
  }

  #input(name: string) {
    const input = named('input', inputsOf(this.html), name)
    if (input.isDisabled)
      throw new Error(`The input ${JSON.stringify(name)} cannot be changed now.`)
    return input
  }

  async #change(id: string, values: readonly string[], isMarked: boolean): Promise<void> {
    if (!(this.#view instanceof LiveTab)) return this.#view.set(id, ...values)
    const [marker = ''] = readFields(this.html).get(id) ?? []
    await this.#view.change({ [id]: isMarked ? [marker, ...values] : values })
    this.#failOnScriptError()
  }

  /** Submits the form as browsers do by themselves. */
  async #submit(id: string): Promise<Response> {
    const view = this.#view
    if (!(view instanceof LiveTab)) {
      const answer = await view.person.send(this.path, view.pressInit(id))
      view.fields.set(FIELD.number, [String(Number(view.field(FIELD.number)) + 1)])
      return answer
    }
    const body = new URLSearchParams({
      [FIELD.tab]: view.tab,
      [FIELD.token]: view.token,
      [FIELD.run]: String(view.run),
      [FIELD.number]: String(view.number++),
      [FIELD.press]: id,
    })
    for (const [name, values] of readFields(view.html)) {
      for (const value of values) body.append(name, value)
    }
    const headers = { origin: view.person.origin }
    return view.person.send(this.path, { method: 'POST', headers, body })
  }

  #failOnScriptError(): void {
    const error = /class="tl-element tl-script-error[^>]*>([\s\S]*)/.exec(this.html)?.[1]
    if (error !== undefined) throw new Error(`The script failed: ${textOf(error)}`)
  }
}

function optionOf(options: readonly { text: string; value: string }[], name: string): string {
  const byValue = options.find(({ value }) => value === name)
  const [byText, ...others] = options.filter(({ text }) => text === name)
  if (byValue === undefined && others.length > 0) {
    const values = [byText, ...others].map((one) => JSON.stringify(one?.value)).join(', ')
    throw new Error(
      `Several are called ${JSON.stringify(name)}. Choose by value instead: ${values}.`,
    )
  }
  const found = byValue ?? byText
  if (found !== undefined) return found.value
  const list = options.map(({ text }) => JSON.stringify(text)).join(', ')
  throw new Error(`There is no ${JSON.stringify(name)} to choose. There is ${list || 'nothing'}.`)
}

async function untilNews(answer: Response, known: number): Promise<void> {
  const reader = (answer.body as ReadableStream<Uint8Array> | null)?.getReader()
  const timer = setTimeout(() => void reader?.cancel(), NEWS_MS)
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) break
      text += decoder.decode(chunk.value, { stream: true })
      if ([...text.matchAll(/^data: (\d+)$/gm)].some(([, news]) => Number(news) > known)) return
    }
  } finally {
    clearTimeout(timer)
    await reader?.cancel()
  }
  throw new Error('The tab heard no news within ten seconds.')
}
