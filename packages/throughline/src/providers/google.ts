/*
 * Google: OpenID Connect, and OAuth for its many APIs. Refresh tokens only for who asks for them.
 */
import { readOpenIdAccount } from './openid-account.ts'
import type { Provider } from './provider.ts'

const USER_INFO = 'https://www.googleapis.com/auth/userinfo'

/** Google. People sign in; `connection.fetch()` takes absolute URLs of the APIs that have a host of their own. */
export const google: Provider = {
  name: 'google',
  title: 'Google',
  authorizationServer: {
    issuer: 'https://accounts.google.com',
    authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    token_endpoint: 'https://oauth2.googleapis.com/token',
    revocation_endpoint: 'https://oauth2.googleapis.com/revoke',
    jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
    userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
    id_token_signing_alg_values_supported: ['RS256'],
  },
  clientAuthentication: 'body',
  // Drive and Calendar are here; the others have hosts of their own.
  api: 'https://www.googleapis.com',
  apiOrigins: [
    'https://www.googleapis.com',
    'https://docs.googleapis.com',
    'https://gmail.googleapis.com',
    'https://people.googleapis.com',
    'https://sheets.googleapis.com',
    'https://slides.googleapis.com',
    'https://tasks.googleapis.com',
    'https://youtube.googleapis.com',
  ],
  // A refresh token comes only with `offline`, and a second time only with a new consent.
  authorizationParameters: { access_type: 'offline', prompt: 'consent' },
  alwaysScope: ['openid', 'profile'],
  quirks: {
    scopeIncludes: {
      names: { [`${USER_INFO}.email`]: ['email'], [`${USER_INFO}.profile`]: ['profile'] },
      reason: 'What is asked for as `email` and `profile` is answered as URLs.',
    },
    revokesOnce: {
      token: 'refresh_token',
      reason:
        'Revoking either token ends the grant; the other one is then answered 400, `invalid_token`.',
    },
  },
  account: readOpenIdAccount,
  pages: {
    registration: 'https://console.cloud.google.com/auth/clients',
    scope: 'https://developers.google.com/identity/protocols/oauth2/scopes',
  },
  source: 'https://developers.google.com/identity/protocols/oauth2/web-server',
  checked: '2026-11-25',
}
