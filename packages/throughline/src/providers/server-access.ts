/*
 * A provider's authorization server as it is now: stated by the record, or discovered once for the whole process.
 *
 * Each registered provider has its own: two of one issuer share neither metadata nor keys.
 */
import type { Clock } from '../base/clock.ts'
import { ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import { discoverServer } from '../oauth/discovery.ts'
import { keepKeySet, type KeySet } from '../oauth/key-set.ts'
import { keepCopy } from '../oauth/kept-copy.ts'
import { Outage } from '../oauth/outage.ts'
import { readOpenIdAccount } from './openid-account.ts'
import { isDiscovered, type Provider } from './provider.ts'

/** Metadata is read anew after an hour. */
const MAXIMUM_AGE_MS = 3_600_000

/** How to find a provider's authorization server and its keys. */
export interface ServerAccess {
  /**
   * The authorization server with its endpoints.
   *
   * @throws The codes of `discoverServer`; `providers.record-invalid` where people are to sign in and cannot.
   */
  readonly authorizationServer: () => Promise<AuthorizationServer>
  /** The keys of that server, or of it as it was at a departure; undefined where it has none. */
  readonly keysOf: (authorizationServer: AuthorizationServer) => KeySet | undefined
  /** What this process knows of how that server is. */
  readonly outage: Outage
}

/** Makes the access to a provider's authorization server. Nothing is asked of it yet. */
export function createServerAccess(
  provider: Provider,
  fetch: typeof globalThis.fetch,
  clock: Clock,
  random: Random,
): ServerAccess {
  const { authorizationServer: server, endpointOrigins = [] } = provider
  const keySets = new Map<string, KeySet>()
  const keysOf = ({ jwks_uri: uri }: AuthorizationServer) => {
    if (uri === undefined) return undefined
    const keys = keySets.get(uri) ?? keepKeySet(uri, fetch, clock)
    keySets.set(uri, keys)
    return keys
  }
  const outage = new Outage(clock, random)
  if (!isDiscovered(server)) return { authorizationServer: async () => server, keysOf, outage }
  const { issuer } = server
  const discover = async () => {
    const found = await discoverServer({ issuer, endpointOrigins, fetch })
    assertSignIn(provider, found)
    return found
  }
  const { get } = keepCopy(discover, clock, MAXIMUM_AGE_MS)
  return { authorizationServer: get, keysOf, outage }
}

function assertSignIn(
  { name, account }: Provider,
  { jwks_uri, issuer }: AuthorizationServer,
): void {
  if (account !== readOpenIdAccount || jwks_uri !== undefined) return
  throw new ThroughlineError(
    'providers.record-invalid',
    `The provider record ${JSON.stringify(name)} cannot be used: it has no "account", and the metadata of ${issuer} ` +
      'names no "jwks_uri", so that nobody can sign in there. Give the record a function "account".',
    { attribution: 'script', details: { provider: name, member: 'account' } },
  )
}
