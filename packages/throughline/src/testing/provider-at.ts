/*
 * A provider record for an authorization server of a test, for apps that bring no record of their own.
 */
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import { isDiscovered, type Provider } from '../providers/provider.ts'
import type { TestAuthorizationServer } from './authorization-server.ts'

/** Makes a record for a server: named `acme`, its account at /me; `more` replaces members. */
export function providerAt(
  server: Pick<TestAuthorizationServer, 'origin' | 'metadata'>,
  more: Partial<Provider> = {},
): Provider {
  return {
    name: 'acme',
    title: 'Acme',
    authorizationServer: server.metadata,
    clientAuthentication: 'basic',
    api: server.origin,
    apiOrigins: [server.origin],
    quirks: {},
    account: async ({ request }) => {
      const me = (await (await request('/me')).json()) as { uri: string; name: string }
      return { subject: me.uri, name: me.name, claims: {} }
    },
    source: 'https://acme.example/docs',
    checked: '2026-11-01',
    ...more,
  }
}

/** The authorization server of a record that states its endpoints. */
export function statedServer({ name, authorizationServer }: Provider): AuthorizationServer {
  if (!isDiscovered(authorizationServer)) return authorizationServer
  throw new Error(`The record "${name}" states no endpoints.`)
}
