/*
 * A script that counts presses, one that computes without pause, and one that ends its process.
 */
import { app, button, sessionState, text } from '../../../src/index.ts'

const state = sessionState({ count: 0 })
/** Nothing here takes so long; a process that nobody ends must not burn for ever. */
const AT_MOST_MS = 60_000

function counter() {
  if (button('Count')) state.count += 1
  text(`Counted ${state.count}.`)
}

function endless() {
  state.count += 100
  if (button('Compute')) compute(AT_MOST_MS)
  if (button('Compute a little')) compute(2500)
  text(`Shown with ${state.count}.`)
}

function end() {
  if (button('End')) process.exit(3)
  text('Still there.')
}

function compute(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

// oxlint-disable-next-line import/no-default-export -- a script's app is its default export
export default app({ title: 'Endless', pages: { '/': counter, '/endless': endless, '/end': end } })
