/*
 * What arrives at the redirect URI: read once, in an order in which nothing is believed too early.
 *
 * duplicates → issuer → state → error → code. Whether the browser is the one that left is for `connect/` to say.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import { ThroughlineError, type Attribution } from '../base/error.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import type { OAuthClient } from './oauth-client.ts'
import { toShownText } from './oauth-error.ts'

/** Longest code that is passed on, in characters. */
const MAXIMUM_CODE_LENGTH = 4_096

/** Parameters that must not be repeated (RFC 6749 §3.1). */
const SINGLE = ['code', 'state', 'iss', 'scope', 'error', 'error_description', 'response']

declare const checked: unique symbol

/** An authorization response whose issuer and state were checked. Shows nothing of the code. */
export interface AuthorizationResponse {
  readonly [checked]: true
}

/** What an authorization response is checked against. */
export interface ExpectedResponse {
  readonly authorizationServer: AuthorizationServer
  readonly client: OAuthClient
  /** The state of the authorization request that is being answered. */
  readonly state: string
}

const parametersOf = new WeakMap<AuthorizationResponse, URLSearchParams>()

/**
 * Reads the one well-formed `state` of a callback: 43 base64url characters, as `createAuthorizationRequest` makes
 * them. Returns undefined for anything else; that it is ours is only known when it is looked up.
 */
export function readState(parameters: URLSearchParams): string | undefined {
  const [state, ...others] = parameters.getAll('state')
  if (state === undefined || others.length > 0) return undefined
  return /^[A-Za-z0-9_-]{43}$/.test(state) ? state : undefined
}

/**
 * Checks an authorization response. Pass what it returns to `requestTokenSet`.
 *
 * @throws `oauth.response-invalid` when a parameter is repeated or the code is missing or too long;
 *   `oauth.issuer-mismatch`; `oauth.state-mismatch`; `oauth.authorization-refused` when the server reports an
 *   error, with the provider's `error` and `description` (cleaned, 300 characters at most) in `details`.
 * @see RFC 6749 §4.1.2, RFC 9207 §2.4, RFC 9700 §4.4
 */
export function readAuthorizationResponse(
  parameters: URLSearchParams,
  expected: ExpectedResponse,
): AuthorizationResponse {
  assertSingle(parameters)
  assertIssuer(parameters, expected.authorizationServer)
  assertState(parameters, expected.state)
  assertNoError(parameters, expected.state)
  assertCode(parameters)
  const { authorizationServer, client, state } = expected
  const sound = new URLSearchParams()
  for (const name of ['code', 'state', 'iss', 'scope']) {
    const value = parameters.get(name)
    if (value !== null) sound.set(name, value)
  }
  const branded = oauth.validateAuthResponse(
    { ...authorizationServer },
    { client_id: client.clientId },
    sound,
    state,
  )
  const response = Object.freeze(Object.create(null)) as AuthorizationResponse
  parametersOf.set(response, branded)
  return response
}

/** Gives the checked parameters to the token request; nothing else may ask for them. */
export function openAuthorizationResponse(response: AuthorizationResponse): URLSearchParams {
  const parameters = parametersOf.get(response)
  if (!parameters) throw new TypeError('"response" must come from readAuthorizationResponse()')
  return parameters
}

/** Tells whether two texts are equal, in a time that does not depend on where they differ. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function assertSingle(parameters: URLSearchParams): void {
  for (const name of SINGLE) {
    if (parameters.getAll(name).length > 1) throw invalid(`"${name}" stands in it more than once`)
  }
}

function assertIssuer(parameters: URLSearchParams, as: AuthorizationServer): void {
  const iss = parameters.get('iss')
  if (iss === null && as.authorization_response_iss_parameter_supported !== true) return
  if (iss === as.issuer) return
  throw new ThroughlineError(
    'oauth.issuer-mismatch',
    `A response came from an unexpected server: expected "iss" to be \`${as.issuer}\`. Nothing in it was believed. Connect again.`,
    {
      attribution: 'provider',
      details: { expected: as.issuer, received: iss === null ? undefined : toShownText(iss) },
    },
  )
}

function assertState(parameters: URLSearchParams, state: string): void {
  const received = parameters.get('state')
  if (received !== null && isSameText(received, state)) return
  throw new ThroughlineError(
    'oauth.state-mismatch',
    'A response answers another authorization request, or none: its "state" is not the expected one. Nothing was changed.',
    { attribution: 'person' },
  )
}

function assertNoError(parameters: URLSearchParams, state: string): void {
  const error = parameters.get('error')
  if (error === null) return
  const secrets = [state, parameters.get('code') ?? '']
  const description = parameters.get('error_description')
  const shown = toShownText(error, secrets)
  throw new ThroughlineError(
    'oauth.authorization-refused',
    `The provider answered \`${shown}\` in place of a code. Connecting again starts afresh.`,
    {
      attribution: toAttribution(error),
      details: {
        error: shown,
        description: description === null ? undefined : toShownText(description, secrets),
      },
    },
  )
}

function toAttribution(error: string): Attribution {
  switch (error) {
    case 'access_denied':
      return 'person'
    case 'server_error':
    case 'temporarily_unavailable':
      return 'provider'
    default:
      return 'operator'
  }
}

function assertCode(parameters: URLSearchParams): void {
  const code = parameters.get('code')
  if (!code) throw invalid('it has neither "code" nor "error"')
  if (code.length > MAXIMUM_CODE_LENGTH) {
    throw invalid(`"code" has more than ${MAXIMUM_CODE_LENGTH} characters`)
  }
}

function invalid(reason: string): ThroughlineError {
  return new ThroughlineError(
    'oauth.response-invalid',
    `The authorization response cannot be used: ${reason}. Connect again.`,
    { attribution: 'provider', details: { reason } },
  )
}
