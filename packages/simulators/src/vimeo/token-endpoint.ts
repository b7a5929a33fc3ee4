/*
 * The OAuth endpoints that programs call: exchange a code, client credentials, verify, end a token.
 * Never logs or echoes what was sent.
 *
 * @see vimeo-api.md 1.3 to 1.5
 */
import { createHash } from 'node:crypto'

import type { Hono } from 'hono'

import { authErrorAnswer, createFullError, jsonAnswer } from './answers.ts'
import { authenticate } from './authenticate.ts'
import { readClientProof } from './client-authentication.ts'
import type { AccessToken, AuthorizationCode } from './grants.ts'
import { parseScope } from './scopes.ts'
import { renderUser } from './user-representation.ts'
import type { VimeoWorld } from './world.ts'

/** Adds the routes. */
export function addTokenRoutes(app: Hono, world: VimeoWorld): void {
  app.post('/oauth/access_token', async ({ req }) => {
    const body = await readParameters(req.raw)
    if (body === undefined)
      return authErrorAnswer('invalid_request', 'The body is neither a form nor JSON.')
    if (readClientProof(req.header('authorization'), world) !== 'ok') return unknownClientAnswer()
    const { grant_type: grantType, code, redirect_uri: redirectUri, code_verifier: verifier } = body
    if (grantType !== 'authorization_code')
      return authErrorAnswer('unsupported_grant_type', 'Unsupported grant type.')

    const found = world.grants.findCode(code ?? '', world.switches.codeSeconds)
    if (found === undefined) return authErrorAnswer('invalid_request', 'Invalid authorization code')
    if (!isSameRedirectUri(found, redirectUri))
      return authErrorAnswer(
        'invalid_request',
        'The redirect URI does not match the one of the authorization request.',
      )
    if (world.switches.pkce === 'enforce' && !isVerified(found, verifier))
      return authErrorAnswer('invalid_request', 'The code verifier does not fit the challenge.')
    return tokenAnswer(world.grants.redeemCode(found, world.switches), world)
  })

  app.post('/oauth/authorize/client', async ({ req }) => {
    const body = await readParameters(req.raw)
    const proof = readClientProof(req.header('authorization'), world)
    if (proof === 'unknown-client') return unknownClientAnswer()
    if (proof === 'wrong-secret')
      throw createFullError({
        status: 401,
        code: 8001,
        error: "Something strange occurred. Please get in touch with the app's creator.",
        developerMessage: 'The client secret does not fit the client ID.',
      })
    if (body?.['grant_type'] !== 'client_credentials')
      return authErrorAnswer('unsupported_grant_type', 'Unsupported grant type.')
    const asked = parseScope(body['scope'] ?? 'public')
    const scope = asked.filter((name) => name === 'public')
    return tokenAnswer(world.grants.createToken({ scope }, world.switches), world)
  })

  app.get('/oauth/verify', ({ req }) =>
    tokenAnswer(authenticate(req.header('authorization'), world), world),
  )

  app.delete('/tokens', ({ req }) => {
    world.grants.revokeToken(authenticate(req.header('authorization'), world).token)
    return new Response(null, { status: 204 })
  })
}

function tokenAnswer(token: AccessToken, world: VimeoWorld): Response {
  const { app, switches } = world
  const body = {
    access_token: token.token,
    token_type: 'bearer',
    scope: token.scope.join(' '),
    ...(token.person && { user: renderUser(token.person, { token, world }) }),
    app: { name: app.name, uri: app.uri },
    ...(token.expiresAt !== undefined && {
      // A string holding a unix time, as the schema has it.
      expires_on: String(Math.floor(token.expiresAt / 1000)),
      refresh_token: token.refreshToken,
    }),
  }
  const isVendor = switches.tokenContentType === 'vendor'
  const type = isVendor ? 'application/vnd.vimeo.auth+json' : 'application/json'
  return jsonAnswer(body, type, { headers: { 'cache-control': 'no-store', pragma: 'no-cache' } })
}

function unknownClientAnswer(): Response {
  return authErrorAnswer(
    'invalid_client',
    "A valid client ID must be provided along with any request made to Vimeo's API",
  )
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

/** Reads a form or JSON body into strings; undefined where it is neither. */
async function readParameters(
  request: Request,
): Promise<Readonly<Record<string, string | undefined>> | undefined> {
  const type = request.headers.get('content-type') ?? ''
  const text = await request.text()
  if (type.startsWith('application/x-www-form-urlencoded') || text === '')
    return Object.fromEntries(new URLSearchParams(text))
  if (!/^application\/([\w.*+-]+\+)?json\b/i.test(type)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    )
  } catch {
    return undefined
  }
}
