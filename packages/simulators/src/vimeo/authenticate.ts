/*
 * Who calls the REST API: the token in the Authorization header and what it may do.
 */
import {
  createFullError,
  createInvalidToken,
  createLegacyError,
  createMissingCredentials,
} from './answers.ts'
import type { AccessToken } from './grants.ts'
import type { SamplePerson } from './people.ts'
import type { VimeoWorld } from './world.ts'

/** A token of a person, as opposed to one of the client alone. */
export type UserToken = AccessToken & { readonly person: SamplePerson }

/**
 * Finds the token of a request.
 *
 * @throws `VimeoRefusal` 401: 8003 without a bearer token, a body of the switch's for one that is not alive.
 */
export function authenticate(header: string | undefined, world: VimeoWorld): AccessToken {
  const sent = /^bearer +(\S+)$/i.exec(header ?? '')?.[1]
  if (sent === undefined) throw createMissingCredentials()
  const token = world.grants.useToken(sent, world.switches.inactiveTokenSeconds)
  if (token === undefined) throw createInvalidToken(world.switches.deadTokenBody)
  return token
}

/**
 * Asserts that a token is a person's.
 *
 * @throws `VimeoRefusal` 401 with 8002 for client credentials.
 */
export function assertUserToken(token: AccessToken): asserts token is UserToken {
  if (token.person !== undefined) return
  throw createFullError({
    status: 401,
    code: 8002,
    error: "Something strange occurred. Please get in touch with the app's creator.",
    developerMessage: 'The access token is not a user token.',
  })
}

/**
 * Asserts that a token has a scope.
 *
 * @throws `VimeoRefusal` 403 with the legacy body that names the scope.
 */
export function assertScope(token: AccessToken, scope: string): void {
  if (token.scope.includes(scope)) return
  throw createLegacyError(403, `Your access token does not have the "${scope}" scope`)
}
