/*
 * Dropbox: an API of POST requests, and short tokens unless a refresh token is asked for.
 */
import { memberOf } from '../oauth/plain-json.ts'
import { accountAt } from './api-account.ts'
import type { Provider } from './provider.ts'

/** Dropbox. Files come from `https://content.dropboxapi.com`, by absolute URL. */
export const dropbox: Provider = {
  name: 'dropbox',
  title: 'Dropbox',
  authorizationServer: {
    issuer: 'https://www.dropbox.com',
    authorization_endpoint: 'https://www.dropbox.com/oauth2/authorize',
    token_endpoint: 'https://api.dropboxapi.com/oauth2/token',
  },
  clientAuthentication: 'basic',
  api: 'https://api.dropboxapi.com/2',
  apiOrigins: ['https://api.dropboxapi.com', 'https://content.dropboxapi.com'],
  // Without it there is no refresh token.
  authorizationParameters: { token_access_type: 'offline' },
  alwaysScope: ['account_info.read'],
  quirks: {
    revokesBy: {
      method: 'POST',
      path: '/auth/token/revoke',
      reason:
        'There is no revocation endpoint. This call ends the token that it carries, its refresh token and all others of that.',
    },
  },
  account: accountAt(
    'Dropbox',
    '/users/get_current_account',
    ({ account_id, name, email, email_verified, profile_photo_url }) => ({
      subject: account_id,
      name: memberOf(name, 'display_name'),
      claims: { email, email_verified, picture: profile_photo_url },
    }),
    'POST',
  ),
  pages: {
    registration: 'https://www.dropbox.com/developers/apps',
    scope: 'https://www.dropbox.com/developers/documentation/http/documentation',
  },
  source: 'https://dropbox.tech/developers/using-oauth-2-0-with-offline-access',
  checked: '2026-11-25',
}
