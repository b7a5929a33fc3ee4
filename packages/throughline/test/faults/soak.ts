/*
 * Many people whose provider fails in every way of the table, and one whose provider is well: in one process, over
 * real connections. What comes of it is counted; nothing is asserted here.
 *
 *   npm run test:faults            10,000 faults, and says what it has counted
 */
import { app, button, connect, sessionState, text } from '../../src/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { startAuthorizationServer } from '../../src/testing/authorization-server.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { startProgram, type TestProgram } from '../../src/testing/program.ts'
import { providerAt } from '../../src/testing/provider-at.ts'
import { connectInTab, consent, leave, registrationOf } from '../journeys/consent.ts'
import { FAULT_ROWS } from './outcomes.ts'
import { startFaultyProvider } from './asking.ts'

/** How much is tried. */
export interface SoakOptions {
  readonly faults: number
  /** People whose provider fails, all at once. */
  readonly people: number
  readonly seed: number
}

/** What was counted. */
export interface SoakOutcome {
  readonly faults: number
  /** How often the endpoint of each name failed. */
  readonly byEndpoint: Readonly<Record<string, number>>
  readonly unhandledRejections: number
  readonly uncaughtExceptions: number
  /** Answers to those people that were no page of the program. */
  readonly strayAnswers: readonly string[]
  /** Presses of the one whose provider is well, those that did not do what they should, and the slowest. */
  readonly bystanderPresses: number
  readonly bystanderFaults: readonly string[]
  readonly bystanderSlowestMs: number
  /** People who could not connect and ask their API once their provider was well again. */
  readonly stuck: number
}

const OFTEN = { atOnce: 1e6, perSecond: 1e6 }
/** So many of the requests fail. */
const SHARE = 0.7
const BEHAVIOURS = FAULT_ROWS.flatMap(({ behaviours }) => behaviours)
const PAGES = { faulty: '/faulty', well: '/well' }

/** Runs it. */
export async function soak({ faults: wanted, people, seed }: SoakOptions): Promise<SoakOutcome> {
  const random = createRandom(seed)
  const counts = { faults: 0, unhandled: 0, uncaught: 0, byEndpoint: {} as Record<string, number> }
  const onRejection = () => (counts.unhandled += 1)
  const onException = () => (counts.uncaught += 1)
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onException)
  const [failing, well] = await Promise.all(
    [1, 2].map(() => startAuthorizationServer({ expiresIn: 3600 })),
  )
  if (failing === undefined || well === undefined) throw new TypeError('No servers')
  const faulty = await startFaultyProvider()
  let isHealed = false
  /** Where a request of the failing provider goes: often to a server that gives it one of the answers. */
  const fetchFaultily: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (isHealed || url.origin !== failing.origin || random() > SHARE) return fetch(input, init)
    counts.faults += 1
    counts.byEndpoint[url.pathname] = (counts.byEndpoint[url.pathname] ?? 0) + 1
    return fetch(`${faulty.origin}/${Math.floor(random() * BEHAVIOURS.length)}`, init)
  }
  faulty.behave(({ url = '' }) => BEHAVIOURS[Number(url.slice(1))] ?? {})
  const providers = [
    providerAt(failing),
    providerAt(well, { name: 'well', title: 'Well' }),
  ] as const
  const program = startProgram(soakApp(...providers), {
    registrations: providers.map((provider) => registrationOf(provider)),
    fetch: fetchFaultily,
    limits: { rate: OFTEN, departures: OFTEN, departuresOfSession: OFTEN },
  })
  const strayAnswers: string[] = []
  try {
    const bystander = watchBystander(program)
    const live = async () => {
      const tab = await new Person(program.fetch).open(PAGES.faulty)
      while (counts.faults < wanted) {
        await takeStep(program, tab, random())
        if (tab.status !== 200) strayAnswers.push(`${tab.status} ${tab.text.slice(0, 200)}`)
      }
      return tab
    }
    const tabs = await Promise.all(Array.from({ length: people }, live))
    const { presses, faults, slowestMs } = await bystander.end()
    isHealed = true
    program.advance(10 * 60_000)
    const healed = await Promise.all(tabs.map(isWell))
    // What nobody waited for would be known by now.
    await new Promise((resolve) => setTimeout(resolve, 50))
    return {
      faults: counts.faults,
      byEndpoint: counts.byEndpoint,
      unhandledRejections: counts.unhandled,
      uncaughtExceptions: counts.uncaught,
      strayAnswers,
      bystanderPresses: presses,
      bystanderFaults: faults,
      bystanderSlowestMs: slowestMs,
      stuck: healed.filter((one) => !one).length,
    }
  } finally {
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtException', onException)
    await program.close()
    await Promise.all([failing.close(), well.close(), faulty.close()])
  }
}

