/*
 * Reads and checks an authorization request: what Vimeo does when a browser arrives at `/oauth/authorize`.
 * Decides only; it neither renders pages nor makes codes.
 *
 * @see RFC 6749 §4.1.1; https://developer.vimeo.com/api/authentication
 */
import type { RefusalReason, RefusalText } from './oauth-switches.ts'
import { findUnusableScope, parseScope } from './scopes.ts'
import type { VimeoWorld } from './world.ts'

/** What the authorization page says where Vimeo's own words are not known; those of `implicit` are. */
const refusalTexts: Readonly<Record<RefusalReason, RefusalText>> = {
  client: { heading: 'invalid_client', line: 'No app is registered under this client ID.' },
  redirectUri: {
    heading: 'redirect_uri_mismatch',
    line: 'The redirect URI is not one of the callback addresses saved in the settings of this app.',
  },
  responseType: {
    heading: 'unsupported_response_type',
    line: 'The response type must be "code" or "token".',
  },
  implicit: { heading: 'invalid_grant', line: 'Invalid grant provided' },
}

/** A request that may be shown to a person. */
export interface AuthorizationRequest {
  /** Whether a code or, by the implicit grant, a token is sent back. */
  readonly responseType: 'code' | 'token'
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

/** Why a request gets a page in place of a redirect. */
export interface Refusal extends RefusalText {
  /** The same for whoever reads the log: what was sent and what is saved. */
  readonly reason: string
}

/** What comes of reading one: a page to show, a redirect to send, or a request to go on with. */
export type AuthorizationOutcome =
  | ({ readonly kind: 'refused' } & Refusal)
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

  const refuse = (reason: RefusalReason, remark = ''): AuthorizationOutcome => ({
    kind: 'refused',
    ...(switches.refusalTexts[reason] ?? refusalTexts[reason]),
    reason: `${refusalTexts[reason].line}${remark}`,
  })

  if (value('client_id') !== app.clientId) return refuse('client')
  const named = value('redirect_uri')
  const configured = switches.absentRedirectUri === 'configured' ? app.redirectUris[0] : undefined
  const redirectUri = named ?? configured
  if (redirectUri === undefined || !app.redirectUris.includes(redirectUri))
    return refuse(
      'redirectUri',
      ` It is ${redirectUri ?? 'not named'}; saved are ${app.redirectUris.join(', ')}.`,
    )
  const responseType = value('response_type')
  if (responseType !== 'code' && responseType !== 'token') return refuse('responseType')
  if (responseType === 'token' && !switches.implicit)
    return refuse('implicit', ': the switch `implicit` is off.')

  const authorizationState = value('state')
  const sendBack = (error: string, description: string): AuthorizationOutcome => ({
    kind: 'redirect',
    location: toRedirect(
      { redirectUri, responseType },
      { error, error_description: description, state: authorizationState },
    ),
  })

  const scope = parseScope(value('scope'))
  const unusable = findUnusableScope(scope, switches.unavailableScopes)
  if (unusable !== undefined) return sendBack('invalid_scope', `There is no scope "${unusable}".`)

  const codeChallenge = value('code_challenge')
  const isChecked = codeChallenge !== undefined && value('code_challenge_method') === 'S256'
  if (switches.pkce === 'enforce' && responseType === 'code' && !isChecked)
    return sendBack('invalid_request', 'A code challenge with the method S256 is required.')

  return {
    kind: 'request',
    request: {
      responseType,
      redirectUri,
      isRedirectUriNamed: named !== undefined,
      scope,
      ...(authorizationState !== undefined && { authorizationState }),
      ...(isChecked && { codeChallenge }),
    },
  }
}

/**
 * Adds parameters to a redirect URI without rewriting the query it already has: behind `?`, or as the fragment where
 * the implicit grant answers. Absent ones are left out.
 */
export function toRedirect(
  { redirectUri, responseType }: Pick<AuthorizationRequest, 'redirectUri' | 'responseType'>,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.append(name, value)
  if (responseType === 'token') return `${redirectUri}#${query}`
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}
