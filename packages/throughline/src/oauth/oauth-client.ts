/*
 * Our program as it is registered at an authorization server, and how it proves itself there.
 */
import * as oauth from 'oauth4webapi'
import { ThroughlineError, assertNever } from '../base/error.ts'
import { createRedacted } from './redacted.ts'

/** The OAuth client: our program, as registered. */
export interface OAuthClient {
  /** The wire's `client_id`. */
  readonly clientId: string
  /** The wire's `client_secret`; absent for a public client. */
  readonly clientSecret?: string
  /**
   * How the secret travels to the token endpoint: `basic` and `body` as in RFC 6749 §2.3.1, `none` for a public
   * client, `basic-raw` as Basic without the form-encoding that the RFC asks for (Vimeo's own clients do so).
   */
  readonly authentication: 'basic' | 'basic-raw' | 'body' | 'none'
}

/**
 * Creates a client whose secret is shown as `[redacted]` wherever it is printed or serialised.
 *
 * @throws `oauth.client-incomplete` when the id is empty, a secret is missing, or a public client has one.
 */
export function createOAuthClient(client: OAuthClient): OAuthClient {
  const { clientId, clientSecret, authentication } = client
  if (clientId === '') throw incomplete('"clientId" is empty')
  if (authentication === 'none' && clientSecret !== undefined) {
    throw incomplete('it has a secret, although its authentication is `none`')
  }
  if (authentication !== 'none' && !clientSecret) {
    throw incomplete(
      `"clientSecret" is missing, which the authentication \`${authentication}\` needs`,
    )
  }
  if (authentication === 'basic-raw' && clientId.includes(':')) {
    throw incomplete('"clientId" holds a colon, which Basic without encoding cannot carry')
  }
  const open = { clientId, authentication }
  if (clientSecret === undefined) return Object.freeze(open)
  return createRedacted('OAuthClient', open, { clientSecret })
}

/**
 * Returns the client authentication for oauth4webapi's requests.
 *
 * @see RFC 6749 §2.3
 */
export function toClientAuthentication(client: OAuthClient): oauth.ClientAuth {
  const { clientSecret = '' } = createOAuthClient(client)
  switch (client.authentication) {
    case 'basic':
      return basic(clientSecret, formEncoded)
    case 'basic-raw':
      return basic(clientSecret, (text) => text)
    case 'body':
      return oauth.ClientSecretPost(clientSecret)
    case 'none':
      return oauth.None()
    default:
      return assertNever(client.authentication)
  }
}

/** Lists what must not be shown should a server echo its request: the secret, alone and inside of Basic. */
export function secretsOf(client: OAuthClient): readonly string[] {
  const { clientId, clientSecret } = client
  if (clientSecret === undefined) return []
  const headers = new Headers()
  const as = { issuer: '' }
  // Neither waits for anything, although the type would let it.
  void toClientAuthentication(client)(as, { client_id: clientId }, new URLSearchParams(), headers)
  const credentials = headers.get('authorization')?.replace(/^Basic /, '')
  return credentials === undefined ? [clientSecret] : [clientSecret, credentials]
}

function basic(clientSecret: string, encode: (text: string) => string): oauth.ClientAuth {
  return (_as, client, _body, headers) => {
    headers.set('authorization', toBasic(encode(client.client_id), encode(clientSecret)))
  }
}

/** Writes the value of an `Authorization` header; whoever calls has encoded both as the server wants them (RFC 7617 §2). */
export function toBasic(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
}

/**
 * Encodes as forms do, which leaves `-`, `_`, `.` and `*` as they are (URL standard, §5.2). oauth4webapi encodes these
 * too: a server that decodes sees no difference, but one that forgets to would refuse every secret with a hyphen.
 */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

function incomplete(reason: string): ThroughlineError {
  return new ThroughlineError(
    'oauth.client-incomplete',
    `The OAuth client cannot be used: ${reason}. Check the client id and secret in the program's settings.`,
    { attribution: 'operator' },
  )
}
