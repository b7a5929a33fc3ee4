/*
 * What there is to know of a provider, as one record, and the check of it at start-up.
 *
 * A record is data and one function, and knows no session and no store. What belongs to us (the registration) and
 * where the provider is found (a simulator) come from outside.
 */
import { ThroughlineError } from '../base/error.ts'
import {
  assertEndpoint,
  assertEndpoints,
  ENDPOINT_NAMES,
  type AuthorizationServer,
} from '../oauth/authorization-server.ts'
import { wellKnownUrls } from '../oauth/discovery.ts'
import { createOAuthClient, type OAuthClient } from '../oauth/oauth-client.ts'
import { createRedacted } from '../oauth/redacted.ts'
import type { TokenQuirks } from '../oauth/token-quirks.ts'
import type { AccountClaims } from './account-claims.ts'

/** The person's account at the provider. */
export interface Account {
  /** The provider's stable id of the account; opaque, at most 255 characters. */
  readonly subject: string
  /** What the person is called there: text by somebody else, to be escaped; at most 200 characters. */
  readonly name: string
  /** What else the provider said that is worth keeping: text by somebody else as well. */
  readonly claims: AccountClaims
}

/** Where an account is read from. */
export interface AccountSource {
  /** The token response, without its tokens. */
  readonly answer: Readonly<Record<string, unknown>>
  /** The claims of the validated ID token and of UserInfo, whatever they are; absent where nobody has signed in. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Asks the provider's API (path behind its base, bounded) with the fresh access token. */
  readonly request: (path: string, init?: Pick<RequestInit, 'method'>) => Promise<Response>
}

/** Named departures from the RFCs, each with its reason. */
export interface Quirks extends TokenQuirks {
  /** It is not known that the server checks PKCE: the state is what protects. */
  readonly pkceUnconfirmed?: { readonly reason: string }
  /** Nobody signs in by an ID token, although there may be one: the account is read from the API. */
  readonly idTokenUnusable?: { readonly reason: string }
  /** The scope is asked for in this parameter. */
  readonly scopeAskedAs?: { readonly parameter: string; readonly reason: string }
  /** No scope is asked for: what the program may do is set where it is registered. */
  readonly scopeOfRegistration?: { readonly reason: string }
  /** Tokens have no end and there is no refresh: 401 means that the person must connect again. */
  readonly tokenNeverExpires?: { readonly reason: string }
  /** Tokens end, and there is no refresh: the person must connect again then. */
  readonly noRefreshToken?: { readonly reason: string }
  /** A refresh may bring a new refresh token, and the old one counts no more. */
  readonly refreshRotates?: { readonly reason: string }
  /** A token is revoked by a request of the vendor's own, in place of RFC 7009. */
  readonly revokesBy?: {
    readonly method: 'DELETE' | 'POST'
    /** Behind the API's base, with `{client_id}` filled in (the revocation endpoint). */
    readonly path?: string
    /** Whether the program's id and secret go along, with the access token in a JSON body (the token alone). */
    readonly asClient?: boolean
    readonly reason: string
  }
  /** Only this token is revoked, for the grant ends with it and the server knows no other token any more. */
  readonly revokesOnce?: {
    readonly token: 'access_token' | 'refresh_token'
    readonly reason: string
  }
  /** There is no way to revoke: the person ends the consent in their account. */
  readonly noRevocation?: { readonly reason: string }
}

/** An authorization server whose endpoints its own metadata tells. */
export interface IssuerToDiscover {
  /** Its identifier, character by character as the metadata has it. */
  readonly issuer: string
  /** Stated all or not at all. */
  readonly authorization_endpoint?: never
  readonly token_endpoint?: never
}

/** An authorization server with its API. */
export interface Provider {
  /** `[a-z0-9-]+`; stands in paths and rows. */
  readonly name: string
  /** What a person reads: `Vimeo`. */
  readonly title: string
  /** Its endpoints, or its issuer alone: then they are read from the issuer's well-known URLs. */
  readonly authorizationServer: AuthorizationServer | IssuerToDiscover
  /** Origins besides those of the issuer's own domain at which its metadata may place endpoints (none). */
  readonly endpointOrigins?: readonly string[]
  readonly clientAuthentication: OAuthClient['authentication']
  /** Base of `connection.fetch()`: `https://api.vimeo.com`. */
  readonly api: string
  /** The only origins that a token may be sent to. */
  readonly apiOrigins: readonly string[]
  /** Headers that a request to the API has unless it brings its own. */
  readonly apiHeaders?: Readonly<Record<string, string>>
  /** Pages of the vendor for whoever registers the program: where that is done, and which scope there is. */
  readonly pages?: { readonly registration: string; readonly scope: string }
  /** What stands between two names of the scope (a space). */
  readonly scopeSeparator?: string
  /** What the authorization request carries besides the RFC's own parameters: `{ prompt: 'consent' }`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>
  /** Scope that is asked for whatever the script asks. */
  readonly alwaysScope?: readonly string[]
  readonly quirks: Readonly<Quirks>
  /** Reads the account that a fresh token belongs to. */
  readonly account: (source: AccountSource) => Promise<Account>
  /** Where the record was taken from: a page of the vendor. */
  readonly source?: string
  /** When it was last compared with the source: `YYYY-MM-DD`. */
  readonly checked?: string
}

