/*
 * What makes a test's authorization server one of OpenID Connect: metadata at the well-known URLs, a key set, UserInfo
 * and ID tokens; right by default, bent on demand. Its key is made when it is first needed.
 */
import type { Clock } from '../base/clock.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import { wellKnownUrls } from '../oauth/discovery.ts'
import type { Answer } from './misbehaviour.ts'
import { createSigningKey, halfHash, signToken, type SigningKey } from './signed-token.ts'

/** How the issuer is when it is not told to misbehave. */
export interface OpenIdSettings {
  /** How it signs (`RS256`). */
  readonly algorithm?: string
  /** What the issuer has behind its origin: `/tenant` (nothing). */
  readonly issuerPath?: string
}

/** What differs from the ID token that would be right. */
export interface BentIdToken {
  /** Members laid over those of the header; `undefined` takes one away. */
  readonly header?: Readonly<Record<string, unknown>>
  /** Claims laid over the right ones; `undefined` takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** What signs it, in place of the issuer's key. */
  readonly key?: SigningKey
}

/** Whom an ID token tells of, and to whom. */
export interface IdTokenGrant {
  readonly account: Readonly<Record<string, unknown>>
  readonly clientId: string
  readonly nonce: string | null
  readonly accessToken: string
}

/** The part of a server that speaks OpenID Connect. */
export interface OpenIdIssuer {
  /** The members of the metadata that a plain authorization server has not. */
  readonly metadata: Pick<
    AuthorizationServer,
    'issuer' | 'jwks_uri' | 'userinfo_endpoint' | 'id_token_signing_alg_values_supported'
  >
  /** Answers a GET of a path of its own; undefined for any other path. */
  readonly answer: (path: string, all: AuthorizationServer) => Answer | undefined
  /** The claims of an account: `sub`, and what the test says of it. */
  readonly claimsOf: (
    account: IdTokenGrant['account'],
  ) => Readonly<Record<string, unknown>> & { readonly sub: unknown }
  readonly userInfoPath: string
  /** Makes an ID token, bent as the next script says. */
  readonly idToken: (grant: IdTokenGrant) => string
  /** Scripts the next ID token. Several wait in line. */
  readonly nextIdToken: (bent: BentIdToken) => void
  /** Puts a new key in the place of the old one. */
  readonly rotateKeys: () => void
}

/** Where its own paths are. */
interface Place {
  readonly origin: string
  readonly jwksPath: string
  readonly userInfoPath: string
  readonly clock: Clock
}

const LIFETIME_SECONDS = 3_600

/** Makes the issuer of a server. */
export function createOpenIdIssuer(settings: OpenIdSettings, place: Place): OpenIdIssuer {
  const { algorithm = 'RS256', issuerPath = '' } = settings
  const { origin, jwksPath, userInfoPath, clock } = place
  const issuer = `${origin}${issuerPath}`
  const script: BentIdToken[] = []
  let generation = 1
  // Made when it is first needed: making one takes longer than anything else here.
  let made: SigningKey | undefined
  const own = () => (made ??= createSigningKey(algorithm, `key-${generation}`))
  const wellKnown = wellKnownUrls(issuer).map((url) => new URL(url).pathname)
  return {
    metadata: {
      issuer,
      jwks_uri: `${origin}${jwksPath}`,
      userinfo_endpoint: `${origin}${userInfoPath}`,
      id_token_signing_alg_values_supported: [algorithm],
    },
    answer(path, all) {
      if (path === wellKnown[0]) return { status: 200, json: { ...all } }
      return path === jwksPath ? { status: 200, json: { keys: [own().jwk] } } : undefined
    },
    claimsOf: (account) => ({ ...account, sub: account['sub'] ?? account['uri'] }),
    userInfoPath,
    idToken({ account, clientId, nonce, accessToken }) {
      const { header, claims, key = own() } = script.shift() ?? {}
      const { sub } = this.claimsOf(account)
      const now = Math.floor(clock() / 1_000)
      const right = {
        iss: issuer,
        sub,
        aud: clientId,
        iat: now,
        exp: now + LIFETIME_SECONDS,
        ...(nonce !== null && { nonce }),
        at_hash: halfHash(accessToken, algorithm),
      }
      const { kid } = own().jwk as { readonly kid?: string }
      const parts = {
        header: { alg: algorithm, kid, ...header },
        claims: { ...right, ...claims },
      }
      return signToken(parts, key)
    },
    nextIdToken: (bent) => void script.push(bent),
    rotateKeys() {
      generation += 1
      made = undefined
    },
  }
}
