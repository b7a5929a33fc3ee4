/*
 * What the OAuth endpoints answer: a token with whose it is, or why there is none.
 *
 * @see https://developer.vimeo.com/api/authentication
 */
import { authErrorAnswer, createFullError, secretAnswer, type VimeoRefusal } from './answers.ts'
import type { AccessToken } from './grants.ts'
import { renderUser } from './user-representation.ts'
import type { VimeoWorld } from './world.ts'

/** Answers a token. */
export function tokenAnswer(token: AccessToken, world: VimeoWorld): Response {
  const { app, switches } = world
  const body = {
    access_token: token.token,
    token_type: 'bearer',
    scope: token.scope.join(' '),
    ...(token.person && { user: renderUser(token.person, { token, world }) }),
    app: { name: app.name, uri: app.uri },
    ...describeEnd(token, world),
  }
  const isVendor = switches.tokenContentType === 'vendor'
  const type = isVendor ? 'application/vnd.vimeo.auth+json' : 'application/json'
  return secretAnswer(body, type)
}

/** Answers a request whose client is none that is registered. */
export function unknownClientAnswer(world: VimeoWorld): Response {
  return authErrorAnswer(
    'invalid_client',
    "A valid client ID must be provided along with any request made to Vimeo's API",
    world.switches.invalidClientStatus,
  )
}

/** Answers a grant type that the endpoint does not know. */
export function unsupportedGrantAnswer(world: VimeoWorld): Response {
  return authErrorAnswer(world.switches.unsupportedGrant, 'Unsupported grant type.')
}

/** Answers a body that cannot be read. */
export function unreadableBodyAnswer(): Response {
  return authErrorAnswer('invalid_request', 'The body is neither a form nor JSON.')
}

/** Makes the refusal of a wrong client secret (8001). */
export function createWrongSecret(): VimeoRefusal {
  return createFullError({
    status: 401,
    code: 8001,
    error: "Something strange occurred. Please get in touch with the app's creator.",
    developerMessage: 'The client secret does not fit the client ID.',
  })
}

function describeEnd(token: AccessToken, { switches, now }: VimeoWorld): object {
  const { expiresAt, refreshToken } = token
  if (expiresAt === undefined) return {}
  const members = {
    // A string holding a unix time, as the schema has it.
    expires_on: String(Math.floor(expiresAt / 1000)),
    expires_in: Math.floor((expiresAt - now().getTime()) / 1000),
    refresh_token: refreshToken,
  }
  return Object.fromEntries(switches.expiryMembers.map((name) => [name, members[name]]))
}
