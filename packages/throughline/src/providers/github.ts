/*
 * GitHub, for OAuth apps: errors with status 200, a normalised scope, tokens without an end.
 */
import { accountAt } from './api-account.ts'
import type { Provider } from './provider.ts'

/** GitHub. The subject is the account's number, which outlives a change of its login. */
export const github: Provider = {
  name: 'github',
  title: 'GitHub',
  authorizationServer: {
    issuer: 'https://github.com/login/oauth',
    authorization_endpoint: 'https://github.com/login/oauth/authorize',
    token_endpoint: 'https://github.com/login/oauth/access_token',
  },
  clientAuthentication: 'body',
  api: 'https://api.github.com',
  apiOrigins: ['https://api.github.com'],
  apiHeaders: {
    accept: 'application/vnd.github+json',
    // Without a version, the oldest that is still supported answers.
    'x-github-api-version': '2022-11-28',
    // A request without an agent is refused.
    'user-agent': 'Throughline',
  },
  quirks: {
    errorsMean: {
      names: {
        bad_verification_code: 'invalid_grant',
        bad_refresh_token: 'invalid_grant',
        incorrect_client_credentials: 'invalid_client',
      },
      reason: 'Errors of the token endpoint have words of GitHub’s own, and status 200.',
    },
    scopeAnsweredWith: {
      separator: ',',
      reason: 'The scope is asked for with spaces and answered with commas.',
    },
    scopeIncludes: {
      names: {
        repo: ['repo:status', 'repo_deployment', 'public_repo', 'repo:invite', 'security_events'],
        user: ['read:user', 'user:email', 'user:follow'],
        project: ['read:project'],
        'admin:org': ['write:org'],
        'write:org': ['read:org'],
        'admin:repo_hook': ['write:repo_hook'],
        'write:repo_hook': ['read:repo_hook'],
        'admin:public_key': ['write:public_key'],
        'write:public_key': ['read:public_key'],
        'admin:gpg_key': ['write:gpg_key'],
        'write:gpg_key': ['read:gpg_key'],
      },
      reason:
        'The scope is answered normalised: what is included in a wider name is left out of it.',
    },
    tokenNeverExpires: {
      reason: 'Tokens of OAuth apps have no end and no refresh token. 401 means to connect again.',
    },
    revokesBy: {
      method: 'DELETE',
      path: '/applications/{client_id}/grant',
      asClient: true,
      reason:
        'There is no revocation endpoint. The program itself deletes the grant, with all tokens of the person for it.',
    },
  },
  account: accountAt('GitHub', '/user', ({ id, name, login, email, avatar_url, html_url }) => ({
    subject: id,
    name: name ?? login,
    claims: { preferred_username: login, email, picture: avatar_url, profile: html_url },
  })),
  pages: {
    registration: 'https://github.com/settings/developers',
    scope: 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps',
  },
  source: 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
  checked: '2026-11-25',
}
