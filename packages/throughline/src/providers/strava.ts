/*
 * Strava: the scope is told on the way back, and errors have a shape of their own.
 */
import { memberOf } from '../oauth/plain-json.ts'
import { toBoundedText } from './account-claims.ts'
import { accountInAnswer } from './api-account.ts'
import type { Provider } from './provider.ts'

/** Strava, API version 3. */
export const strava: Provider = {
  name: 'strava',
  title: 'Strava',
  authorizationServer: {
    issuer: 'https://www.strava.com',
    authorization_endpoint: 'https://www.strava.com/oauth/authorize',
    token_endpoint: 'https://www.strava.com/oauth/token',
    revocation_endpoint: 'https://www.strava.com/oauth/deauthorize',
  },
  clientAuthentication: 'body',
  api: 'https://www.strava.com/api/v3',
  apiOrigins: ['https://www.strava.com'],
  scopeSeparator: ',',
  alwaysScope: ['read'],
  quirks: {
    pkceUnconfirmed: {
      reason:
        'PKCE is in no document of Strava. The parameters are sent; the state and the secret are what protects.',
    },
    scopeInRedirect: {
      reason: 'What the person has allowed stands in the redirect, and in no token response.',
    },
    errorsMean: {
      at: ['errors', 0, 'field'],
      names: {
        code: 'invalid_grant',
        refresh_token: 'invalid_grant',
        client_id: 'invalid_client',
        client_secret: 'invalid_client',
      },
      reason: 'Errors name the parameter that was wrong: `{ errors: [{ field: "code", … }] }`.',
    },
    refreshRotates: {
      reason: 'A refresh may bring a new refresh token; the old one is void then.',
    },
    revokesBy: {
      method: 'POST',
      reason: 'Deauthorization is no RFC 7009: it carries the access token and ends the grant.',
    },
  },
  account: accountInAnswer('Strava', ({ athlete }) => ({
    subject: memberOf(athlete, 'id'),
    name: ['firstname', 'lastname'].map((part) => toBoundedText(memberOf(athlete, part))).join(' '),
    claims: {
      preferred_username: memberOf(athlete, 'username'),
      picture: memberOf(athlete, 'profile'),
    },
  })),
  pages: {
    registration: 'https://www.strava.com/settings/api',
    scope: 'https://developers.strava.com/docs/authentication',
  },
  source: 'https://developers.strava.com/docs/authentication',
  checked: '2026-11-25',
}
