/*
 * A provider as an author writes it down, and what we make of it: a record with nothing left open.
 */
import { ThroughlineError } from '../base/error.ts'
import { readOpenIdAccount } from './openid-account.ts'
import { isDiscovered, type Provider } from './provider.ts'

type Completed = 'clientAuthentication' | 'api' | 'apiOrigins' | 'quirks' | 'account'

/**
 * A provider of one's own. For one of OpenID Connect a name, a title and an issuer are enough; for plain OAuth also
 * the endpoints and `account`.
 */
export interface ProviderRecord extends Omit<Provider, Completed> {
  /** How the secret travels (`basic`). */
  readonly clientAuthentication?: Provider['clientAuthentication']
  /** Base of `connection.fetch()` (the issuer's origin). */
  readonly api?: string
  /** The only origins that a token may be sent to (that of `api`). */
  readonly apiOrigins?: readonly string[]
  /** Named departures from the RFCs (none). */
  readonly quirks?: Provider['quirks']
  /** Reads the account that a fresh token belongs to (from the ID token and UserInfo). */
  readonly account?: Provider['account']
}

/**
 * Fills in what a record leaves open. Without `account` people sign in, so that `openid` is always asked for then.
 *
 * @throws `providers.record-invalid` where it cannot be filled in. What is in the record is for `assertProvider` to
 *   check.
 */
export function completeProvider(record: ProviderRecord): Provider {
  const { authorizationServer, account, alwaysScope = [] } = record
  if (typeof authorizationServer?.issuer !== 'string') {
    throw incomplete(record, 'authorizationServer', 'an object with at least an "issuer"')
  }
  if (account === undefined && !mayBeOpenId(authorizationServer)) {
    throw incomplete(
      record,
      'account',
      'a function that reads the account, where "authorizationServer" states endpoints without "jwks_uri"',
    )
  }
  const api = record.api ?? originOf(authorizationServer.issuer)
  return {
    ...record,
    clientAuthentication: record.clientAuthentication ?? 'basic',
    api,
    apiOrigins: record.apiOrigins ?? [originOf(api)],
    quirks: record.quirks ?? {},
    account: account ?? readOpenIdAccount,
    ...(account === undefined && { alwaysScope: [...new Set(['openid', ...alwaysScope])] }),
  }
}

/** Of an issuer without endpoints, only its metadata can tell. */
function mayBeOpenId(server: Provider['authorizationServer']): boolean {
  return isDiscovered(server) || server.jwks_uri !== undefined
}

/** What is no URL stays as it is, to be refused by name. */
function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url
}

function incomplete({ name }: ProviderRecord, member: string, expected: string): ThroughlineError {
  return new ThroughlineError(
    'providers.record-invalid',
    `The provider record ${JSON.stringify(name)} cannot be used: "${member}" must be ${expected}.`,
    { attribution: 'script', details: { provider: String(name), member, expected } },
  )
}
