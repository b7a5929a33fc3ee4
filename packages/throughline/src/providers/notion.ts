/*
 * Notion: JSON in place of forms, and no scope: what a connection may do is set where it is registered.
 */
import { memberOf } from '../oauth/plain-json.ts'
import { accountInAnswer, joinIds } from './api-account.ts'
import type { Provider } from './provider.ts'

/** Notion's API as of this day; every request must name one. */
const VERSION = '2025-09-03'

/** Notion. The subject is the workspace and the person in it, for a token is good in one workspace. */
export const notion: Provider = {
  name: 'notion',
  title: 'Notion',
  authorizationServer: {
    issuer: 'https://api.notion.com',
    authorization_endpoint: 'https://api.notion.com/v1/oauth/authorize',
    token_endpoint: 'https://api.notion.com/v1/oauth/token',
    revocation_endpoint: 'https://api.notion.com/v1/oauth/revoke',
  },
  clientAuthentication: 'basic',
  api: 'https://api.notion.com/v1',
  apiOrigins: ['https://api.notion.com'],
  apiHeaders: { 'notion-version': VERSION },
  authorizationParameters: { owner: 'user' },
  quirks: {
    requestsInJson: {
      headers: { 'notion-version': VERSION },
      reason: 'The token and revocation endpoints document JSON bodies, and a version.',
    },
    pkceUnconfirmed: {
      reason:
        'PKCE is in no document of the API. The parameters are sent; the state and the secret are what protects.',
    },
    scopeOfRegistration: {
      reason:
        'There is no scope. The registration has capabilities, and the person chooses the pages.',
    },
    refreshRotates: {
      reason:
        'A refresh brings a new access token and a new refresh token; no answer says when a token ends.',
    },
    revokesOnce: {
      token: 'access_token',
      reason: 'The revocation endpoint documents the access token, and no hint.',
    },
  },
  account: accountInAnswer('Notion', (answer) => {
    const { workspace_id, workspace_name, bot_id, owner } = answer
    const user = memberOf(owner, 'user')
    return {
      subject: joinIds(workspace_id, memberOf(user, 'id') ?? bot_id),
      name: memberOf(user, 'name') || workspace_name,
      claims: { email: memberOf(user, 'person', 'email'), picture: memberOf(user, 'avatar_url') },
    }
  }),
  pages: {
    registration: 'https://www.notion.so/developers/connections',
    scope: 'https://developers.notion.com/reference/capabilities',
  },
  source: 'https://developers.notion.com/reference/create-a-token',
  checked: '2026-11-25',
}
