/*
 * Vimeo: no discovery, no refresh, no RFC 7009, no confirmed PKCE. Everything is under one origin.
 */
import { ThroughlineError } from '../base/error.ts'
import { toShownText } from '../oauth/oauth-error.ts'
import type { Account, AccountSource, Provider } from './provider.ts'

const API = 'https://api.vimeo.com'

/** Characters. The longest seen is 20; the schema sets no limit. */
const MAXIMUM_SUBJECT_LENGTH = 255
const MAXIMUM_NAME_LENGTH = 200

/** Vimeo, API version 3.4. The subject is the whole `uri` of the user, such as `/users/98765432`. */
export const vimeo: Provider = {
  name: 'vimeo',
  title: 'Vimeo',
  authorizationServer: {
    issuer: API,
    authorization_endpoint: `${API}/oauth/authorize`,
    token_endpoint: `${API}/oauth/access_token`,
  },
  clientAuthentication: 'basic-raw',
  api: API,
  apiOrigins: [API],
  apiHeaders: {
    // Without a version, the one that was current when the app was registered answers.
    accept: 'application/vnd.vimeo.*+json;version=3.4',
    // Vimeo may block generic agents.
    'user-agent': 'Throughline',
  },
  // Implied by Vimeo in every grant; asking for it keeps what was asked and what was granted comparable.
  alwaysScope: ['public'],
  quirks: {
    pkceUnconfirmed: {
      reason:
        'PKCE is in no document of Vimeo. The parameters are sent; the state is what protects.',
    },
    tokenNeverExpires: {
      reason:
        'Tokens of the code grant have no end and no refresh token. 401 means to connect again.',
    },
    errorsMean: {
      names: { invalid_request: 'invalid_grant' },
      reason:
        'A wrong, expired or used code is answered by invalid_request, "Invalid authorization code".',
    },
    revokesBy: {
      method: 'DELETE',
      path: '/tokens',
      reason:
        'There is no revocation endpoint. DELETE /tokens ends the token it carries, and answers 204.',
    },
  },
  account: readVimeoAccount,
  pages: {
    registration: 'https://developer.vimeo.com/apps',
    scope: 'https://developer.vimeo.com/api/authentication',
  },
  source: 'https://developer.vimeo.com/api/authentication',
  checked: '2026-11-25',
}

async function readVimeoAccount({ answer, request }: AccountSource): Promise<Account> {
  return toAccount(answer['user']) ?? toAccount(await requestMe(request)) ?? unreadable()
}

async function requestMe(request: AccountSource['request']): Promise<unknown> {
  const response = await request('/me?fields=uri,name')
  if (!response.ok) return unreadable(response.status)
  return response.json().catch(() => undefined)
}

function toAccount(user: unknown): Account | undefined {
  if (typeof user !== 'object' || user === null) return undefined
  const { uri, name } = user as { readonly uri?: unknown; readonly name?: unknown }
  if (typeof uri !== 'string' || typeof name !== 'string') return undefined
  if (uri.length > MAXIMUM_SUBJECT_LENGTH || !/^\/[\x21-\x7e]+$/.test(uri)) return undefined
  const shown = Array.from(toShownText(name)).slice(0, MAXIMUM_NAME_LENGTH).join('')
  return { subject: uri, name: shown || uri, claims: {} }
}

function unreadable(status?: number): never {
  throw new ThroughlineError(
    'providers.account-unreadable',
    'Vimeo did not say whose account was connected. Connect again.',
    { attribution: 'provider', details: { status } },
  )
}
