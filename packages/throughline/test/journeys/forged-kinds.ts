/*
 * The product over which a forged answer must do nothing: where rows are kept, what kind of provider it is, whether it
 * looks at PKCE, and where its page opens. Any two values of two of them stand together in one combination at least.
 */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { app, button, connect, signOut, text, type ConnectRequest } from '../../src/index.ts'
import { completeProvider } from '../../src/providers/provider-record.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { createMemorySessionStore } from '../../src/store/memory-sessions.ts'
import { createMemoryUserStore } from '../../src/store/memory-users.ts'
import {
  startAuthorizationServer,
  type AuthorizationServerSettings,
  type TestAuthorizationServer,
} from '../../src/testing/authorization-server.ts'
import { DocumentTab, Person } from '../../src/testing/person.ts'
import { startProgram, type TestProgram } from '../../src/testing/program.ts'
import { providerAt } from '../../src/testing/provider-at.ts'
import { startSheet } from '../sheet/sheet.ts'
import { ACCOUNT, consent, leave, registrationOf } from './consent.ts'

/** The page that connects an account at the other provider. */
export const OTHER = '/other'

const STORES = ['memory', 'SQLite', 'sheet'] as const
const KINDS = ['basic', 'body', 'public', 'iss', 'OpenID'] as const
const PKCE = ['checked', 'ignored'] as const
const PLACES = ['same-tab', 'new-tab', 'popup'] as const

/** One combination. */
export interface Combination {
  readonly store: (typeof STORES)[number]
  readonly kind: (typeof KINDS)[number]
  readonly pkce: (typeof PKCE)[number]
  readonly place: (typeof PLACES)[number]
}

/** All that there is to combine. */
export const VALUES = { store: STORES, kind: KINDS, pkce: PKCE, place: PLACES } as const

/** Every kind in every place; the two others take turns, each in a rhythm of its own. */
export const COMBINATIONS: readonly Combination[] = KINDS.flatMap((kind, row) =>
  PLACES.map((place, column) => ({
    kind,
    place,
    store: STORES[(row + column) % 3] ?? 'memory',
    pkce: PKCE[(Math.floor(row / 2) + column) % 2] ?? 'checked',
  })),
)

/** A program of one combination, and two people at its connect button. */
export interface ForgedStage {
  readonly server: TestAuthorizationServer
  readonly other: TestAuthorizationServer
  readonly program: TestProgram
  readonly victim: DocumentTab
  readonly attacker: DocumentTab
  /** Presses the connect button; where the provider's page then is. */
  readonly depart: (tab: DocumentTab) => Promise<URL>
  /** Comes back where the provider was opened, and shows the account page. */
  readonly comeBack: (tab: DocumentTab, back: string) => Promise<void>
}

const SERVERS: Readonly<Record<Combination['kind'], AuthorizationServerSettings>> = {
  basic: {},
  body: {},
  public: {},
  iss: { iss: true },
  OpenID: { openId: {} },
}

/** Starts both providers, the program, and its people. */
export async function startForged(t: TestContext, combination: Combination): Promise<ForgedStage> {
  const { store, kind, pkce, place } = combination
  const settings = { ...SERVERS[kind], pkce, account: { uri: '/users/1', name: 'Ada Example' } }
  const server = await startAuthorizationServer(settings)
  const other = await startAuthorizationServer(settings)
  t.after(() => Promise.all([server.close(), other.close()]))
  const providers = [recordOf(server, 'acme', combination), recordOf(other, 'other', combination)]
  const [acme, second] = providers as [Provider, Provider]
  const rows = store === 'SQLite' ? undefined : await openRows(t, store)
  const program = startProgram(connectingApp(acme, second, { open: place }), {
    registrations: providers.map((provider) => registrationOf(provider)),
    ...(rows !== undefined && { stores: () => rows }),
  })
  t.after(() => program.close())
  return {
    server,
    other,
    program,
    victim: await arriveAt(program),
    attacker: await arriveAt(program),
    depart(tab) {
      // What the browser program puts into the form where a popup has opened.
      if (place === 'popup') tab.set('connect-button:acme', 'tl-popup')
      return leave(tab)
    },
    async comeBack(tab, back) {
      const shown = place === 'same-tab' ? tab : new DocumentTab(tab.person)
      await shown.go(back)
      if (place === 'popup') assert.match(shown.text, /You can close this window/)
      await tab.go(ACCOUNT)
    },
  }
}

/** Sessions in memory, and users there too or in a sheet. */
async function openRows(t: TestContext, store: 'memory' | 'sheet') {
  if (store === 'memory') {
    return { sessions: createMemorySessionStore(), users: createMemoryUserStore() }
  }
  const sheet = await startSheet()
  t.after(() => sheet.close())
  return { sessions: sheet.sessions, users: await sheet.open() }
}

function recordOf(
  server: TestAuthorizationServer,
  name: string,
  { kind, pkce }: Combination,
): Provider {
  const quirks = pkce === 'ignored' ? { pkceUnconfirmed: { reason: 'it does not look' } } : {}
  if (kind === 'OpenID') {
    const { metadata: authorizationServer } = server
    return completeProvider({ name, title: 'Acme', authorizationServer, quirks })
  }
  const clientAuthentication = {
    basic: 'basic',
    iss: 'basic',
    body: 'body',
    public: 'none',
  } as const
  return providerAt(server, { name, quirks, clientAuthentication: clientAuthentication[kind] })
}

function connectingApp(acme: Provider, other: Provider, request: Partial<ConnectRequest>) {
  const page = (provider: Provider) => async () => {
    button('Keep')
    if (button('Sign out')) signOut()
    const { account } = await connect({ provider, scope: ['public'], ...request })
    text(`Connected as ${account.name}`)
  }
  return app({
    title: 'Accounts',
    providers: [acme, other],
    pages: { '/': () => text('Home'), [ACCOUNT]: page(acme), [OTHER]: page(other) },
  })
}

/** Opens the account page with a session of its own. */
export async function arriveAt({ fetch }: TestProgram): Promise<DocumentTab> {
  const tab = await new Person(fetch).open(ACCOUNT)
  await tab.press('button:Keep')
  assert.match(tab.html, /connect-button/)
  return tab
}

/** Leaves for the provider and consents there; the way back, not yet gone. */
export async function wayBack({ depart }: ForgedStage, tab: DocumentTab): Promise<string> {
  return consent(await depart(tab))
}
