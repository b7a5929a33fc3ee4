/*
 * A script with a bit of everything, for several processes at once. Each run of the page that works notes its entry and
 * its exit in the file that TOUR_NOTES names.
 */
import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import {
  app,
  button,
  checkbox,
  connect,
  downloadButton,
  heading,
  numberInput,
  progress,
  select,
  sessionState,
  signOut,
  switchPage,
  text,
  textInput,
} from '../../../src/index.ts'
import type { Provider } from '../../../src/providers/provider.ts'
import type { RunNote } from '../history.ts'

const NOTES = process.env['TOUR_NOTES'] ?? ''
const ELSEWHERE = 'https://acme.example'

/** Moved to a test's own server by ACME_ORIGIN. */
const acme: Provider = {
  name: 'acme',
  title: 'Acme',
  authorizationServer: {
    issuer: ELSEWHERE,
    authorization_endpoint: `${ELSEWHERE}/authorize`,
    token_endpoint: `${ELSEWHERE}/token`,
    revocation_endpoint: `${ELSEWHERE}/revoke`,
  },
  clientAuthentication: 'basic',
  api: ELSEWHERE,
  apiOrigins: [ELSEWHERE],
  quirks: {},
  account: async ({ request }) => {
    const me = (await (await request('/me')).json()) as { uri: string; name: string }
    return { subject: me.uri, name: me.name, claims: {} }
  },
  source: 'https://acme.example/docs',
  checked: '2026-11-01',
}

const state = sessionState({ count: 0, colour: 'red', pressed: [] as string[] })

async function home() {
  heading('Home')
  const name = textInput('Name')
  state.colour = select('Colour', ['red', 'green', 'blue'])
  if (checkbox('More')) text(`More for ${name}, ${numberInput('How many', { value: 2 })} times`)
  if (button('Add one')) await state.update('count', (count) => count + 1)
  text(`${name} counted to ${state.count} in ${state.colour}`)
  if (button('Go on')) switchPage('/second')
}

async function second() {
  heading('Second')
  text(`Here with ${state.count} in ${state.colour}`)
  const note = textInput('Note', { value: 'none' })
  for (let step = 1; step <= 3; step += 1) {
    await pause(20)
    text(`Step ${step} of ${note}`)
  }
  if (button('Go back')) switchPage('/')
}

/** Takes its time, and notes when it begins and ends. */
async function work() {
  const who = textInput('Who')
  const name = textInput('Name')
  const run = `${process.pid}-${crypto.randomUUID()}`
  note({ who, run, edge: 'entry', at: now() })
  try {
    const steps = numberInput('Steps', { value: 4 }) ?? 0
    const add = () => state.update('pressed', (names) => [...names, name])
    if (button('Work')) await add()
    const isLate = button('Work late')
    const bar = progress(0)
    for (let step = 1; step <= steps; step += 1) {
      await pause(20)
      text(`Step ${step} for ${name}`)
      bar.update(step / steps)
    }
    if (isLate) {
      await pause(200)
      await add()
    }
    text(`Pressed: ${state.pressed.join(' ')}.`)
  } finally {
    note({ who, run, edge: 'exit', at: now() })
  }
}

function file() {
  const outcome = downloadButton('Fetch', {
    file: 'numbers.txt',
    from: () => ({ body: numbers(), size: 60_000 }),
  })
  text(outcome === undefined ? 'Not fetched' : `Fetched ${outcome.bytes} bytes`)
}

async function* numbers(): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < 6; part += 1) {
    yield new Uint8Array(10_000).fill(48 + part)
    await pause(60)
  }
}

async function account() {
  const kept = textInput('Note')
  if (button('Sign out')) signOut()
  const { account: who } = await connect({ provider: acme, scope: ['public'] })
  text(`Connected as ${who.name}, note "${kept}"`)
}

function note(entry: RunNote): void {
  if (NOTES !== '') appendFileSync(NOTES, `${JSON.stringify(entry)}\n`)
}

/** Monotonic, and the same for all processes of a machine. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

// oxlint-disable-next-line import/no-default-export -- a script's app is its default export
export default app({
  title: 'Tour',
  providers: [acme],
  pages: { '/': home, '/second': second, '/work': work, '/file': file, '/account': account },
})