/** What the provider gave out when the program was registered there. */
export interface Registration {
  readonly clientId: string
  readonly clientSecret?: string
  /** Where to find the provider in place of its own URLs, for a simulator: `http://127.0.0.1:<port>`. */
  readonly origin?: string
}

/**
 * Checks a provider record; meant for start-up, so that a mistake is not first seen by a person.
 *
 * @throws `providers.record-invalid`, `oauth.endpoint-refused`; `oauth.metadata-invalid` where an issuer has a query.
 */
export function assertProvider(provider: Provider): void {
  const { name, title, api, apiOrigins, authorizationServer, quirks, source, checked } = provider
  const { endpointOrigins = [] } = provider
  assertMember(
    /^[a-z0-9-]+$/.test(name),
    provider,
    'name',
    'lower-case letters, digits and hyphens',
  )
  assertMember(/^[^\p{Cc}]{1,60}$/u.test(title), provider, 'title', '1 to 60 characters')
  if (isDiscovered(authorizationServer)) wellKnownUrls(authorizationServer.issuer)
  else assertEndpoints(authorizationServer)
  const apiUrl = assertEndpoint(api, 'api')
  assertMember(
    apiUrl.search === '' && !api.endsWith('/'),
    provider,
    'api',
    'no query and no final slash',
  )
  for (const [member, origins] of Object.entries({ apiOrigins, endpointOrigins })) {
    for (const origin of origins) {
      const isOrigin = assertEndpoint(origin, member).origin === origin
      assertMember(isOrigin, provider, member, 'origins, such as https://api.example.com')
    }
  }
  assertMember(
    apiOrigins.includes(apiUrl.origin),
    provider,
    'apiOrigins',
    `the origin of "api" among them`,
  )
  for (const [quirk, departure] of Object.entries(quirks)) {
    assertMember(Boolean(departure?.reason), provider, `quirks.${quirk}`, 'a reason')
  }
  const { max_age: maximumAge = '0' } = provider.authorizationParameters ?? {}
  // An ID token is held to it: what is no number would hold it to nothing.
  assertMember(
    /^\d{1,9}$/.test(maximumAge),
    provider,
    'authorizationParameters.max_age',
    'a number of seconds',
  )
  const isRevocable = quirks.revokesBy === undefined || leadsSomewhere(quirks.revokesBy, provider)
  const way = 'a path from the root, or a revocation endpoint that is asked'
  assertMember(isRevocable, provider, 'quirks.revokesBy', way)
  assertMember(typeof provider.account === 'function', provider, 'account', 'a function')
  const isSourced = source === undefined || URL.parse(source)?.protocol === 'https:'
  assertMember(isSourced, provider, 'source', 'an https URL')
  const isDated = checked === undefined || /^\d{4}-\d{2}-\d{2}$/.test(checked)
  assertMember(isDated, provider, 'checked', 'a date as YYYY-MM-DD')
}

function leadsSomewhere(
  { path }: NonNullable<Quirks['revokesBy']>,
  { authorizationServer: server }: Provider,
): boolean {
  if (path !== undefined) return path.startsWith('/')
  return isDiscovered(server) || server.revocation_endpoint !== undefined
}

/**
 * Moves a provider to another origin: every URL of the authorization server and of the API goes there, path and
 * query unchanged. For talking to a simulator on `http://127.0.0.1:<port>`.
 *
 * @param origin Scheme, host and port, nothing after them; refused by the name of the operator's variable for it.
 * @throws `oauth.endpoint-refused`, `providers.origin-invalid`
 */
