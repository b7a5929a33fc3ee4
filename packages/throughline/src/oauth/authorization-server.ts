/*
 * What we must know of an authorization server, and which of its URLs we are willing to talk to.
 *
 * It never fetches anything: a provider record states its endpoints, or `discovery.ts` reads them.
 */
import { ThroughlineError } from '../base/error.ts'

/**
 * An authorization server's metadata, in the spelling of the wire. All are absolute URLs.
 *
 * @see RFC 8414 §2, RFC 9207 §3, OpenID Connect Discovery §3
 */
export interface AuthorizationServer {
  /** Its identifier; compared with `iss` character by character. */
  readonly issuer: string
  /** Where the person is sent. */
  readonly authorization_endpoint: string
  /** Where codes and refresh tokens are exchanged. */
  readonly token_endpoint: string
  /** Where tokens are revoked (RFC 7009); absent where there is no such endpoint. */
  readonly revocation_endpoint?: string
  /** Where its public keys are (OpenID Connect); with it, people can sign in by an ID token. */
  readonly jwks_uri?: string
  /** Where it tells of an account (OpenID Connect); absent where there is no such endpoint. */
  readonly userinfo_endpoint?: string
  /** How it signs ID tokens (`RS256`). */
  readonly id_token_signing_alg_values_supported?: string[]
  /** Whether every authorization response carries `iss`. */
  readonly authorization_response_iss_parameter_supported?: boolean
}

/** The members that are URLs to ask, or to send people to. */
export const ENDPOINT_NAMES = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
] as const

/**
 * Tells whether an authorization request of this scope is also a sign-in, which an ID token must answer: `openid` is
 * asked, and the server has keys to verify one with.
 *
 * @see OpenID Connect Core §3.1.2.1
 */
export function isSignIn({ jwks_uri }: AuthorizationServer, scope: readonly string[]): boolean {
  return jwks_uri !== undefined && scope.includes('openid')
}

/**
 * Checks the issuer and every endpoint of an authorization server with {@link assertEndpoint}.
 *
 * @throws `oauth.endpoint-refused`
 */
export function assertEndpoints(as: AuthorizationServer): void {
  assertEndpoint(as.issuer, 'issuer')
  for (const name of ENDPOINT_NAMES) {
    const isNeeded = name === 'authorization_endpoint' || name === 'token_endpoint'
    const url = as[name]
    if (url !== undefined || isNeeded) assertEndpoint(url ?? '', name)
  }
}

/**
 * Parses a URL to which a code, a secret or a token may be sent: `https:`, or `http:` on 127.0.0.1 or [::1]
 * (a name such as `localhost` can be made to point elsewhere). No user info, no fragment, nothing that the URL
 * parser would silently drop.
 *
 * @param name What the URL is, for the message.
 * @throws `oauth.endpoint-refused`
 * @see RFC 6749 §3.1, §3.2; RFC 8252 §8.3
 */
export function assertEndpoint(value: string, name: string): URL {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url === null) throw refuse(name, 'is not an absolute URL')
  if (/[\s\\]|\p{Cc}/u.test(value)) throw refuse(name, 'holds white space or a backslash')
  if (/^[^/?#]*\/\/[^/?#]*@/.test(value)) throw refuse(name, 'holds a user name or password')
  if (value.includes('#')) throw refuse(name, 'holds a fragment')
  if (url.protocol === 'https:') return url
  if (url.protocol === 'http:' && isLoopback(url)) return url
  throw refuse(name, `starts with \`${url.protocol}//${url.host}\``)
}

/** Tells whether a URL names this machine by its loopback address, 127.0.0.1 or [::1]. */
function isLoopback(url: URL): boolean {
  return url.hostname === '127.0.0.1' || url.hostname === '[::1]'
}

function refuse(name: string, reason: string): ThroughlineError {
  return new ThroughlineError(
    'oauth.endpoint-refused',
    `The URL "${name}" ${reason}. Expected https://…, or http://127.0.0.1:<port>/… for a server on this machine.`,
    { attribution: 'operator', details: { endpoint: name } },
  )
}
