/*
 * The switches of the OAuth half: whatever about Vimeo's grants is undocumented, unverified or up to the app's
 * settings. Untouched they are what was recorded, else what an RFC says.
 */
import {
  count,
  countOrNull,
  isRecord,
  isText,
  onOrOff,
  oneOf,
  shaped,
  text,
  type SwitchValues,
} from '../simulator/switch-kinds.ts'

/** Why the authorization page refuses without a redirect. */
export type RefusalReason = 'client' | 'redirectUri' | 'responseType' | 'implicit'

/** What the page of a refusal says. */
export interface RefusalText {
  readonly heading: string
  readonly line: string
}

/** A member of the token response that only tokens with an end have. */
export type ExpiryMember = 'expires_on' | 'expires_in' | 'refresh_token'

const refusalReasons = ['client', 'redirectUri', 'responseType', 'implicit']
const expiryMemberNames = ['expires_on', 'expires_in', 'refresh_token']

/** The switches of the authorization page. */
export const authorizationSwitches = {
  absentRedirectUri: oneOf(
    ['configured', 'refuse'],
    "an authorization request without a redirect URI gets the app's first one, or the page",
  ),
  refusalStatus: oneOf(
    [400, 200, 401, 403, 404],
    'status of the page that refuses without a redirect',
  ),
  refusalTexts: shaped<Readonly<Partial<Record<RefusalReason, RefusalText>>>>(
    {},
    "texts of that page that differ from the simulator's own",
    {
      expected: `an object with {"heading", "line"} for any of ${refusalReasons.join(', ')}`,
      isAllowed: (value) =>
        isRecord(value) &&
        Object.entries(value).every(
          ([reason, shown]) =>
            refusalReasons.includes(reason) &&
            isRecord(shown) &&
            isText(shown['heading']) &&
            isText(shown['line']),
        ),
    },
  ),
  deniedParameters: shaped<Readonly<Record<string, string>>>(
    { error: 'access_denied', error_description: 'The user denied the request.' },
    'parameters that the redirect after Deny carries beside `state`',
    {
      expected: 'an object whose values are text',
      isAllowed: (value) => isRecord(value) && Object.values(value).every(isText),
    },
  ),
  stateFirst: onOrOff(false, 'in the redirect, `state` stands before `code`'),
  unavailableScopes: shaped<readonly string[]>(
    [],
    'scopes that this app may not ask for, such as `email`',
    {
      expected: 'a list of scopes',
      isAllowed: (value) => Array.isArray(value) && value.every(isText),
    },
  ),
}

/** The switches of how the client proves itself and how a code is exchanged. */
export const clientSwitches = {
  pkce: oneOf(['ignore', 'enforce'], 'whether the authorization code grant checks PKCE'),
  basic: oneOf(
    ['raw', 'rfc6749', 'either'],
    'how the secret stands in the Basic header: as it is, or form-encoded first',
  ),
  secretInBody: onOrOff(
    false,
    'the client may prove itself by `client_id` and `client_secret` in the body',
  ),
  invalidClientStatus: oneOf([400, 401], 'status of `invalid_client`'),
  wrongSecret: oneOf(
    ['auth-error', 'full'],
    'a wrong secret at the code exchange is `invalid_client`, or the full body with 8001',
  ),
  codeSeconds: count(600, 'lifetime of an authorization code'),
  redirectUriMismatch: text(
    'The redirect URI does not match the one of the authorization request.',
    '`error_description` where the exchange names another redirect URI',
  ),
  unsupportedGrant: oneOf(
    ['unsupported_grant_type', 'invalid_grant'],
    '`error` for a grant type that is not supported',
  ),
}

/** The switches of tokens. */
export const tokenSwitches = {
  tokenContentType: oneOf(
    ['json', 'vendor'],
    'content type of token responses: `application/json` or `application/vnd.vimeo.auth+json`',
  ),
  tokenDigits: shaped(32, 'length of new tokens, in hexadecimal digits', {
    expected: 'an even number from 2 to 512',
    isAllowed: (value) => Number.isInteger(Number(value) / 2) && isWithin(value, 2, 512),
  }),
  tokenSeconds: countOrNull(
    null,
    'lifetime of new tokens; a number also adds `expiryMembers`, null means that they stay',
  ),
  expiryMembers: shaped<readonly ExpiryMember[]>(
    ['expires_on', 'refresh_token'],
    'what the response for a token with an end says of it',
    {
      expected: `a list of ${expiryMemberNames.join(', ')}`,
      isAllowed: (value) =>
        Array.isArray(value) &&
        value.every((name) => expiryMemberNames.some((known) => known === name)),
    },
  ),
  refreshGrant: onOrOff(
    false,
    'the token endpoint takes `grant_type=refresh_token`; a refresh token is good once',
  ),
  inactiveTokenSeconds: countOrNull(null, 'a token unused for this long is deleted'),
  deadTokenBody: oneOf(
    ['legacy', 'full'],
    'body of 401 for a token that is not alive: `error` alone, or the full one with 8000',
  ),
  deadTokenStatus: oneOf([401, 204], 'status of `DELETE /tokens` for a token that is not alive'),
}

/** The switches of the grants without a code. */
export const otherGrantSwitches = {
  implicit: onOrOff(false, 'the app may use the implicit grant, as its settings say'),
  implicitSeconds: count(3600, "lifetime of the implicit grant's tokens"),
  deviceSeconds: count(600, "lifetime of a device's codes"),
  deviceIntervalSeconds: count(
    5,
    'how long a device waits between polls; one that comes sooner is told `slow_down`',
  ),
  deviceEndStatus: oneOf(
    [400, 403, 404],
    'status of a poll after the person denied or the codes ended; before that it is 400',
  ),
}

/** Every switch of OAuth. */
export type OAuthSwitches = SwitchValues<typeof authorizationSwitches> &
  SwitchValues<typeof clientSwitches> &
  SwitchValues<typeof tokenSwitches> &
  SwitchValues<typeof otherGrantSwitches>

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}
