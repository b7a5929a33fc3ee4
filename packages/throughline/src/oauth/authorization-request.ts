/*
 * The URL that a person is sent to. Only the code grant, with PKCE S256 unless a record says why not: nothing else can
 * be asked for.
 *
 * It keeps nothing: whoever calls stores the state (hashed) and the verifier (sealed).
 */
import { createHash } from 'node:crypto'
import { ThroughlineError } from '../base/error.ts'
import type { Random } from '../base/random.ts'
import { assertEndpoint, type AuthorizationServer } from './authorization-server.ts'
import type { OAuthClient } from './oauth-client.ts'
import { isScopeName } from './token-set.ts'

/** Longest URL that browsers, proxies and authorization servers can be trusted to carry, in characters. */
const MAXIMUM_URL_LENGTH = 8_000

/** 256 bits: 43 characters, the shortest verifier that RFC 7636 §4.1 allows; also used for the state. */
const SECRET_BYTES = 32

/** Names that decide who is asked for what, and where the answer goes: never for extra parameters. */
const RESERVED = new Set([
  'client_id',
  'client_secret',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'iss',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
])

/** What {@link createAuthorizationRequest} is asked. */
export interface AuthorizationRequestOptions {
  readonly authorizationServer: AuthorizationServer
  readonly client: OAuthClient
  /** The redirect URI as registered; sent byte for byte, here and in the token request. */
  readonly redirectUri: string
  /** The scope to ask for; may be empty. */
  readonly scope: readonly string[]
  /** What stands between two names of the scope (a space, as RFC 6749 §3.3 says). */
  readonly scopeSeparator?: string | undefined
  /** What the scope's parameter is called (`scope`). */
  readonly scopeParameter?: string | undefined
  /** Whether PKCE is left out, for a server that refuses it (no). */
  readonly withoutPkce?: boolean
  /** What the provider understands beyond the RFCs, e.g. `prompt`. */
  readonly extraParameters?: Readonly<Record<string, string>>
  /** Whether somebody is to sign in, so that a `nonce` goes along, for an ID token to have (no). */
  readonly isSignIn?: boolean
  readonly random: Random
}

/** A request that can be sent once. */
export interface AuthorizationRequest {
  /** Where to send the person. */
  readonly url: string
  /** 256 random bits in base64url; readable data is never in it. */
  readonly state: string
  /** 256 random bits in base64url. A secret: it must not leave the server until the token request. */
  readonly codeVerifier: string
  /** 256 random bits in base64url; absent where nobody is to sign in. */
  readonly nonce?: string
}

/**
 * Creates an authorization request with a fresh state, a fresh PKCE verifier and, for a sign-in, a fresh nonce.
 *
 * @throws `oauth.parameter-reserved`, `oauth.scope-invalid`, `oauth.redirect-uri-refused`,
 *   `oauth.endpoint-refused`; `oauth.request-too-long` beyond 8,000 characters.
 * @see RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9700 §2.1.1, OpenID Connect Core §3.1.2.1
 */
export function createAuthorizationRequest(
  options: AuthorizationRequestOptions,
): AuthorizationRequest {
  const { authorizationServer, client, redirectUri, scope, scopeSeparator = ' ', random } = options
  const url = assertEndpoint(authorizationServer.authorization_endpoint, 'authorization_endpoint')
  assertRedirectUri(redirectUri)
  assertScope(scope, scopeSeparator)
  const state = toBase64Url(random(SECRET_BYTES))
  const codeVerifier = toBase64Url(random(SECRET_BYTES))
  for (const [name, value] of Object.entries(options.extraParameters ?? {})) {
    assertNotReserved(name)
    url.searchParams.set(name, value)
  }
  url.searchParams.set('response_type', 'code')
  url.searchParams.set('client_id', client.clientId)
  url.searchParams.set('redirect_uri', redirectUri)
  const { scopeParameter = 'scope', withoutPkce = false } = options
  const joined = [...new Set(scope)].join(scopeSeparator)
  if (joined !== '') url.searchParams.set(scopeParameter, joined)
  url.searchParams.set('state', state)
  if (!withoutPkce) {
    url.searchParams.set('code_challenge', toCodeChallenge(codeVerifier))
    url.searchParams.set('code_challenge_method', 'S256')
  }
  const nonce = options.isSignIn === true ? toBase64Url(random(SECRET_BYTES)) : undefined
  if (nonce !== undefined) url.searchParams.set('nonce', nonce)
  // Both spellings of a space are legal; `%20` is the one that servers which decode by hand get right too.
  url.search = url.searchParams.toString().replaceAll('+', '%20')
  assertLength(url.href)
  return Object.freeze({
    url: url.href,
    state,
    codeVerifier,
    ...(nonce !== undefined && { nonce }),
  })
}

/**
 * Returns the S256 code challenge of a verifier.
 *
 * @see RFC 7636 §4.2
 */
export function toCodeChallenge(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier, 'ascii').digest('base64url')
}

function toBase64Url(bytes: Uint8Array): string {
  if (bytes.length !== SECRET_BYTES) throw new TypeError('"random" returned too few bytes')
  return Buffer.from(bytes).toString('base64url')
}

function assertNotReserved(name: string): void {
  if (!RESERVED.has(name.trim().toLowerCase())) return
  throw new ThroughlineError(
    'oauth.parameter-reserved',
    `The extra parameter "${name}" is reserved: Throughline sets it. Leave it out; scope and redirect URI have their own options.`,
    { attribution: 'script', details: { parameter: name } },
  )
}

function assertScope(scope: readonly string[], separator: string): void {
  for (const name of scope) {
    if (isScopeName(name) && !name.includes(separator)) continue
    throw new ThroughlineError(
      'oauth.scope-invalid',
      `The scope ${JSON.stringify(name)} cannot be asked for. Give each name as its own entry: scope: ['public', 'private'].`,
      { attribution: 'script', details: { scope: name } },
    )
  }
}

function assertRedirectUri(redirectUri: string): void {
  const url = URL.parse(redirectUri)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url && isWeb && !redirectUri.includes('#') && url.username === '' && url.password === '')
    return
  throw new ThroughlineError(
    'oauth.redirect-uri-refused',
    'The redirect URI must be an absolute http(s) URL without user name and fragment. Check PUBLIC_URL.',
    { attribution: 'operator' },
  )
}

function assertLength(url: string): void {
  if (url.length <= MAXIMUM_URL_LENGTH) return
  throw new ThroughlineError(
    'oauth.request-too-long',
    `The authorization request has ${url.length} characters; at most ${MAXIMUM_URL_LENGTH} reach every server. Ask for fewer scopes, or pass fewer extra parameters.`,
    { attribution: 'script', details: { expected: MAXIMUM_URL_LENGTH, received: url.length } },
  )
}
