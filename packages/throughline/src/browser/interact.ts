/*
 * Turns what the person does into interactions: a changed value, a press, a press that the browser itself must
 * submit, and a stop.
 */
import { ATTRIBUTE } from '../protocol/attributes.ts'
import { FIELD, FRAMES_TYPE } from '../protocol/fields.ts'
import type { Exchange } from './exchange.ts'
import { hasFrames, readFrames } from './frames.ts'
import {
  pageUrl,
  readField,
  startingRun,
  takeHiddenNumber,
  takeNumber,
  writeField,
} from './page.ts'
import { openPopup } from './popup.ts'
import type { Page } from './page.ts'
import type { Values } from './values.ts'

/** Browsers open six connections to a server; presses, questions and news need some of them. */
const MOST_CHANGES_ON_THE_WAY = 3
const NATIVE_BUSY_MS = 3000

/** Starts to listen to the form. */
export function watchForm(page: Page, values: Values, exchange: Exchange): void {
  let changesOnTheWay = 0
  /** Whether a change came while too many were on the way (text that is still being typed does not count). */
  let isHeldBack = false

  async function sendChanges(): Promise<void> {
    if (changesOnTheWay >= MOST_CHANGES_ON_THE_WAY || !values.hasChanges()) return
    changesOnTheWay += 1
    await exchange.send(createInteraction(page, values))
    changesOnTheWay -= 1
    if (!isHeldBack) return
    isHeldBack = false
    void sendChanges()
  }

  const send = ({ target }: Event): void => {
    if (!(target instanceof Element && target.hasAttribute(ATTRIBUTE.sends))) return
    if (!page.form.contains(target)) return
    isHeldBack = changesOnTheWay >= MOST_CHANGES_ON_THE_WAY
    void sendChanges()
  }
  document.addEventListener('change', send)
  // An input that was morphed while it was typed in may be left without a change event.
  document.addEventListener('focusout', send)

  page.form.addEventListener('submit', (event) => {
    const button = event.submitter
    if (button?.hasAttribute(ATTRIBUTE.native) === true) {
      leaveToBrowser(page, values, button)
      return
    }
    event.preventDefault()
    if (!(button instanceof HTMLButtonElement) || button.name === '') void sendChanges()
    else if (button.name === FIELD.stop) void requestStop(page)
    else void exchange.send(createInteraction(page, values, button))
  })
}

function createInteraction(page: Page, values: Values, press?: HTMLButtonElement) {
  const url = pageUrl(page)
  const number = takeNumber(page)
  const pressed: Field[] = press === undefined ? [] : [[press.name, press.value]]
  const fields = [...pressed, ...values.take(number)]
  return {
    number,
    byPerson: true,
    ...(press === undefined ? {} : { press }),
    attempt: () => postFields(page, url, number, fields),
    refused: () => values.refused(number),
  }
}

type Field = [name: string, value: string]

function postFields(page: Page, url: string, number: number, fields: Field[]): Promise<Response> {
  const body = new URLSearchParams([
    [FIELD.tab, readField(page, FIELD.tab)],
    [FIELD.number, String(number)],
    [FIELD.run, String(startingRun(page))],
    [FIELD.token, readField(page, FIELD.token)],
    ...fields,
  ])
  return fetch(url, { method: 'POST', headers: { accept: FRAMES_TYPE }, body, cache: 'no-store' })
}

/** The browser submits the whole form: every value is sent, under the number that the hidden field holds. */
function leaveToBrowser(page: Page, values: Values, button: HTMLElement): void {
  const number = takeHiddenNumber(page)
  if (button.hasAttribute(ATTRIBUTE.popup)) openPopup(button as HTMLButtonElement)
  values.take(number)
  button.setAttribute('aria-busy', 'true')
  // The browser reads the fields after this event; the page may stay (a download, another tab).
  setTimeout(() => writeField(page, FIELD.number, String(number + 1)))
  setTimeout(() => button.removeAttribute('aria-busy'), NATIVE_BUSY_MS)
}

/** Asks a running script to stop: no interaction of its own, so it stands in no line. */
async function requestStop(page: Page): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const fields: Field[] = [[FIELD.stop, '1']]
    const response = await postFields(page, pageUrl(page), page.sent, fields).catch(() => undefined)
    if (response === undefined || !hasFrames(response)) return
    let hasToken = false
    for await (const frame of readFrames(response)) {
      if (frame.type !== 'token') continue
      hasToken = true
      writeField(page, FIELD.token, frame.token)
    }
    if (!hasToken) return
  }
}
