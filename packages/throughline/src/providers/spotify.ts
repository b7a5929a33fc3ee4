/*
 * Spotify: close to the RFCs, without a way to revoke.
 */
import { accountAt } from './api-account.ts'
import type { Provider } from './provider.ts'

/** Spotify. Redirect URIs on this machine are registered with 127.0.0.1, never with `localhost`. */
export const spotify: Provider = {
  name: 'spotify',
  title: 'Spotify',
  authorizationServer: {
    issuer: 'https://accounts.spotify.com',
    authorization_endpoint: 'https://accounts.spotify.com/authorize',
    token_endpoint: 'https://accounts.spotify.com/api/token',
  },
  clientAuthentication: 'basic',
  api: 'https://api.spotify.com/v1',
  apiOrigins: ['https://api.spotify.com'],
  quirks: {
    refreshRotates: {
      reason:
        'A refresh may bring a new refresh token, and with PKCE does. Where it brings none, the old one goes on.',
    },
    noRevocation: {
      reason:
        'There is no revocation. The person removes the program at https://www.spotify.com/account/apps.',
    },
  },
  account: accountAt('Spotify', '/me', ({ id, display_name, email }) => ({
    subject: id,
    name: display_name,
    claims: { email },
  })),
  pages: {
    registration: 'https://developer.spotify.com/dashboard',
    scope: 'https://developer.spotify.com/documentation/web-api/concepts/scopes',
  },
  source: 'https://developer.spotify.com/documentation/web-api/tutorials/code-flow',
  checked: '2026-11-25',
}
