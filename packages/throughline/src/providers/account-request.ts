/*
 * Asking a provider whose account a fresh token belongs to.
 *
 * The token goes to the provider's own API origins and nowhere else.
 */
import { ThroughlineError } from '../base/error.ts'
import { createBoundedFetch } from '../oauth/bounded-fetch.ts'
import { createAwayError, isTransient } from '../oauth/oauth-error.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { toBoundedText } from './account-claims.ts'
import type { Account, Provider } from './provider.ts'

/** What {@link requestAccount} is asked. */
export interface AccountRequest {
  readonly provider: Provider
  readonly tokenSet: TokenSet
  /** The token response without its tokens, as `requestTokenSet` returns it. */
  readonly answer: Readonly<Record<string, unknown>>
  /** From `finishSignIn`; absent where nobody has signed in. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  readonly fetch: typeof globalThis.fetch
}

/**
 * Reads the account from the token response, from the claims of a sign-in or, where the provider's record says so,
 * from its API (1 MiB and 10 seconds at most, no redirects).
 *
 * @throws `providers.account-unreadable`, `providers.origin-refused`; `oauth.unavailable` where the API is away; the
 *   codes of `createBoundedFetch`.
 */
export async function requestAccount(options: AccountRequest): Promise<Account> {
  const { provider, answer, claims, tokenSet } = options
  const fetch = createBoundedFetch(options.fetch)
  const request = async (path: string, init: RequestInit = {}) => {
    const url = toApiUrl(provider, path)
    const response = await fetch(url, { ...init, headers: toApiHeaders(provider, tokenSet) })
    if (!isTransient(response.status)) return response
    throw createAwayError(response, url.href)
  }
  const account = await provider.account({ answer, claims, request })
  // A record of one's own may pass a name on as it came; it is opened and shown at every run of a page.
  if (isAccount(account))
    return { ...account, name: toBoundedText(account.name) || account.subject }
  throw new ThroughlineError(
    'providers.account-unreadable',
    `The record of ${provider.title} read no account: expected a subject of 1 to 255 characters and a name.`,
    { attribution: 'provider' },
  )
}

/**
 * Resolves where a request with a token goes: a path behind the provider's API base, or an absolute URL.
 *
 * @throws `providers.origin-refused` when it leads to an origin that no token may be sent to.
 */
export function toApiUrl({ api, apiOrigins, title }: Provider, path: string): URL {
  const isPath = path.startsWith('/') && !path.startsWith('//')
  const url = URL.parse(isPath ? api + path : path)
  if (url !== null && apiOrigins.includes(url.origin) && url.username === '') return url
  throw new ThroughlineError(
    'providers.origin-refused',
    `"${path.slice(0, 200)}" leads away from ${title}: the token goes only to ${apiOrigins.join(', ')}. ` +
      'Pass a path such as "/me", and use plain fetch() for other addresses.',
    { attribution: 'script', details: { expected: apiOrigins.join(' ') } },
  )
}

/** The headers of a request to the API: the provider's own, and the token. */
export function toApiHeaders(provider: Provider, tokenSet: TokenSet): Headers {
  const headers = new Headers(provider.apiHeaders)
  headers.set('authorization', `Bearer ${tokenSet.accessToken}`)
  return headers
}

/** What a record makes of a member that is not there: all people would be one account. */
const NOBODY: ReadonlySet<string> = new Set(['undefined', 'null', 'NaN', '[object Object]'])

function isAccount(account: Account): boolean {
  const { subject, name } = account
  if (typeof subject !== 'string' || typeof name !== 'string') return false
  // As UTF-8 all lone surrogates are one character: two accounts would be found by one index.
  return /^.{1,255}$/s.test(subject) && subject.isWellFormed() && !NOBODY.has(subject)
}
