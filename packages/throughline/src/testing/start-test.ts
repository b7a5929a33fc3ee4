/*
 * An app under test: a real handler over a real SQLite file in a temporary folder, without a port, and authorization
 * servers on 127.0.0.1 in place of its providers.
 */
import { wallClock } from '../base/clock.ts'
import { catalogue } from '../providers/catalogue.ts'
import { completeProvider, type ProviderRecord } from '../providers/provider-record.ts'
import type { Provider, Registration } from '../providers/provider.ts'
import type { App } from '../script/app.ts'
import { createTerminalLog } from '../server/log.ts'
import {
  startAuthorizationServer,
  type AuthorizationServerSettings,
  type TestAuthorizationServer,
} from './authorization-server.ts'
import { Person } from './person.ts'
import { startProgram, type TestProgram } from './program.ts'
import { Tab, type Consent } from './tab.ts'

/** A provider that stands elsewhere in a test: a simulator. */
export interface SimulatedProvider {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
  /** Answers the consent page as a person does. */
  readonly consent: Consent
}

/** How a test differs from the ordinary. */
export interface TestOptions {
  /** By a provider's name: how its server behaves, or a simulator that stands in (an authorization server). */
  readonly providers?: Readonly<Record<string, AuthorizationServerSettings | SimulatedProvider>>
}

/** How long time passes. */
export interface Duration {
  readonly hours?: number
  readonly minutes?: number
  readonly seconds?: number
}

/** A person in a test: a browser with cookies of its own. */
export interface TestPerson {
  readonly name: string
  /** Opens a page in a new tab; with the browser program unless told otherwise. */
  open(path: string, options?: { readonly javascript?: boolean }): Promise<Tab>
}

/** An app under test. */
export interface AppTest {
  /** A new person; at a provider, the account of the same name consents. */
  person(name: string): TestPerson
  /** The authorization server of the only provider that the app brings, the test sets up or somebody was sent to. */
  readonly provider: TestAuthorizationServer
  /** The authorization server of a provider, by its name. */
  providerOf(name: string): TestAuthorizationServer
  /** What the operator was told since the program last started, as a terminal would show it. */
  readonly log: readonly string[]
  /** Lets time pass for everything that reads the program's clock. */
  passTime(duration: Duration): void
  /** Ends the program and starts it again on the same database. */
  restart(): Promise<void>
  /** Ends all, and removes the folder. */
  close(): Promise<void>
}

/**
 * Starts an app for a test. Each provider that the app names, and each of ours, has an authorization server.
 *
 * @throws `Error` for options of a provider that the app has not; the codes of `createHandler`.
 */
export async function startTest(app: App, options: TestOptions = {}): Promise<AppTest> {
  const records = new Map(catalogue.map((provider) => [provider.name, provider]))
  for (const record of app.providers as readonly ProviderRecord[]) {
    records.set(record.name, completeProvider(record))
  }
  const brought = (app.providers as readonly ProviderRecord[]).map(({ name }) => name)
  const named = new Set([...brought, ...Object.keys(options.providers ?? {})])
  const time = { passed: 0 }
  const clock = () => wallClock() + time.passed
  const servers = new Map<string, TestAuthorizationServer>()
  const consents = new Map<string, Consent>()
  const registrations: { provider: Provider; registration: Registration }[] = []
  const close = () => Promise.all([...servers.values()].map((server) => server.close()))
  let program: TestProgram
  try {
    for (const name of Object.keys(options.providers ?? {})) assertHasProvider(records, name)
    for (const provider of records.values()) {
      const said = options.providers?.[provider.name] ?? {}
      const isElsewhere = 'consent' in said
      const stand = isElsewhere
        ? said
        : await startAuthorizationServer({ clock, ...said, provider })
      if (!isElsewhere) servers.set(provider.name, stand as TestAuthorizationServer)
      const { origin } = stand
      // Wherever the record has its endpoints, the registration below moves them there.
      consents.set(origin, stand.consent)
      const client = isElsewhere ? said : { clientId: 'test-client', clientSecret: 'test-secret' }
      const isPublic = provider.clientAuthentication === 'none'
      const { clientId, clientSecret } = client
      const registration = { clientId, ...(isPublic ? {} : { clientSecret }), origin }
      registrations.push({ provider, registration })
    }
    program = startProgram(app, { registrations, development: true })
  } catch (error) {
    await close()
    throw error
  }
  const root = program
  return {
    person(name) {
      const browser = new Person((request) => program.fetch(request))
      const consent: Consent = (url, choice) => {
        const answer = consents.get(url.origin)
        if (answer === undefined) throw new Error(`Nobody answers at ${url.origin}.`)
        return answer(url, choice)
      }
      return {
        name,
        async open(path, { javascript = true } = {}) {
          const view = await (javascript ? browser.openLive(path) : browser.open(path))
          return new Tab(view, (url, choice) => consent(url, { as: name, ...choice }))
        },
      }
    },
    get provider() {
      const met = [...servers].filter(
        ([name, { requests }]) => named.has(name) || requests.length > 0,
      )
      const [only, ...more] = met
      if (only !== undefined && more.length === 0) return only[1]
      const names = met.map(([name]) => name).join(', ') || 'none'
      throw new Error(
        `There is not one authorization server, but these: ${names}. Use providerOf(name).`,
      )
    },
    providerOf(name) {
      const server = servers.get(name)
      if (server !== undefined) return server
      const names = [...servers.keys()].join(', ') || 'none'
      throw new Error(`There is no authorization server for "${name}". There is: ${names}.`)
    },
    get log() {
      const told: string[] = []
      program.log.forEach(createTerminalLog((text) => void told.push(text.trimEnd())))
      return told
    },
    passTime({ hours = 0, minutes = 0, seconds = 0 }) {
      const milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000
      time.passed += milliseconds
      root.advance(milliseconds)
    },
    async restart() {
      await program.end()
      program = root.another(app)
    },
    async close() {
      await root.close()
      await close()
    },
  }
}

function assertHasProvider(records: ReadonlyMap<string, Provider>, name: string): void {
  if (records.has(name)) return
  throw new Error(`The app has no provider "${name}". It has ${[...records.keys()].join(', ')}.`)
}
