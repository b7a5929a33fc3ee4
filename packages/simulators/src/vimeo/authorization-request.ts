/*
 * Reads and checks an authorization request: what Vimeo does when a browser arrives at `/oauth/authorize`.
 * Decides only; it neither renders pages nor makes codes.
 *
 * @see RFC 6749 §4.1.1; vimeo-api.md 1.2
 */
import { parseScope, scopeMeanings } from './scopes.ts'
import type { VimeoWorld } from './world.ts'

/** A request that may be shown to a person. */
export interface AuthorizationRequest {
  /** Where the person returns. */
  readonly redirectUri: string
  /** Whether the request named it, or the app's first one was taken. */
  readonly isRedirectUriNamed: boolean
  /** The scopes asked for, `public` first. */
  readonly scope: readonly string[]
  /** The client's `state`, sent back as it came. */
  readonly authorizationState?: string
  /** PKCE S256 challenge. */
  readonly codeChallenge?: string
}

/** What comes of reading one: a page to show, a redirect to send, or a request to go on with. */
export type AuthorizationOutcome =
  | { readonly kind: 'refused'; readonly heading: string; readonly line: string }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'request'; readonly request: AuthorizationRequest }

/** The parameters that an authorization request may have; the pages carry them on in hidden fields. */
export const requestParameters = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const

/**
 * Checks a request. A bad client or redirect URI never leads to a redirect, nor does a grant that the app may not use.
 */
export function readAuthorizationRequest(
  parameters: URLSearchParams,
  world: VimeoWorld,
): AuthorizationOutcome {
  const { app, switches } = world
  const value = (name: (typeof requestParameters)[number]) => parameters.get(name) ?? undefined

  if (value('client_id') !== app.clientId)
    return refused('invalid_client', 'No app is registered under this client ID.')
  const named = value('redirect_uri')
  const redirectUri = named ?? app.redirectUris[0]
  if (redirectUri === undefined || !app.redirectUris.includes(redirectUri))
    return refused(
      'redirect_uri_mismatch',
      'The redirect URI is not one of the callback addresses saved in the settings of this app.',
    )
  const responseType = value('response_type')
  if (responseType === 'token') return refused('invalid_grant', 'Invalid grant provided')
  if (responseType !== 'code')
    return refused('unsupported_response_type', 'The response type must be "code".')

  const authorizationState = value('state')
  const sendBack = (error: string, description: string): AuthorizationOutcome => ({
    kind: 'redirect',
    location: toRedirect(redirectUri, {
      error,
      error_description: description,
      state: authorizationState,
    }),
  })

  const scope = parseScope(value('scope'))
  const unknown = scope.find((name) => !Object.hasOwn(scopeMeanings, name))
  if (unknown !== undefined) return sendBack('invalid_scope', `There is no scope "${unknown}".`)

  const codeChallenge = value('code_challenge')
  const isChecked = codeChallenge !== undefined && value('code_challenge_method') === 'S256'
  if (switches.pkce === 'enforce' && !isChecked)
    return sendBack('invalid_request', 'A code challenge with the method S256 is required.')

  return {
    kind: 'request',
    request: {
      redirectUri,
      isRedirectUriNamed: named !== undefined,
      scope,
      ...(authorizationState !== undefined && { authorizationState }),
      ...(isChecked && { codeChallenge }),
    },
  }
}

/**
 * Adds parameters to a redirect URI without rewriting the query it already has. Absent ones are left out.
 */
export function toRedirect(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.append(name, value)
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

function refused(heading: string, line: string): AuthorizationOutcome {
  return { kind: 'refused', heading, line }
}
