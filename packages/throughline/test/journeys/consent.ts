/*
 * A program registered with authorization servers that a test can script, and a person's way there and back.
 */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import {
  app,
  button,
  connect,
  sessionState,
  signOut,
  text,
  textInput,
  userRecord,
  type ConnectRequest,
} from '../../src/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { App } from '../../src/script/app.ts'
import type { ProviderRegistration } from '../../src/server/program.ts'
import {
  startAuthorizationServer,
  type AuthorizationServerSettings,
  type TestAuthorizationServer,
} from '../../src/testing/authorization-server.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import {
  startProgram,
  type TestProgram,
  type TestProgramOptions,
} from '../../src/testing/program.ts'
import { providerAt } from '../../src/testing/provider-at.ts'

/** The page that connects, in {@link accountApp}. */
export const ACCOUNT = '/account'

/** What a test sets up: one provider, one program. */
export interface Stage {
  readonly server: TestAuthorizationServer
  readonly provider: Provider
  readonly app: App
  readonly program: TestProgram
}

/** Where a stage differs from the ordinary. */
export interface StageOptions extends Omit<TestProgramOptions, 'registrations'> {
  readonly server?: AuthorizationServerSettings
  readonly provider?: Partial<Provider>
  readonly connect?: Partial<ConnectRequest>
  /** A page of the app as redirect URI. */
  readonly redirectPath?: string
  /** An app in place of {@link accountApp}. */
  readonly app?: (provider: Provider) => App
}

/** Starts an authorization server and a program that is registered with it; both end with the test. */
export async function startStage(t: TestContext, options: StageOptions = {}): Promise<Stage> {
  const server = await startAuthorizationServer(options.server)
  t.after(() => server.close())
  const provider = providerAt(server, options.provider)
  const made = options.app?.(provider) ?? accountApp(provider, options.connect)
  const registrations = [registrationOf(provider, options.redirectPath)]
  const program = startProgram(made, { ...options, registrations })
  t.after(() => program.close())
  return { server, provider, app: made, program }
}

/** Registers a program with a provider, under a secret made for the test. */
export function registrationOf(provider: Provider, redirectPath?: string): ProviderRegistration {
  const clientId = `client-of-${provider.name}`
  const isPublic = provider.clientAuthentication === 'none'
  const registration = isPublic ? { clientId } : { clientId, clientSecret: 'not a real one' }
  return { provider, registration, ...(redirectPath === undefined ? {} : { redirectPath }) }
}

/** An app that remembers, connects on its second page, and tells what it knows. */
export function accountApp(provider: Provider, request: Partial<ConnectRequest> = {}): App {
  const state = sessionState({ kept: '', arrivals: 0 })
  return app({
    title: 'Accounts',
    providers: [provider],
    pages: {
      '/': () => text(`Home, kept "${state.kept}"`),
      [ACCOUNT]: async () => {
        const note = textInput('Note')
        if (button('Keep')) state.kept = note
        if (button('Sign out')) signOut()
        if (button('Sign out everywhere')) signOut({ everywhere: true })
        const connection = await connect({ provider, scope: ['public'], ...request })
        state.arrivals += 1
        const user = await userRecord(connection, { visits: 0 })
        const scope = connection.scope.join(' ')
        text(`Connected as ${connection.account.name} (${scope}), new ${user.isNew}`)
        text(`Kept "${state.kept}", note "${note}", arrivals ${state.arrivals}`)
        if (button('Fetch')) text(`Answer ${(await connection.fetch('/me')).status}`)
        if (button('Disconnect')) {
          const { revoked } = await connection.disconnect()
          text(`Disconnected, revoked ${revoked}`)
        }
      },
    },
  })
}

/** A person who has opened the account page and sent a note, so that the session has its row. */
export async function arrive(program: TestProgram, note = 'n1'): Promise<DocumentTab> {
  const tab = await new Person(program.fetch).open(ACCOUNT)
  tab.set('text-input:Note', note)
  await tab.press('button:Keep')
  assert.match(tab.html, /connect-button/)
  return tab
}

/** Presses a connect button and reads where the page leaves to; the tab stays as it was. */
export async function leave(tab: DocumentTab, name = 'acme'): Promise<URL> {
  const path = tab.path.split('?')[0] ?? ''
  const answer = await tab.person.send(path, tab.pressInit(`connect-button:${name}`))
  const [, url] =
    /<meta http-equiv="refresh" content="0;url=([^"]+)"/.exec(await answer.text()) ?? []
  assert.equal(answer.status, 200)
  tab.fields.set('tl-number', [String(Number(tab.field('tl-number')) + 1)])
  return new URL((url ?? '').replaceAll('&amp;', '&'))
}

/** Consents at the provider; the path and query that its redirect leads to. */
export async function consent(url: URL): Promise<string> {
  const redirect = await fetch(url, { redirect: 'manual' })
  const { pathname, search } = new URL(redirect.headers.get('location') ?? '')
  return pathname + search
}

/** Goes to the provider and comes back in the same tab. */
export async function connectInTab(tab: DocumentTab, name = 'acme'): Promise<void> {
  await tab.go(await consent(await leave(tab, name)))
}

/** The same callback with other parameters; `undefined` takes one away. */
export function withParameters(
  callback: string,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(callback, 'http://placeholder.example')
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url.pathname + url.search
}

/** Token requests that carried a code. */
export function exchanges(server: TestAuthorizationServer): number {
  return server
    .requestsTo('/token')
    .filter(({ form }) => form.get('grant_type') === 'authorization_code').length
}

/** Reads rows of a program's database behind its back. */
export function rowsOf(
  program: TestProgram,
  table: string,
): readonly Readonly<Record<string, unknown>>[] {
  const database = new DatabaseSync(program.databaseFile, { readOnly: true })
  try {
    return database.prepare(`SELECT * FROM ${table}`).all()
  } finally {
    database.close()
  }
}

/** Fails if anything was exchanged, connected or used up. */
export async function assertNothingHappened({ server, program }: Stage): Promise<void> {
  assert.equal(exchanges(server), 0)
  assert.deepEqual(rowsOf(program, 'connections'), [])
  assert.deepEqual(rowsOf(program, 'token_sets'), [])
  const statuses = rowsOf(program, 'pending_authorizations').map(({ status }) => status)
  assert.ok(statuses.every((status) => status === 'waiting'))
}

/** Finishes a flow, to show that nothing stood in its way. */
export async function assertStillWorks(tab: DocumentTab, back: string): Promise<void> {
  await tab.go(back)
  assert.match(tab.text, /Connected as Ada Example/)
}
