/*
 * Presses that are repeated until they are answered, under the same number, as the browser program does; without
 * JavaScript as a person does who reloads.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { FIELD, FRAMES_TYPE, TAB_PARAMETER } from '../../src/protocol/fields.ts'
import { LiveTab, type DocumentTab } from '../../src/testing/person.ts'

/** A tab of either sort. */
export type AnyTab = DocumentTab | LiveTab

const PAUSE_MS = 25
const GIVE_UP_MS = 40_000

/** How a request came through. */
export interface Delivery {
  /** How often it was sent. */
  readonly times: number
  /** How often a server that was there did not answer to the end. */
  readonly cuts: number
}

/** Presses a button until there is an answer. */
export function pressUntilAnswered(
  tab: AnyTab,
  button: string,
  values: Readonly<Record<string, string>>,
): Promise<Delivery> {
  return tab instanceof LiveTab
    ? pressLive(tab, button, values)
    : pressDocument(tab, button, values)
}

/** Opens a page until it is there. */
export async function openUntilAnswered(tab: AnyTab, path: string): Promise<void> {
  await repeat(async () => {
    await tab.go(path)
    return tab instanceof LiveTab ? tab.elements.length > 0 : tab.status === 200
  })
}

/** Reloads a document until it shows, perhaps only once, what another process is about to store. */
export async function reloadUntil(tab: DocumentTab, pattern: RegExp): Promise<void> {
  if (pattern.test(tab.text)) return
  const path = `${tab.path.split('?')[0]}?${TAB_PARAMETER}=${tab.field(FIELD.tab)}`
  await repeat(async () => {
    await tab.go(path)
    return pattern.test(tab.text)
  })
}

function pressLive(tab: LiveTab, button: string, values: Readonly<Record<string, string>>) {
  const number = tab.number++
  const sent = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]))
  return repeat(async () => {
    const response = await tab.post({ press: button, values: sent, number })
    const isFrames = response.headers.get('content-type')?.startsWith(FRAMES_TYPE) === true
    if (response.status < 500 && !isFrames) throw new Refused(response.status)
    if (!isFrames) return false
    await tab.apply(response)
    const last = tab.frames.at(-1)
    return last?.type === 'end' && last.yielded !== true
  })
}

async function pressDocument(
  tab: DocumentTab,
  button: string,
  values: Readonly<Record<string, string>>,
): Promise<Delivery> {
  for (const [name, value] of Object.entries(values)) tab.set(name, value)
  const path = tab.path.split('?')[0] ?? ''
  const init = tab.pressInit(button)
  let answer: Response | undefined
  const posted = await repeat(async () => {
    answer = await tab.person.send(path, init)
    if (answer.status >= 400 && answer.status < 500) throw new Refused(answer.status)
    return answer.status === 303
  })
  const location = answer?.headers.get('location') ?? path
  const shown = await repeat(async () => {
    await tab.go(location)
    return tab.status === 200
  })
  return { times: posted.times, cuts: posted.cuts + shown.cuts }
}

/** The server was there and said no. */
class Refused extends Error {
  constructor(status: number) {
    super(`A press was refused: ${status}`)
  }
}

async function repeat(attempt: () => Promise<boolean>): Promise<Delivery> {
  const begun = performance.now()
  let cuts = 0
  for (let times = 1; ; times += 1) {
    try {
      if (await attempt()) return { times, cuts }
    } catch (error) {
      if (error instanceof Refused) throw error
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') cuts += 1
      if (performance.now() - begun > GIVE_UP_MS) throw error
    }
    if (performance.now() - begun > GIVE_UP_MS) throw new Error('No answer came')
    await pause(PAUSE_MS)
  }
}
