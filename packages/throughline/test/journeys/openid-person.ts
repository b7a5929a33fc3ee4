/*
 * A program whose only provider is one of OpenID Connect, known by its issuer alone.
 */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { app, button, connect, text, userRecord } from '../../src/index.ts'
import type { ProviderRecord } from '../../src/providers/provider-record.ts'
import type { App } from '../../src/script/app.ts'
import {
  startAuthorizationServer,
  type AuthorizationServerSettings,
  type TestAuthorizationServer,
} from '../../src/testing/authorization-server.ts'
import { Person, type DocumentTab } from '../../src/testing/person.ts'
import { startProgram, type TestProgram } from '../../src/testing/program.ts'
import { consent, leave } from './consent.ts'

/** What a record has that an author has written for an issuer. */
export type Told = Partial<ProviderRecord>

const ADA = {
  sub: 'account-1',
  name: 'Ada Example',
  email: 'ada@films.example',
  email_verified: true,
  picture: 'https://films.example/ada.png',
}

/** Where people sign in: the issuer, and the program. */
export interface SignInStage {
  readonly server: TestAuthorizationServer
  readonly record: ProviderRecord
  readonly app: App
  readonly program: TestProgram
}

/** Starts an issuer and a program that knows it; both end with the test. */
export async function startSignIn(
  t: TestContext,
  settings: AuthorizationServerSettings = {},
  told: Told = {},
): Promise<SignInStage> {
  const server = await startAuthorizationServer({ openId: {}, account: ADA, ...settings })
  t.after(() => server.close())
  const record: ProviderRecord = {
    name: 'acme',
    title: 'Acme',
    authorizationServer: { issuer: server.metadata.issuer },
    ...told,
  }
  const made = signInApp(record)
  const program = startProgram(made, { registrations: [registered(record)] })
  t.after(() => program.close())
  return { server, record, app: made, program }
}

/** The registration of every program here. */
export function registered(provider: ProviderRecord) {
  return { provider, registration: { clientId: 'the-client', clientSecret: 'not a real one' } }
}

function signInApp(provider: ProviderRecord): App {
  return app({
    title: 'Sign in',
    providers: [provider],
    pages: {
      '/': async () => {
        button('Look')
        const connection = await connect({ provider, scope: ['email', 'profile'] })
        const { subject, name, claims } = connection.account
        text(`Signed in as ${name} (${subject})`)
        text(`Claims ${JSON.stringify(claims)}`)
        text(`Scope ${connection.scope.join(' ')}`)
        const { isNew } = await userRecord(connection, {})
        text(`New ${isNew}`)
        if (button('Fetch')) text(`Answer ${(await connection.fetch('/me')).status}`)
        if (button('Disconnect')) text(`Revoked ${(await connection.disconnect()).revoked}`)
      },
    },
  })
}

/** A person who has opened the page and pressed a button, so that the session has its row. */
export async function arriveAt(program: TestProgram): Promise<DocumentTab> {
  const tab = await new Person(program.fetch).open('/')
  await tab.press('button:Look')
  assert.match(tab.html, /connect-button/)
  return tab
}

/** Goes to the issuer and comes back in the same tab. */
export async function signInWith(tab: DocumentTab): Promise<void> {
  await tab.go(await consent(await leave(tab)))
}
