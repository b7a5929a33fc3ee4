/*
 * How servers depart from the RFCs in what they are asked and what they answer: each departure is data with a reason,
 * and each kind is dealt with here, once, whichever provider has it.
 */
import { memberOf } from './plain-json.ts'
import { splitScope } from './token-set.ts'

/** Departures that change how a token endpoint is asked, or how its answer is read. */
export interface TokenQuirks extends ScopeQuirks {
  /** PKCE is left out of both requests: the server refuses it. The state and the client's secret are what protects. */
  readonly withoutPkce?: { readonly reason: string }
  /** Requests to the authorization server carry JSON in place of a form, and these headers. */
  readonly requestsInJson?: {
    readonly headers?: Readonly<Record<string, string>>
    readonly reason: string
  }
  /** The server's own words for errors, and the RFC's word for each: `{ bad_verification_code: 'invalid_grant' }`. */
  readonly errorsMean?: {
    readonly names: Readonly<Record<string, string>>
    /** Where the word stands, if not in `error`: members from the root, numbers for places in a list. */
    readonly at?: readonly (string | number)[]
    readonly reason: string
  }
  /** The tokens, with their scope and end, stand in this member; where it has none, outermost as usual. */
  readonly tokensIn?: { readonly member: string; readonly reason: string }
  /** What the server writes for `token_type` where it means `Bearer`; `undefined`: it leaves it out. */
  readonly bearerCalled?: { readonly name: string | undefined; readonly reason: string }
}

/** Departures in how a server says what it has granted. */
export interface ScopeQuirks {
  /** Granted names, and what each includes or is otherwise called: `{ user: ['user:email'] }`. */
  readonly scopeIncludes?: {
    readonly names: Readonly<Record<string, readonly string[]>>
    readonly reason: string
  }
  /** What stands between two names in an answer, where it is another than in a request. */
  readonly scopeAnsweredWith?: { readonly separator: string; readonly reason: string }
  /** What may stand before a name that was asked without it, and the other way round; capitals then do not count. */
  readonly scopePrefix?: { readonly prefix: string; readonly reason: string }
  /** Names that are granted as asked and that no answer lists. */
  readonly scopeUnsaid?: { readonly names: readonly string[]; readonly reason: string }
  /** What was granted stands in the authorization response, not in the token response. */
  readonly scopeInRedirect?: { readonly reason: string }
}

type Members = Readonly<Record<string, unknown>>

/** Finds the `error` of an answer, in the server's own word. */
export function errorOf(answer: Members, quirk: TokenQuirks['errorsMean']): string | undefined {
  const found = (quirk?.at && memberOf(answer, ...quirk.at)) ?? answer['error']
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** Translates a server's word for an error into the RFC's. */
export function meaningOf(error: string, quirk: TokenQuirks['errorsMean']): string {
  return quirk && Object.hasOwn(quirk.names, error) ? (quirk.names[error] ?? error) : error
}

/** Finds the members about tokens, and calls a bearer token by its name. */
export function tokenMembersOf(answer: Members, quirks: TokenQuirks = {}): Members {
  const { tokensIn, bearerCalled } = quirks
  const nested = tokensIn === undefined ? undefined : answer[tokensIn.member]
  const members = isObject(nested) && nested['access_token'] !== undefined ? nested : answer
  const isBearer = bearerCalled !== undefined && members['token_type'] === bearerCalled.name
  return isBearer ? { ...members, token_type: 'Bearer' } : members
}

/**
 * Tells what was granted in the names that scripts ask by: what the server said, what that includes, and what was asked
 * and is known to be granted although the server writes it otherwise.
 */
export function toGrantedScope(
  said: readonly string[],
  asked: readonly string[],
  { scopeIncludes, scopePrefix, scopeUnsaid }: ScopeQuirks = {},
): readonly string[] {
  const granted = new Set(said)
  // A set goes on to what is added while it is walked through: what is included may include more.
  for (const name of granted) {
    const included = scopeIncludes?.names ?? {}
    if (Object.hasOwn(included, name)) included[name]?.forEach((one) => granted.add(one))
  }
  if (scopePrefix) {
    const { prefix } = scopePrefix
    const plain = (name: string) =>
      (name.startsWith(prefix) ? name.slice(prefix.length) : name).toLowerCase()
    const plainly = new Set([...granted].map(plain))
    for (const name of granted) if (name.startsWith(prefix)) granted.add(name.slice(prefix.length))
    for (const name of asked) if (plainly.has(plain(name))) granted.add(name)
  }
  for (const name of scopeUnsaid?.names ?? []) if (asked.includes(name)) granted.add(name)
  return [...granted]
}

/** What counts as granted where the token response has no `scope`: what was asked, or what the redirect said. */
export function impliedScope(
  asked: readonly string[],
  response: URLSearchParams,
  { scopeInRedirect }: ScopeQuirks = {},
  separator?: string,
): readonly string[] {
  const told = scopeInRedirect ? response.get('scope') : null
  return told === null ? asked : splitScope(told, separator)
}

/** Wraps a `fetch` that is given forms, so that JSON goes out in their place. */
export function inJson(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
  { headers: further = {} }: NonNullable<TokenQuirks['requestsInJson']>,
): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) => {
    const headers = new Headers(init.headers)
    headers.set('content-type', 'application/json')
    for (const [name, value] of Object.entries(further)) headers.set(name, value)
    const form = new URLSearchParams(init.body as URLSearchParams)
    return fetch(url, { ...init, headers, body: JSON.stringify(Object.fromEntries(form)) })
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null
}
