/*
 * An OpenID provider by other people: panva's `oidc-provider`, certified, and strict. It demands PKCE, names itself in
 * every response, and takes a code or a refresh token that comes twice for stolen: then the whole grant ends.
 *
 * People sign in and consent at its own pages; whatever name they type is their account.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Provider, type ClientMetadata } from 'oidc-provider'
import { createSigningKey } from '../../src/testing/signed-token.ts'
import { listen, type Ending } from './listening.ts'
import { Visitor } from './visitor.ts'

/** How the peer differs from the ordinary. */
export interface OpenIdPeerOptions {
  readonly redirectUri: string
  /** How the client proves itself (`client_secret_basic`). */
  readonly authentication?: 'client_secret_basic' | 'client_secret_post' | 'none'
  /** How ID tokens are signed (`RS256`). */
  readonly algorithm?: string
}

/** A running provider, at which one program is registered. */
export interface OpenIdPeer {
  /** Its issuer; also where it listens. */
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
  /** Signs in and consents, or goes back without; the path and query at the program that it leads to. */
  readonly visit: (url: URL, who?: { name?: string; declines?: boolean }) => Promise<string>
}

/** Long enough to be used, short enough to be due for a refresh before an ID token is too old. */
const ACCESS_TOKEN_SECONDS = 120

/** Starts the provider; it ends with `t`. */
export async function startOpenIdPeer(
  t: Ending,
  { redirectUri, authentication = 'client_secret_basic', algorithm = 'RS256' }: OpenIdPeerOptions,
): Promise<OpenIdPeer> {
  const { server, origin } = await listen(t)
  const { privateKey, jwk } = createSigningKey(algorithm)
  const client = {
    client_id: 'throughline',
    // What has to be encoded on its way into a header, too (RFC 6749 §2.3.1).
    client_secret: `: % + & = / ${randomBytes(16).toString('base64url')}`,
  }
  const registered: ClientMetadata = {
    client_id: client.client_id,
    ...(authentication !== 'none' && { client_secret: client.client_secret }),
    token_endpoint_auth_method: authentication,
    id_token_signed_response_alg: algorithm as 'RS256',
    redirect_uris: [redirectUri],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  }
  const provider = new Provider(origin, {
    clients: [registered],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), ...named(jwk) }] },
    claims: { openid: ['sub'], profile: ['name'] },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, name: `${accountId} Example` }),
    }),
    features: { revocation: { enabled: true } },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: { AccessToken: ACCESS_TOKEN_SECONDS },
  })
  const answer = provider.callback()
  server.on('request', (incoming, outgoing) => void answer(incoming, outgoing))
  return {
    origin,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    async visit(url, { name = 'Ada', declines = false } = {}) {
      const visitor = new Visitor(origin)
      await visitor.go(url.href)
      if (declines) await visitor.go(visitor.linkTo('Cancel'))
      else {
        await visitor.submit({ login: name, password: 'any' })
        await visitor.submit({})
      }
      return visitor.left ?? assert.fail(`oidc-provider sends nobody back: ${visitor.html}`)
    },
  }
}

function named({ kid, use, alg }: Readonly<Record<string, unknown>>) {
  return { kid: String(kid), use: String(use), alg: String(alg) }
}
