/*
 * A script that counts named presses, by an atomic change and by a plain one. With LEDGER_FORGETS it answers before it
 * stores, which is what the checker of its history must find out.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { app, button, sessionState, text, textInput } from '../../../src/index.ts'

const FORGETS = process.env['LEDGER_FORGETS'] !== undefined
/** So many names are stored at once by a ledger that forgets. */
const LATE = 3

const state = sessionState({ added: [] as string[], kept: [] as string[] })
const late = new Map<string, string[]>()

async function ledger() {
  const name = textInput('Name')
  const [session = ''] = name.split('-')
  if (button('Add one')) {
    await pause(Math.random() * 6)
    if (FORGETS) await addLate(session, name)
    else await state.update('added', (names) => [...names, name])
    await pause(Math.random() * 6)
  }
  if (button('Keep one')) {
    await pause(Math.random() * 6)
    state.kept = [...state.kept, name]
    text('Kept')
    await pause(Math.random() * 20)
  }
  const names = [...state.added, ...state.kept, ...(late.get(session) ?? [])]
  text(`${names.includes(name) ? 'Done' : 'Open'}: ${name}.`)
  text(`Counted ${names.length}`)
  text(`Names: ${names.join(' ')}.`)
}

async function addLate(session: string, name: string): Promise<void> {
  const waiting = [...(late.get(session) ?? []), name]
  late.set(session, waiting.length < LATE ? waiting : [])
  if (waiting.length >= LATE) await state.update('added', (names) => [...names, ...waiting])
}

// oxlint-disable-next-line import/no-default-export -- a script's app is its default export
export default app({ title: 'Ledger', pages: { '/': ledger } })
