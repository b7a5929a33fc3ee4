/*
 * Microsoft: work, school and personal accounts, and the Graph. The account comes from the Graph, not from an ID token.
 */
import { accountAt } from './api-account.ts'
import type { Provider } from './provider.ts'

const COMMON = 'https://login.microsoftonline.com/common'

/**
 * Microsoft, for every kind of account. A program for one organization states its own endpoints:
 * `{ ...microsoft, authorizationServer: { … } }`, with the tenant in the place of `common`.
 */
export const microsoft: Provider = {
  name: 'microsoft',
  title: 'Microsoft',
  authorizationServer: {
    issuer: `${COMMON}/v2.0`,
    authorization_endpoint: `${COMMON}/oauth2/v2.0/authorize`,
    token_endpoint: `${COMMON}/oauth2/v2.0/token`,
  },
  clientAuthentication: 'body',
  api: 'https://graph.microsoft.com/v1.0',
  apiOrigins: ['https://graph.microsoft.com'],
  // `User.Read` for the account, `offline_access` for a refresh token.
  alwaysScope: ['User.Read', 'offline_access'],
  quirks: {
    idTokenUnusable: {
      reason:
        'The issuer of `common` is a template, `…/{tenantid}/v2.0`: no ID token names the issuer that was asked.',
    },
    scopePrefix: {
      prefix: 'https://graph.microsoft.com/',
      reason:
        'Permissions of the Graph are asked for and answered with and without its URL, in capitals of either kind.',
    },
    scopeUnsaid: {
      names: ['offline_access'],
      reason: '`offline_access` is granted by a refresh token and is in no answer’s scope.',
    },
    refreshRotates: {
      reason: 'Each refresh brings a new refresh token; the old one is to be thrown away.',
    },
    noRevocation: {
      reason:
        'There is no revocation of one program’s tokens. The consent ends at https://myapps.microsoft.com or https://account.live.com/consent/Manage.',
    },
  },
  account: accountAt('Microsoft', '/me', ({ id, displayName, userPrincipalName, mail }) => ({
    subject: id,
    name: displayName ?? userPrincipalName,
    claims: { preferred_username: userPrincipalName, email: mail },
  })),
  pages: {
    registration: 'https://entra.microsoft.com',
    scope: 'https://learn.microsoft.com/en-us/graph/permissions-reference',
  },
  source: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
  checked: '2026-11-25',
}
