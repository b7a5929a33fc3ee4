/*
 * Hears news and asks. One event stream per browser: its visible documents compete for a lock; the holder reads
 * the stream and tells the others. A hidden document asks when it is shown.
 *
 *   hidden --show--> competing --lock granted--> holding --hide/leave--> hidden
 *                        \------- hide/leave ------/
 *
 * Without Web Locks or BroadcastChannel every visible document reads a stream of its own.
 */
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { FIELD } from '../protocol/fields.ts'
import { holdLock } from './lock.ts'
import { readField } from './page.ts'
import type { Page } from './page.ts'
import { readStream } from './stream.ts'

const NAME = 'tl-news'
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 3000

/** What documents tell one another. */
type Message =
  | { readonly type: 'news'; readonly news: number }
  | { readonly type: 'back' }
  | { readonly type: 'ask' }

/** The document's part in hearing news. */
export interface News {
  /** Asks if something newer than the view has been heard and nothing is under way. */
  catchUp(): void
  /** Starts, or starts again after `close`: listens to the others and, when visible, competes. */
  open(): void
  /** Ends everything, so that the document may rest in the back-forward cache. */
  close(): void
}

/** Makes it; `ask` asks for what has changed, `isBusy` tells whether an answer is awaited anyway. */
export function createNews(page: Page, ask: () => Promise<void>, isBusy: () => boolean): News {
  let channel: BroadcastChannel | undefined
  let latest = page.news
  let askedFor = page.news
  let wasAway = false
  let isHolder = false
  let leaving: AbortController | undefined

  function catchUp(): void {
    if (document.visibilityState === 'hidden' || isBusy()) return
    if (!wasAway && (latest <= page.news || latest <= askedFor)) return
    wasAway = false
    askedFor = latest
    void ask()
  }

  function hear(message: Message): void {
    if (message.type === 'ask') {
      if (isHolder) tell({ type: 'news', news: latest })
      return
    }
    if (message.type === 'news') latest = Math.max(latest, message.news)
    else wasAway = true
    catchUp()
  }

  function tell(message: Message): void {
    channel?.postMessage(message)
  }

  /** Keeps a stream open until told to leave. */
  async function hold(signal: AbortSignal): Promise<void> {
    isHolder = true
    let isLost = false
    let pause = FIRST_PAUSE_MS
    while (!signal.aborted) {
      let isFirst = true
      const [tab, token] = [readField(page, FIELD.tab), readField(page, FIELD.token)]
      const end = await readStream(tab, token, signal, (news) => {
        pause = FIRST_PAUSE_MS
        const messages: Message[] = [{ type: 'news', news }]
        if (isFirst && isLost) messages.unshift({ type: 'back' })
        isFirst = false
        for (const message of messages) {
          tell(message)
          hear(message)
        }
      })
      isLost = true
      if (signal.aborted) break
      // Only an ordinary answer brings a token that fits the present cookie.
      if (end === 'outdated') await ask()
      await wait(Number(end) || pause, signal)
      // While the app is being developed a saved file restarts the server, and must show at once.
      if (!document.body.hasAttribute(ATTRIBUTE.development))
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
    isHolder = false
  }

  async function compete(signal: AbortSignal): Promise<void> {
    const free = channel === undefined ? undefined : await holdLock(NAME, signal)
    if (!signal.aborted) await hold(signal)
    free?.()
  }

  function open(): void {
    if (channel === undefined && typeof BroadcastChannel === 'function') {
      channel = new BroadcastChannel(NAME)
      channel.addEventListener('message', ({ data }: MessageEvent<Message>) => hear(data))
    }
    if (leaving !== undefined || document.visibilityState === 'hidden') return
    leaving = new AbortController()
    tell({ type: 'ask' })
    void compete(leaving.signal)
  }

  function leaveStream(): void {
    leaving?.abort()
    leaving = undefined
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') return leaveStream()
    open()
    catchUp()
  })
  return {
    catchUp,
    open,
    close() {
      leaveStream()
      // A message would throw the document out of the back-forward cache.
      channel?.close()
      channel = undefined
    },
  }
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