function soakApp(failing: Provider, well: Provider) {
  const state = sessionState({ count: 0 })
  return app({
    title: 'Soak',
    providers: [failing, well],
    pages: {
      [PAGES.faulty]: async () => {
        const connection = await connect({ provider: failing, scope: ['public'] })
        text('Connected.')
        // Whatever these throw ends the run.
        if (button('Ask')) text(`Answer ${(await connection.fetch('/me')).status}.`)
        if (button('Disconnect')) await connection.disconnect()
        button('Look')
      },
      [PAGES.well]: async () => {
        const connection = await connect({ provider: well, scope: ['public'] })
        if (button('Count')) {
          state.count += 1
          text(`Answer ${(await connection.fetch('/me')).status}.`)
        }
        text(`Counted ${state.count}.`)
      },
      '/': () => text('Home'),
    },
  })
}

/** One thing that a person does: connects where they are not connected, asks, or disconnects. */
async function takeStep(program: TestProgram, tab: DocumentTab, chance: number): Promise<void> {
  if (tab.html.includes('connect-button:acme')) await connectWhenUp(program, tab)
  else if (tab.html.includes('button:Disconnect') && chance < 0.2)
    await tab.press('button:Disconnect')
  else if (tab.html.includes('button:Ask') && chance < 0.95) await tab.press('button:Ask')
  else await tab.go(PAGES.faulty)
}

/** Connects; where the provider counts as down and nobody is sent there, time passes. */
async function connectWhenUp(program: TestProgram, tab: DocumentTab): Promise<void> {
  const url = await leave(tab).catch(() => undefined)
  if (url !== undefined) return tab.go(await consent(url))
  program.advance(20_000)
  await tab.go(PAGES.faulty)
}

/** Somebody who presses on, each time when the last is answered, and checks what the page says. */
function watchBystander(program: TestProgram) {
  let isOver = false
  let presses = 0
  let slowestMs = 0
  const faults: string[] = []
  const watching = (async () => {
    const tab = await new Person(program.fetch).open(PAGES.well)
    await connectInTab(tab, 'well')
    while (!isOver) {
      const begun = performance.now()
      await tab.press('button:Count')
      slowestMs = Math.max(slowestMs, performance.now() - begun)
      presses += 1
      const expected = new RegExp(`Answer 200\\..*Counted ${presses}\\.`, 's')
      if (tab.status !== 200 || !expected.test(tab.text)) faults.push(`${tab.status} ${tab.text}`)
    }
  })()
  return {
    async end() {
      isOver = true
      await watching
      return { presses, faults, slowestMs }
    },
  }
}

/** Whether somebody can connect, ask, and be answered. */
async function isWell(tab: DocumentTab): Promise<boolean> {
  await tab.go(PAGES.faulty)
  if (tab.html.includes('connect-button:acme')) await connectInTab(tab)
  await tab.press('button:Ask')
  if (tab.html.includes('connect-button:acme')) {
    await connectInTab(tab)
    await tab.press('button:Ask')
  }
  return tab.text.includes('Answer 200.')
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

if (import.meta.main) {
  const outcome = await soak({ faults: Number(process.argv[2] ?? 10_000), people: 40, seed: 1 })
  console.log(JSON.stringify(outcome, undefined, 2))
  const { unhandledRejections, uncaughtExceptions, bystanderFaults, stuck } = outcome
  const isRight = unhandledRejections + uncaughtExceptions + bystanderFaults.length + stuck === 0
  process.exitCode = isRight ? 0 : 1
}
