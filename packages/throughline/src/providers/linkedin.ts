/*
 * LinkedIn: its OpenID Connect leaves out the nonce, and its token endpoint refuses PKCE.
 */
import { accountAt } from './api-account.ts'
import type { Provider } from './provider.ts'

/** LinkedIn. The registration needs the product "Sign In with LinkedIn using OpenID Connect". */
export const linkedin: Provider = {
  name: 'linkedin',
  title: 'LinkedIn',
  authorizationServer: {
    issuer: 'https://www.linkedin.com/oauth',
    authorization_endpoint: 'https://www.linkedin.com/oauth/v2/authorization',
    token_endpoint: 'https://www.linkedin.com/oauth/v2/accessToken',
  },
  clientAuthentication: 'body',
  api: 'https://api.linkedin.com',
  apiOrigins: ['https://api.linkedin.com'],
  alwaysScope: ['openid', 'profile'],
  quirks: {
    withoutPkce: {
      reason:
        'A program with a secret that sends a `code_verifier` is answered 401, `invalid_client`. PKCE has an endpoint of its own, for native apps.',
    },
    idTokenUnusable: {
      reason: 'ID tokens lack the nonce of the request, so that they answer nobody in particular.',
    },
    bearerCalled: { name: undefined, reason: 'The documented answer has no `token_type`.' },
    scopeAnsweredWith: {
      separator: ',',
      reason: 'The scope is asked for with spaces and answered with commas.',
    },
    noRefreshToken: {
      reason:
        'Access ends after 60 days. Refresh tokens are for partners that LinkedIn has approved; where one comes, it is used.',
    },
    noRevocation: {
      reason:
        'No revocation is documented. The person removes the program at https://www.linkedin.com/psettings/permitted-services.',
    },
  },
  account: accountAt('LinkedIn', '/v2/userinfo', ({ sub, name, ...claims }) => ({
    subject: sub,
    name,
    claims: { name, ...claims },
  })),
  pages: {
    registration: 'https://www.linkedin.com/developers/apps',
    scope: 'https://learn.microsoft.com/en-us/linkedin/shared/authentication/authentication',
  },
  source:
    'https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow',
  checked: '2026-11-25',
}
