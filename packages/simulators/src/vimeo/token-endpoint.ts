/*
 * The OAuth endpoints that programs call: exchange a code, client credentials, verify, end a token.
 * Never logs or echoes what was sent.
 *
 * @see https://developer.vimeo.com/api/authentication
 */
import { createHash } from 'node:crypto'

import type { Hono } from 'hono'

import { authErrorAnswer } from './answers.ts'
import { authenticate } from './authenticate.ts'
import { readBodyParameters, type BodyParameters } from './body-parameters.ts'
import { readClientProof } from './client-authentication.ts'
import type { AuthorizationCode } from './grants.ts'
import { parseScope } from './scopes.ts'
import {
  createWrongSecret,
  tokenAnswer,
  unknownClientAnswer,
  unreadableBodyAnswer,
  unsupportedGrantAnswer,
} from './token-answers.ts'
import type { VimeoWorld } from './world.ts'

/** Adds the routes. */
export function addTokenRoutes(app: Hono, world: VimeoWorld): void {
  app.post('/oauth/access_token', async ({ req }) => {
    const body = await readBodyParameters(req.raw)
    if (body === undefined) return unreadableBodyAnswer()
    const proof = readClientProof(req.raw.headers.get('authorization'), body, world)
    if (proof === 'wrong-secret' && world.switches.wrongSecret === 'full') throw createWrongSecret()
    if (proof !== 'ok') return unknownClientAnswer(world)
    const grantType = body['grant_type']
    if (grantType === 'authorization_code') return exchangeCode(body, world)
    if (grantType === 'refresh_token' && world.switches.refreshGrant) return refresh(body, world)
    return unsupportedGrantAnswer(world)
  })

  app.post('/oauth/authorize/client', async ({ req }) => {
    const body = await readBodyParameters(req.raw)
    if (body === undefined) return unreadableBodyAnswer()
    const proof = readClientProof(req.raw.headers.get('authorization'), body, world)
    if (proof === 'unknown-client') return unknownClientAnswer(world)
    if (proof === 'wrong-secret') throw createWrongSecret()
    if (body['grant_type'] !== 'client_credentials') return unsupportedGrantAnswer(world)
    const asked = parseScope(body['scope'] ?? 'public')
    const scope = asked.filter((name) => name === 'public')
    return tokenAnswer(world.grants.createToken({ scope }, world.switches), world)
  })

  app.get('/oauth/verify', ({ req }) =>
    tokenAnswer(authenticate(req.header('authorization'), world), world),
  )

  app.delete('/tokens', ({ req }) => {
    const header = req.header('authorization')
    if (header === undefined || world.switches.deadTokenStatus === 401)
      world.grants.revokeToken(authenticate(header, world).token)
    else world.grants.revokeToken(header.replace(/^bearer +/i, ''))
    return new Response(null, { status: 204 })
  })
}

function exchangeCode(body: BodyParameters, world: VimeoWorld): Response {
  const { code = '', redirect_uri: redirectUri, code_verifier: verifier } = body
  const { grants, switches } = world
  const found = grants.findCode(code, switches.codeSeconds)
  if (found === undefined) return authErrorAnswer('invalid_request', 'Invalid authorization code')
  if (!isSameRedirectUri(found, redirectUri))
    return authErrorAnswer('invalid_request', switches.redirectUriMismatch)
  if (switches.pkce === 'enforce' && !isVerified(found, verifier))
    return authErrorAnswer('invalid_request', 'The code verifier does not fit the challenge.')
  return tokenAnswer(grants.redeemCode(found, switches), world)
}

function refresh({ refresh_token: sent = '' }: BodyParameters, world: VimeoWorld): Response {
  const token = world.grants.redeemRefreshToken(sent, world.switches)
  if (token === undefined) return authErrorAnswer('invalid_grant', 'Invalid refresh token')
  return tokenAnswer(token, world)
}

/** A redirect URI named in the authorization request must come again; one that was not may be left out. */
function isSameRedirectUri(code: AuthorizationCode, redirectUri: string | undefined): boolean {
  if (redirectUri === undefined) return !code.isRedirectUriNamed
  return redirectUri === code.redirectUri
}

function isVerified(code: AuthorizationCode, verifier: string | undefined): boolean {
  const digest = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url')
  return code.codeChallenge !== undefined && digest === code.codeChallenge
}
