/*
 * Shows that the program is at work: the pressed button at once, the busy bar with its stop button when it
 * takes longer, and which elements the present run has not reached yet.
 */
import { PART } from '../protocol/attributes.ts'
import { passFocus } from './navigate.ts'

const BAR_AFTER_MS = 200
const DIM_AFTER_MS = 300

/** On the view while a run takes long, and on each element that the run has confirmed. */
const WAITING_CLASS = 'tl-waiting'
const CONFIRMED_CLASS = 'tl-confirmed'

let atWork = 0
let barTimer: ReturnType<typeof setTimeout> | undefined
let dimTimer: ReturnType<typeof setTimeout> | undefined

/**
 * Starts to show that something was asked for.
 *
 * @returns Ends it; to be called once.
 */
export function startBusy(press: HTMLElement | undefined): () => void {
  press?.setAttribute('aria-busy', 'true')
  atWork += 1
  if (atWork === 1) barTimer = setTimeout(() => showBar(true), BAR_AFTER_MS)
  return () => {
    press?.removeAttribute('aria-busy')
    atWork -= 1
    if (atWork > 0) return
    clearTimeout(barTimer)
    showBar(false)
  }
}

/** Tells whether anything is still asked for. */
export function isBusy(): boolean {
  return atWork > 0
}

/** Starts to dim, after a moment, what the run has not confirmed. */
export function startRun(view: Element): void {
  finishRun(view)
  dimTimer = setTimeout(() => view.classList.add(WAITING_CLASS), DIM_AFTER_MS)
}

/** Counts an element and all before it as confirmed: a run puts its elements in page order. */
export function confirmElement(element: Element): void {
  let reached: Element | null = element
  while (reached !== null && !reached.classList.contains(CONFIRMED_CLASS)) {
    reached.classList.add(CONFIRMED_CLASS)
    reached = reached.previousElementSibling
  }
}

/** Dims nothing any more. */
export function finishRun(view: Element): void {
  clearTimeout(dimTimer)
  view.classList.remove(WAITING_CLASS)
  for (const element of view.querySelectorAll(`:scope > .${CONFIRMED_CLASS}`))
    element.classList.remove(CONFIRMED_CLASS)
}

function showBar(shown: boolean): void {
  const bar = document.getElementById(PART.busy)
  if (bar === null) return
  if (!shown) passFocus(bar)
  bar.hidden = !shown
}
