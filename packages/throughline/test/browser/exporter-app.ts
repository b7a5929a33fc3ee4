/*
 * A small app for what the exporter does not do: work that takes long, and a provider that opens in a new tab.
 * Each step of the work waits until the gate of the test, a server, answers.
 */
import {
  app,
  button,
  connect,
  heading,
  progress,
  rerun,
  sessionState,
  switchPage,
  text,
  textInput,
} from 'throughline'
import { vimeo } from 'throughline/providers'
import { serveUntilStopped } from 'throughline/serve'

const STEPS = 3
const gate = process.env['GATE'] ?? ''
const state = sessionState({ done: 0 })

async function work() {
  heading('Work')
  const name = textInput('Name')
  text(`Done ${state.done} times`)
  if (button('Work')) {
    for (let step = 1; step <= STEPS; step += 1) {
      await fetch(gate)
      progress(step / STEPS, { text: `Step ${step} for ${name}` })
    }
    state.done += 1
    rerun()
  }
  if (button('Account')) switchPage('/account')
}

async function account() {
  heading('Account')
  const note = textInput('Note')
  const connection = await connect({ provider: vimeo, open: 'new-tab' })
  text(`${connection.account.name}: ${note}`)
}

await serveUntilStopped(app({ title: 'Work', pages: { '/': work, '/account': account } }))
