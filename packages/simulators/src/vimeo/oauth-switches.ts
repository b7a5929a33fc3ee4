/*
 * The switches of the OAuth half: whatever about Vimeo's grants is undocumented, unverified or up to the app's
 * settings. Defaults are what was recorded, else what an RFC says.
 */

/** Why the authorization page refuses without a redirect. */
export type RefusalReason = 'client' | 'redirectUri' | 'responseType' | 'implicit'

/** What the page of a refusal says. */
export interface RefusalText {
  readonly heading: string
  readonly line: string
}

/** A member of the token response that only tokens with an end have. */
export type ExpiryMember = 'expires_on' | 'expires_in' | 'refresh_token'

/** Every switch of OAuth. All lifetimes are in seconds. */
export interface OAuthSwitches {
  /** Whether the authorization code grant checks PKCE (ignore). */
  readonly pkce: 'ignore' | 'enforce'
  /** How the client secret must stand in the Basic header: as it is, or form-encoded first (raw). */
  readonly basic: 'raw' | 'rfc6749' | 'either'
  /** Whether the client may prove itself by `client_id` and `client_secret` in the body (false). */
  readonly secretInBody: boolean
  /** Status of `invalid_client` (400). */
  readonly invalidClientStatus: 400 | 401
  /** Answer to a wrong secret at the code exchange: `invalid_client`, or the full body with 8001 (auth-error). */
  readonly wrongSecret: 'auth-error' | 'full'
  /** Content type of token responses: `application/json` or `application/vnd.vimeo.auth+json` (json). */
  readonly tokenContentType: 'json' | 'vendor'
  /** Lifetime of an authorization code (600). */
  readonly codeSeconds: number
  /** Length of new tokens, in hexadecimal digits, an even number (32). */
  readonly tokenDigits: number
  /** Lifetime of new tokens; a number also adds `expiryMembers`, null means they stay (null). */
  readonly tokenSeconds: number | null
  /** What the response for a token with an end says of it (`expires_on` and `refresh_token`). */
  readonly expiryMembers: readonly ExpiryMember[]
  /** Whether the token endpoint takes `grant_type=refresh_token`; a refresh token is good once (false). */
  readonly refreshGrant: boolean
  /** A token unused for this long is deleted; null switches that off (null). */
  readonly inactiveTokenSeconds: number | null
  /** Status of `DELETE /tokens` for a token that is not alive (401). */
  readonly deadTokenStatus: 401 | 204
  /** `error` for a grant type that is not supported (unsupported_grant_type). */
  readonly unsupportedGrant: 'unsupported_grant_type' | 'invalid_grant'

  /** Whether the app may use the implicit grant, as its settings say (false). */
  readonly implicit: boolean
  /** Lifetime of the implicit grant's tokens (3600). */
  readonly implicitSeconds: number
  /** Lifetime of a device's codes (600). */
  readonly deviceSeconds: number
  /** How long a device waits between polls; one that comes sooner is told `slow_down` (5). */
  readonly deviceIntervalSeconds: number
  /** Status of a poll after the person denied or the codes ended; before that it is 400 (400). */
  readonly deviceEndStatus: 400 | 403 | 404

  /** Parameters that the redirect after Deny carries beside `state` (`access_denied` and a description). */
  readonly deniedParameters: Readonly<Record<string, string>>
  /** Whether `state` stands before `code` in the redirect, as a trace of 2015 has it (false). */
  readonly stateFirst: boolean
  /** What an authorization request without a redirect URI gets: the app's first one, or the page (configured). */
  readonly absentRedirectUri: 'configured' | 'refuse'
  /** Status of the page that refuses without a redirect (400). */
  readonly refusalStatus: 200 | 400 | 401 | 403 | 404
  /** Texts of that page that differ from the simulator's own (none). */
  readonly refusalTexts: Readonly<Partial<Record<RefusalReason, RefusalText>>>
  /** `error_description` where the exchange names another redirect URI. */
  readonly redirectUriMismatch: string
  /** Scopes that this app may not ask for, such as `email` (none). */
  readonly unavailableScopes: readonly string[]
}

/** How OAuth behaves untouched. */
export const defaultOAuthSwitches: OAuthSwitches = {
  pkce: 'ignore',
  basic: 'raw',
  secretInBody: false,
  invalidClientStatus: 400,
  wrongSecret: 'auth-error',
  tokenContentType: 'json',
  codeSeconds: 600,
  tokenDigits: 32,
  tokenSeconds: null,
  expiryMembers: ['expires_on', 'refresh_token'],
  refreshGrant: false,
  inactiveTokenSeconds: null,
  deadTokenStatus: 401,
  unsupportedGrant: 'unsupported_grant_type',
  implicit: false,
  implicitSeconds: 3600,
  deviceSeconds: 600,
  deviceIntervalSeconds: 5,
  deviceEndStatus: 400,
  deniedParameters: {
    error: 'access_denied',
    error_description: 'The user denied the request.',
  },
  stateFirst: false,
  absentRedirectUri: 'configured',
  refusalStatus: 400,
  refusalTexts: {},
  redirectUriMismatch: 'The redirect URI does not match the one of the authorization request.',
  unavailableScopes: [],
}
