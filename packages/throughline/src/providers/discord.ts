/*
 * Discord: close to the RFCs, and particular about who asks.
 */
import { accountAt } from './api-account.ts'
import type { Provider } from './provider.ts'

/** Discord, as a person (no bot). API version 10. */
export const discord: Provider = {
  name: 'discord',
  title: 'Discord',
  authorizationServer: {
    issuer: 'https://discord.com',
    authorization_endpoint: 'https://discord.com/oauth2/authorize',
    token_endpoint: 'https://discord.com/api/oauth2/token',
    revocation_endpoint: 'https://discord.com/api/oauth2/token/revoke',
  },
  clientAuthentication: 'basic',
  api: 'https://discord.com/api/v10',
  apiOrigins: ['https://discord.com'],
  // Agents of another form may be blocked.
  apiHeaders: { 'user-agent': 'DiscordBot (https://www.npmjs.com/package/throughline, 0.1.0)' },
  alwaysScope: ['identify'],
  quirks: {
    refreshRotates: { reason: 'Each refresh brings a new refresh token.' },
    revokesOnce: {
      token: 'refresh_token',
      reason: 'Revoking any token ends all tokens of that person for the program.',
    },
  },
  account: accountAt(
    'Discord',
    '/users/@me',
    ({ id, global_name, username, email, verified, locale }) => ({
      subject: id,
      name: global_name ?? username,
      claims: { preferred_username: username, email, email_verified: verified, locale },
    }),
  ),
  pages: {
    registration: 'https://discord.com/developers/applications',
    scope: 'https://discord.com/developers/docs/topics/oauth2#shared-resources-oauth2-scopes',
  },
  source: 'https://discord.com/developers/docs/topics/oauth2',
  checked: '2026-11-25',
}
