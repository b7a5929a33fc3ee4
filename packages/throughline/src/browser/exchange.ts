/*
 * Sends requests and applies their answers, strictly in the order in which they were sent.
 *
 * A request that can't be delivered is repeated, the same one, as long as the page lives; those sent later wait
 * until it is through. An answer that is cut is no answer: its request is repeated too. (One number acts once, so
 * a repetition does nothing twice.)
 */
import { FIELD } from '../protocol/fields.ts'
import type { Frame } from '../protocol/frame.ts'
import { applyFrame, closeAnswer, createAnswer } from './apply.ts'
import type { Answer } from './apply.ts'
import { nextBeat } from './beat.ts'
import { startBusy } from './busy.ts'
import { hasFrames, readFrames } from './frames.ts'
import { putNotice, showNotice } from './notice.ts'
import { writeField } from './page.ts'
import type { Page } from './page.ts'
import type { Values } from './values.ts'

const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 5000
const MOST_TOKENS = 3
/** The server is there, but this browser is just receiving another cookie: to be asked again. */
const NOT_YET = 202
const AWAY_TEXT = 'The server can’t be reached. Trying again…'
const REFUSED_TEXT = 'The server refused this. Reload the page.'

/** What is sent: an interaction, or a question. */
export interface Errand {
  /** The newest interaction number, this one included. */
  readonly number: number
  readonly byPerson: boolean
  /** Makes the request afresh for each attempt, with the present token and run. */
  readonly attempt: () => Promise<Response>
  /** The button that was pressed. */
  readonly press?: HTMLElement
  /** Called when the server refused it. */
  readonly refused?: () => void
}

/** The one line in which requests stand. */
export interface Exchange {
  /** Sends; resolves when its answer has been applied, or will never be. */
  send(errand: Errand): Promise<void>
}

interface Place {
  earlier: Place | undefined
  readonly isPress: boolean
  isStuck: boolean
  readonly delivered: Signal
  readonly ended: Signal
}

/** What an exchange calls back. */
export interface ExchangeEvents {
  /** The server gave the tab another id. */
  readonly renameTab: (id: string) => void
  /** A run did not fit the view. */
  readonly missed: (run: number) => void
  /** An answer has ended. */
  readonly ended: () => void
}

/** Makes the line. */
export function createExchange(page: Page, values: Values, events: ExchangeEvents): Exchange {
  let last: Place | undefined

  async function send(errand: Errand): Promise<void> {
    const place: Place = {
      earlier: last,
      isPress: errand.press !== undefined,
      isStuck: false,
      delivered: createSignal(),
      ended: createSignal(),
    }
    last = place
    const finishBusy = startBusy(errand.press)
    let answer: Answer | undefined
    try {
      answer = await carry(errand, place)
    } finally {
      finishBusy()
      place.delivered.give()
      place.ended.give()
      place.earlier = undefined
      if (last === place) last = undefined
    }
    if (answer === undefined) errand.refused?.()
    if (answer !== undefined && answer.missed > 0) events.missed(answer.missed)
    events.ended()
  }

  /** Repeats until there is an answer that counts; undefined when the server refused. */
  async function carry(errand: Errand, place: Place): Promise<Answer | undefined> {
    let tokens = 0
    let pause = FIRST_PAUSE_MS
    for (;;) {
      const response = await deliver(errand, place)
      if (response === undefined) return undefined
      const answer = createAnswer(errand.number, errand.byPerson)
      const { isCut, isOutdated } = await readAnswer(response, answer, place)
      if (isOutdated) {
        tokens += 1
        if (tokens <= MOST_TOKENS) continue
        showNotice(REFUSED_TEXT)
        return undefined
      }
      if (!isCut) return answer
      await wait(pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }

  async function deliver(errand: Errand, place: Place): Promise<Response | undefined> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      // What follows a press waits until it is delivered: on two nodes the later one might act first.
      if (place.earlier?.isStuck === true || place.earlier?.isPress === true) {
        place.isStuck = true
        await place.earlier.delivered.given
      }
      const response = await errand.attempt().catch(() => undefined)
      if (response !== undefined && isAnswer(response)) {
        place.isStuck = false
        place.delivered.give()
        takeBackAway()
        values.delivered(errand.number)
        if (hasFrames(response) || response.status === 204) return response
        showNotice(await readRefusal(response))
        return undefined
      }
      place.isStuck = true
      if (response?.status !== NOT_YET) putAway()
      await wait(pause)
    }
  }

  /** Reads frames as they come and applies them when it is their turn. */
  async function readAnswer(
    response: Response,
    answer: Answer,
    place: Place,
  ): Promise<{ isCut: boolean; isOutdated: boolean }> {
    const inbox: Frame[] = []
    let hasToken = false
    let arrived = createSignal()
    let isOver = false
    let isBroken = false

    async function read(): Promise<void> {
      try {
        for await (const frame of readFrames(response)) {
          if (frame.type === 'token') {
            hasToken = true
            writeField(page, FIELD.token, frame.token)
          } else inbox.push(frame)
          arrived.give()
        }
      } catch {
        isBroken = true
      }
      isOver = true
      arrived.give()
    }

    const reading = read()
    await place.earlier?.ended.given
    while (!isOver || inbox.length > 0) {
      if (inbox.length === 0) {
        await arrived.given
        arrived = createSignal()
        continue
      }
      await nextBeat()
      for (const frame of inbox.splice(0)) {
        try {
          applyFrame(page, values, answer, frame, events.renameTab)
        } catch (error) {
          // One element that can't be shown must not keep the others, and later answers, from the page.
          console.error(error)
        }
      }
    }
    await reading
    closeAnswer(page)
    const { state } = answer
    return {
      isCut: state === 'open' || (isBroken && state === 'empty'),
      isOutdated: hasToken && state === 'empty',
    }
  }

  return { send }
}

/** Tells an answer of ours (a refusal too) from a server or proxy that is out of order. */
function isAnswer(response: Response): boolean {
  return (
    hasFrames(response) ||
    (response.status < 500 && ![NOT_YET, 408, 425, 429].includes(response.status))
  )
}

async function readRefusal(response: Response): Promise<string> {
  const isText = response.headers.get('content-type')?.startsWith('text/plain') === true
  const text = isText ? (await response.text().catch(() => '')).trim().slice(0, 500) : ''
  return text || REFUSED_TEXT
}

let takeBack: (() => void) | undefined

function putAway(): void {
  takeBack ??= putNotice(AWAY_TEXT)
}

function takeBackAway(): void {
  takeBack?.()
  takeBack = undefined
}

interface Signal {
  readonly given: Promise<void>
  give(): void
}

function createSignal(): Signal {
  let give = () => {}
  const given = new Promise<void>((resolve) => (give = resolve))
  return { given, give }
}

/** Waits, but not longer than until the browser is online again. */
function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
    addEventListener('online', () => resolve(), { once: true })
  })
}