export function relocate(provider: Provider, origin: string): Provider {
  const variable = variableOf(provider.name, 'ORIGIN')
  const target = assertEndpoint(origin, variable).origin
  if (target !== origin) {
    throw new ThroughlineError(
      'providers.origin-invalid',
      `${variable} is "${origin}", expected an origin such as \`${target}\`, without path and final slash.`,
      { attribution: 'operator', details: { expected: target } },
    )
  }
  const { authorizationServer, api, apiOrigins, endpointOrigins } = provider
  const left = new Set([api, ...urlsOf(authorizationServer)].map((url) => new URL(url).origin))
  const move = (url: string): string =>
    left.has(new URL(url).origin) ? url.replace(/^[a-z]+:\/\/[^/?#]*/i, target) : url
  const moved: Record<string, string> = { issuer: move(authorizationServer.issuer) }
  if (!isDiscovered(authorizationServer)) {
    for (const name of ENDPOINT_NAMES) {
      const url = authorizationServer[name]
      if (url !== undefined) moved[name] = move(url)
    }
  }
  return {
    ...provider,
    authorizationServer: { ...authorizationServer, ...moved },
    ...(endpointOrigins && { endpointOrigins: endpointOrigins.map(() => target) }),
    api: move(api),
    apiOrigins: [...new Set(apiOrigins.map(move))],
  }
}

/** Tells whether an authorization server's endpoints are yet to be read from its issuer's metadata. */
export function isDiscovered(
  server: AuthorizationServer | IssuerToDiscover,
): server is IssuerToDiscover {
  return server.token_endpoint === undefined && server.authorization_endpoint === undefined
}

function urlsOf(server: AuthorizationServer | IssuerToDiscover): readonly string[] {
  const { issuer } = server
  if (isDiscovered(server)) return [issuer]
  return [issuer, ...ENDPOINT_NAMES.map((name) => server[name])].filter((url) => url !== undefined)
}

function assertMember(
  isSound: boolean,
  { name }: Provider,
  member: string,
  expected: string,
): void {
  if (isSound) return
  throw new ThroughlineError(
    'providers.record-invalid',
    `The provider record ${JSON.stringify(name)} cannot be used: "${member}" must be or have ${expected}.`,
    { attribution: 'script', details: { provider: String(name), member, expected } },
  )
}

/** Names a provider's variable of the environment: `VIMEO_CLIENT_ID`; capitals, and `_` for `-`. */
export function variableOf(
  providerName: string,
  suffix: 'CLIENT_ID' | 'CLIENT_SECRET' | 'ORIGIN' | 'REDIRECT_PATH',
): string {
  return `${providerName.toUpperCase().replaceAll('-', '_')}_${suffix}`
}

/**
 * Reads `<NAME>_CLIENT_ID`, `<NAME>_CLIENT_SECRET` and `<NAME>_ORIGIN`, where `<NAME>` is the provider's name in
 * capitals, `_` for `-`. An empty variable counts as absent. The secret of the returned object is not shown when it
 * is printed.
 *
 * @returns undefined when neither id nor secret is there.
 * @throws `providers.registration-incomplete` when one of them is there and the other, needed one is not.
 */
export function registrationFromEnvironment(
  provider: Pick<Provider, 'name'> & Partial<Pick<Provider, 'clientAuthentication'>>,
  env: Readonly<Record<string, string | undefined>>,
): Registration | undefined {
  const idVariable = variableOf(provider.name, 'CLIENT_ID')
  const secretVariable = variableOf(provider.name, 'CLIENT_SECRET')
  const clientId = env[idVariable]?.trim() || undefined
  const clientSecret = env[secretVariable]?.trim() || undefined
  const origin = env[variableOf(provider.name, 'ORIGIN')]?.trim() || undefined
  const isPublic = provider.clientAuthentication === 'none'
  if (clientId === undefined && clientSecret === undefined) return undefined
  if (clientId === undefined) throw incomplete(idVariable, secretVariable)
  if (clientSecret === undefined && !isPublic) {
    throw incomplete(secretVariable, idVariable)
  }
  const open = { clientId, ...(origin !== undefined && { origin }) }
  return clientSecret === undefined
    ? Object.freeze(open)
    : createRedacted('Registration', open, { clientSecret })
}

/**
 * Makes the OAuth client of a registration.
 *
 * @throws `oauth.client-incomplete`
 */
export function toOAuthClient(provider: Provider, registration: Registration): OAuthClient {
  const { clientId, clientSecret } = registration
  return createOAuthClient({
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    authentication: provider.clientAuthentication,
  })
}

function incomplete(missing: string, present: string): ThroughlineError {
  return new ThroughlineError(
    'providers.registration-incomplete',
    `${present} is set, but ${missing} is not. Set both, or neither.`,
    { attribution: 'operator', details: { missing } },
  )
}
