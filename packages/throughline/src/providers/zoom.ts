/*
 * Zoom: the scope belongs to the registration, and refresh tokens work once.
 */
import { accountAt } from './api-account.ts'
import type { Provider } from './provider.ts'

/** Zoom, for a user-managed app whose registration has at least the scope `user:read:user`. */
export const zoom: Provider = {
  name: 'zoom',
  title: 'Zoom',
  authorizationServer: {
    issuer: 'https://zoom.us',
    authorization_endpoint: 'https://zoom.us/oauth/authorize',
    token_endpoint: 'https://zoom.us/oauth/token',
    revocation_endpoint: 'https://zoom.us/oauth/revoke',
  },
  clientAuthentication: 'basic',
  api: 'https://api.zoom.us/v2',
  apiOrigins: ['https://api.zoom.us'],
  quirks: {
    pkceUnconfirmed: {
      reason:
        'PKCE is documented for public clients only. The parameters are sent; the state and the secret are what protects.',
    },
    scopeOfRegistration: {
      reason:
        'No scope is asked for: the registration has it, and the token response says what it was.',
    },
    refreshRotates: {
      reason: 'A refresh token works once; each refresh brings the next one.',
    },
    revokesOnce: {
      token: 'access_token',
      reason: 'The revocation endpoint documents the access token.',
    },
  },
  account: accountAt('Zoom', '/users/me', ({ id, display_name, first_name, email, pic_url }) => ({
    subject: id,
    name: display_name ?? first_name,
    claims: { email, picture: pic_url },
  })),
  pages: {
    registration: 'https://marketplace.zoom.us',
    scope: 'https://developers.zoom.us/docs/integrations/oauth-scopes-overview/',
  },
  source: 'https://developers.zoom.us/docs/integrations/oauth/',
  checked: '2026-11-25',
}
