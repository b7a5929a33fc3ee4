/*
 * Slack: a person's own token (never a bot's), whose scope and tokens stand apart from those of bots.
 */
import { memberOf } from '../oauth/plain-json.ts'
import { accountAt, joinIds } from './api-account.ts'
import type { Provider } from './provider.ts'

/** Slack, as a person. The subject is the workspace and the person in it, for a token is good in one workspace. */
export const slack: Provider = {
  name: 'slack',
  title: 'Slack',
  authorizationServer: {
    issuer: 'https://slack.com',
    authorization_endpoint: 'https://slack.com/oauth/v2/authorize',
    token_endpoint: 'https://slack.com/api/oauth.v2.access',
  },
  clientAuthentication: 'basic',
  api: 'https://slack.com/api',
  apiOrigins: ['https://slack.com'],
  scopeSeparator: ',',
  alwaysScope: ['users.profile:read'],
  quirks: {
    withoutPkce: {
      reason:
        'PKCE is only for apps where it was switched on, which makes them public clients for good.',
    },
    scopeAskedAs: {
      parameter: 'user_scope',
      reason: '`scope` asks for a bot; what is asked for a person has a parameter of its own.',
    },
    tokensIn: {
      member: 'authed_user',
      reason:
        'The person’s token, scope and end are in `authed_user`, beside those of a bot. A refresh has them outermost.',
    },
    bearerCalled: { name: 'user', reason: 'The `token_type` says whose the token is.' },
    errorsMean: {
      names: {
        invalid_code: 'invalid_grant',
        code_already_used: 'invalid_grant',
        invalid_refresh_token: 'invalid_grant',
        token_revoked: 'invalid_grant',
        token_expired: 'invalid_grant',
        invalid_auth: 'invalid_grant',
        bad_client_secret: 'invalid_client',
        invalid_client_id: 'invalid_client',
      },
      reason: 'Errors have status 200, `ok: false` and words of Slack’s own.',
    },
    tokenNeverExpires: {
      reason: 'Tokens have no end, unless the registration has token rotation switched on.',
    },
    refreshRotates: {
      reason: 'With token rotation a refresh token is revoked once it was used; a new one comes.',
    },
    revokesBy: {
      method: 'POST',
      path: '/auth.revoke',
      reason: 'There is no revocation endpoint. `auth.revoke` ends the token that it carries.',
    },
  },
  account: accountAt('Slack', '/users.profile.get', ({ profile }, answer) => ({
    subject: joinIds(memberOf(answer, 'team', 'id'), memberOf(answer, 'authed_user', 'id')),
    name: memberOf(profile, 'display_name') || memberOf(profile, 'real_name'),
    claims: { email: memberOf(profile, 'email'), picture: memberOf(profile, 'image_192') },
  })),
  pages: {
    registration: 'https://api.slack.com/apps',
    scope: 'https://docs.slack.dev/reference/scopes',
  },
  source: 'https://docs.slack.dev/authentication/installing-with-oauth',
  checked: '2026-11-25',
}
