/*
 * `POST /token`: a service account's signed assertion for an access token.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
import { verify } from 'node:crypto'

import type { ServiceAccount } from './service-accounts.ts'
import type { GoogleWorld } from './world.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Audiences that mean Google's token endpoint, whatever address it was reached at. */
const audiences = [
  'https://oauth2.googleapis.com/token',
  'https://www.googleapis.com/oauth2/v4/token',
  'https://accounts.google.com/o/oauth2/token',
]

const SCOPE_START = 'https://www.googleapis.com/auth/'

/** Longest time between `iat` and `exp`, in seconds. */
const MOST_SECONDS = 3600

const BAD_TIME =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. ' +
  'Check your iat and exp values in the JWT claim.'

interface Claims {
  readonly iss?: unknown
  readonly scope?: unknown
  readonly aud?: unknown
  readonly iat?: unknown
  readonly exp?: unknown
  readonly sub?: unknown
}

/** Answers a request for a token. */
export async function answerToken(world: GoogleWorld, request: Request): Promise<Response> {
  const { switches } = world
  if (switches.grants === 'unavailable')
    return Response.json({ error: 'internal_failure' }, { status: 503 })
  const form = new URLSearchParams(await request.text())
  if (form.get('grant_type') !== GRANT_TYPE)
    return refuse('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`)
  const [header = '', payload = '', signature = '', ...rest] = (form.get('assertion') ?? '').split(
    '.',
  )
  const claims = readPart(payload) as Claims | undefined
  if (rest.length > 0 || readPart(header)?.['alg'] !== 'RS256' || claims === undefined)
    return refuse('invalid_grant', 'Invalid JWT: Failed to decode token.')
  const account = world.accounts.get(String(claims.iss))
  if (account === undefined) return refuse('invalid_grant', 'Invalid grant: account not found')
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${payload}`),
    account.publicKey,
    Buffer.from(signature, 'base64url'),
  )
  if (!isSigned) return refuse('invalid_grant', 'Invalid JWT Signature.')
  return grant(world, account, claims)
}

function grant(world: GoogleWorld, { email }: ServiceAccount, claims: Claims): Response {
  const { switches } = world
  const known = [...audiences, world.origin, `${world.origin}/token`]
  if (!known.includes(String(claims.aud)))
    return refuse('invalid_grant', 'Invalid JWT: Failed audience check.')
  if (!isTimely(world, claims)) return refuse('invalid_grant', BAD_TIME)
  const scope = typeof claims.scope === 'string' ? claims.scope.split(' ').filter(Boolean) : []
  if (scope.length === 0 || !scope.every((each) => each.startsWith(SCOPE_START)))
    return refuse('invalid_scope', 'Invalid OAuth scope or ID token audience provided.')
  if (claims.sub !== undefined && claims.sub !== email)
    return refuse(
      'unauthorized_client',
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
      401,
    )
  if (switches.grants === 'refused')
    return refuse('invalid_grant', 'Invalid grant: account not found')
  const token = `ya29.c.${Buffer.from(world.random(96)).toString('base64url')}`
  const endsAt = world.now() + switches.tokenSeconds * 1000
  forgetEnded(world)
  world.tokens.set(token, { email, scope, endsAt })
  world.changed()
  return answer(
    { access_token: token, expires_in: switches.tokenSeconds, token_type: 'Bearer' },
    200,
  )
}

function forgetEnded({ tokens, now }: GoogleWorld): void {
  for (const [token, { endsAt }] of tokens) if (endsAt <= now()) tokens.delete(token)
}

function isTimely(world: GoogleWorld, { iat, exp }: Claims): boolean {
  const { allowedSkewSeconds, clockAheadSeconds } = world.switches
  const now = world.now() / 1000 + clockAheadSeconds
  if (typeof iat !== 'number' || typeof exp !== 'number') return false
  return exp > now && exp > iat && exp - iat <= MOST_SECONDS && iat <= now + allowedSkewSeconds
}

function readPart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

function refuse(error: string, description: string, status = 400): Response {
  return answer({ error, error_description: description }, status)
}

function answer(body: unknown, status: number): Response {
  return new Response(`${JSON.stringify(body, null, 2)}\n`, {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
      vary: 'Origin, X-Origin, Referer',
      pragma: 'no-cache',
    },
  })
}
