/*
 * Who has signed in: the ID token that came with a token set, and what UserInfo adds to it.
 */
import type { Clock } from '../base/clock.ts'
import { openAuthorizationResponse, type AuthorizationResponse } from './authorization-response.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { readIdToken, type IdTokenClaims } from './id-token.ts'
import type { KeySet } from './key-set.ts'
import type { OAuthClient } from './oauth-client.ts'
import type { TokenAnswer } from './token-response.ts'
import { withSignedIn, type TokenSet } from './token-set.ts'
import { requestUserInfo } from './user-info.ts'

/** What {@link finishSignIn} is asked. */
export interface SignInRequest {
  readonly authorizationServer: AuthorizationServer
  readonly client: OAuthClient
  readonly keys: KeySet
  /** From `readAuthorizationResponse`. */
  readonly response: AuthorizationResponse
  /** From `requestTokenSet`. */
  readonly tokenAnswer: TokenAnswer
  /** From the authorization request that was answered. */
  readonly nonce: string
  readonly maxAgeSeconds?: number | undefined
  readonly fetch: typeof globalThis.fetch
  readonly now: Clock
}

/** A sign-in that can be believed. */
export interface SignedIn {
  /** The token set, which now knows whose it is: a refresh is held to that. */
  readonly tokenSet: TokenSet
  /** What UserInfo says and, before it, what the issuer has signed. */
  readonly claims: IdTokenClaims
}

/**
 * Validates the ID token of a token response, and asks UserInfo.
 *
 * @throws The codes of `readIdToken` and `requestUserInfo`.
 * @see OpenID Connect Core §3.1.3.7, §5.3
 */
export async function finishSignIn(request: SignInRequest): Promise<SignedIn> {
  const { authorizationServer, client, keys, tokenAnswer, nonce, maxAgeSeconds } = request
  const { fetch, now } = request
  const { tokenSet, idToken } = tokenAnswer
  const { accessToken } = tokenSet
  const code = openAuthorizationResponse(request.response).get('code') ?? ''
  const expected = { authorizationServer, clientId: client.clientId, keys, now }
  const signed = await readIdToken(idToken, {
    ...expected,
    accessToken,
    code,
    nonce,
    maxAgeSeconds,
  })
  const subject = signed.sub
  const told = await requestUserInfo({ authorizationServer, tokenSet, subject, fetch })
  return {
    tokenSet: withSignedIn(tokenSet, { subject, nonce }),
    claims: Object.freeze({ ...besideSigned(told, signed), ...signed }),
  }
}

/** That an address is verified is said of the one beside it: with another one signed, it says nothing. */
function besideSigned(
  told: Readonly<Record<string, unknown>>,
  { email }: IdTokenClaims,
): Readonly<Record<string, unknown>> {
  if (email === undefined || email === told['email']) return told
  const { email_verified: _ofAnother, ...rest } = told
  return rest
}
