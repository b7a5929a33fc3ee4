/*
 * A vendor's ways, as data, and the translator that gives them to the plain server of a test: a vendor's request is
 * read as the RFC has it, answered by the plain server, and the answer written as the vendor writes it.
 *
 * It takes nothing from the vendor's record but its paths: a mistake in the record is found by a journey that fails.
 */
import type { Answer } from './misbehaviour.ts'
import { bearerOf, type RecordedRequest } from './recorded-request.ts'

type Members = Readonly<Record<string, unknown>>

/** A person with an account, in the vendor's words: made of what the test says of them. */
export interface EmulatedPerson {
  /** A number, from the last digits of the person's `uri`. */
  readonly id: number
  readonly name: string
  /** All that the test says of them. */
  readonly told: Members
}

/** How a vendor differs from a plain server. */
export interface Emulation {
  /** Seconds until an access token ends, where it does; whether the answer says so (it does). */
  readonly expiresIn?: number
  readonly isEndUntold?: boolean
  /** Whether there are refresh tokens, and whether each works once (none). */
  readonly refresh?: 'rotates' | 'stays'
  /** A parameter of the authorization request, or a name of the scope, without which there is no refresh token. */
  readonly refreshNeeds?: { readonly parameter: string; readonly value: string }
  /** What it does about PKCE (checks it). */
  readonly pkce?: 'ignored' | 'refused'
  /** How the program shows its id and secret. */
  readonly client: 'basic' | 'body'
  /** Parameters that the authorization request must have. */
  readonly asked?: Readonly<Record<string, string>>
  /** Headers that a request to the API must have, and what they must match. */
  readonly headers?: Readonly<Record<string, RegExp>>
  /** Whether it takes token requests only as JSON (only as a form). */
  readonly isJson?: boolean
  readonly scope?: {
    /** What asks for it (`scope`), and what stands between two names there (a space). */
    readonly parameter?: string
    readonly separator?: string
    /** What the registration has; asking is refused then. */
    readonly registered?: string
    /** What stands between two names in the answer, and how one is written; undefined: it is left out. */
    readonly answerSeparator?: string
    readonly written?: (name: string, all: readonly string[]) => string | undefined
    /** Where it is told (in the token response). */
    readonly told?: 'redirect' | 'nowhere'
  }
  /** The token response, made of the plain one; the person is only known where a code was exchanged. */
  readonly tokens?: (plain: Members, person: EmulatedPerson, isRefresh: boolean) => Members
  /** How an error of the token endpoint is said. */
  readonly error?: (error: string, isRefresh: boolean) => { status?: number; json: Members }
  /** The API's page about the account. */
  readonly account: {
    readonly method?: 'POST'
    readonly path: string
    readonly json: (person: EmulatedPerson) => Members
    /** What is answered to a dead token, where it is not 401. */
    readonly dead?: Answer
  }
  /** How a grant is ended by the program; absent where there is no way. */
  readonly revocation?: {
    readonly request: string
    /** What carries the token (a form, as RFC 7009 has it). */
    readonly carries?: 'bearer' | 'json-token' | 'json-access-token'
    /** Whether only the token itself ends (the whole grant). */
    readonly isOfToken?: boolean
    /** Whether a token that it does not know is an error (it is revoked, as RFC 7009 has it). */
    readonly isStrict?: boolean
    readonly answer?: Answer
  }
}

/** Where the plain server has its routes. */
export interface PlainPaths {
  readonly authorize: string
  readonly token: string
  readonly revoke: string
  readonly account: string
}

/** Reads and writes as a vendor does. */
export interface Translator {
  /** What the plain server is to answer, or an answer that refuses it outright. */
  readonly read: (
    request: RecordedRequest,
  ) => { readonly request: RecordedRequest } | { readonly answer: Answer }
  /** The plain server's answer, in the vendor's words. */
  readonly write: (answer: Answer, request: RecordedRequest) => Answer
}

/** Makes the translator of an emulation. */
export function createTranslator(emulation: Emulation, paths: PlainPaths): Translator {
  const { account, revocation } = emulation
  const kindOf = ({ method, path }: RecordedRequest) => {
    if (path === paths.authorize) return 'authorize'
    if (path === paths.token) return 'token'
    if (`${method} ${path}` === `${account.method ?? 'GET'} ${account.path}`) return 'account'
    return `${method} ${path}` === revocation?.request ? 'revocation' : 'other'
  }
  return {
    read(request) {
      switch (kindOf(request)) {
        case 'authorize':
          return readAuthorization(request, emulation)
        case 'token':
          return readTokenRequest(request, emulation)
        case 'account': {
          const answer = refusalOfHeaders(request, emulation)
          if (answer) return { answer }
          return { request: { ...request, method: 'GET', path: paths.account } }
        }
        case 'revocation':
          return readRevocation(request, emulation, paths)
        default:
          return { request }
      }
    },
    write(answer, request) {
      const { json = {}, status } = answer
      switch (kindOf(request)) {
        case 'authorize':
          return writeRedirect(answer, emulation)
        case 'token': {
          const isRefresh = formOf(request).get('grant_type') === 'refresh_token'
          if (status === 200) return writeTokens(answer, emulation, isRefresh)
          return { ...answer, ...emulation.error?.(String(json['error']), isRefresh) }
        }
        case 'account':
          if (status !== 200) return account.dead ?? answer
          return { ...answer, json: account.json(toPerson(json)) }
        case 'revocation':
          if (status !== 200) return account.dead ?? answer
          return revocation?.answer ?? answer
        default:
          return answer
      }
    },
  }
}

function readAuthorization(request: RecordedRequest, { scope = {}, pkce, asked: must }: Emulation) {
  const query = new URLSearchParams(request.query)
  for (const [name, value] of Object.entries(must ?? {})) {
    if (query.get(name) !== value) return { answer: refuse('invalid_request') }
  }
  const { parameter = 'scope', separator = ' ', registered } = scope
  const asked = query.get(parameter)
  query.delete(parameter)
  if (registered !== undefined) {
    if (asked !== null) return { answer: refuse('invalid_scope') }
    query.set('scope', registered)
  } else {
    query.set('scope', (asked ?? '').split(separator).join(' '))
  }
  if (pkce !== undefined) query.delete('code_challenge')
  return { request: { ...request, query } }
}

function readTokenRequest(request: RecordedRequest, emulation: Emulation) {
  const { client, pkce, isJson = false } = emulation
  if (isJsonBody(request) !== isJson) return { answer: refuse('invalid_request') }
  const form = formOf(request)
  const isShown = client === 'basic' ? !form.has('client_secret') : form.has('client_secret')
  if (!isShown) return { answer: refuse('invalid_client', 401) }
  if (pkce === 'refused' && form.has('code_verifier'))
    return { answer: refuse('invalid_client', 401) }
  if (pkce !== undefined) form.delete('code_verifier')
  return { request: { ...request, form } }
}

function readRevocation(
  request: RecordedRequest,
  { revocation, isJson }: Emulation,
  { revoke }: PlainPaths,
) {
  const form = formOf(request)
  const { carries, isStrict } = revocation ?? {}
  if (isJson && !isJsonBody(request)) return { answer: refuse('invalid_request') }
  const token = carries === 'bearer' ? bearerOf(request.headers) : form.get(nameOf(carries))
  const plain = new URLSearchParams({ token: token ?? '' })
  if (!revocation?.isOfToken) plain.set('whole-grant', 'yes')
  if (isStrict) plain.set('unknown', '400')
  if (carries === 'bearer') plain.set('unknown', '401')
  return { request: { ...request, method: 'POST', path: revoke, form: plain } }
}

function nameOf(carries: string | undefined): string {
  return carries === 'json-access-token' ? 'access_token' : 'token'
}

function refusalOfHeaders({ headers }: RecordedRequest, emulation: Emulation): Answer | undefined {
  const missing = Object.entries(emulation.headers ?? {}).find(
    ([name, value]) => !value.test(String(headers[name] ?? '')),
  )
  if (missing === undefined) return undefined
  return { status: 403, json: { message: `The header ${missing[0]} is not as it must be.` } }
}

/** Adds the scope to the way back, where the vendor tells it there. */
function writeRedirect(answer: Answer, { scope }: Emulation): Answer {
  const { location } = answer.headers ?? {}
  if (scope?.told !== 'redirect' || location === undefined || !answer.grant) return answer
  const url = new URL(location)
  url.searchParams.set('scope', write(answer.grant.scope, scope))
  return { ...answer, headers: { ...answer.headers, location: url.href } }
}

function writeTokens(answer: Answer, emulation: Emulation, isRefresh: boolean): Answer {
  const { scope = {}, refresh, refreshNeeds, isEndUntold = false, tokens } = emulation
  const { scope: granted, user, refresh_token, expires_in, ...rest } = answer.json ?? {}
  const { account = {}, asked } = answer.grant ?? {}
  const isOffered =
    refreshNeeds === undefined ||
    asked?.getAll(refreshNeeds.parameter).join(' ').split(' ').includes(refreshNeeds.value)
  const isGiven = isOffered && (refresh === 'rotates' || (refresh === 'stays' && !isRefresh))
  const plain = {
    ...rest,
    ...(expires_in !== undefined && !isEndUntold && { expires_in }),
    ...(isGiven && { refresh_token }),
    ...(scope.told === undefined && { scope: write(String(granted), scope) }),
  }
  return { ...answer, json: tokens ? tokens(plain, toPerson(account), isRefresh) : plain }
}

function write(
  granted: string,
  { answerSeparator = ' ', written = (name) => name }: NonNullable<Emulation['scope']>,
): string {
  const names = granted.split(' ').filter((name) => name !== '')
  return names.flatMap((name) => written(name, names) ?? []).join(answerSeparator)
}

function toPerson(told: Members): EmulatedPerson {
  const id = /\d{1,9}$/.exec(String(told['uri']))?.[0] ?? '1'
  return { id: Number(id), name: String(told['name']), told }
}

function isJsonBody({ headers }: RecordedRequest): boolean {
  return headers['content-type'] === 'application/json'
}

function formOf(request: RecordedRequest): URLSearchParams {
  if (!isJsonBody(request)) return new URLSearchParams(request.form)
  return new URLSearchParams(JSON.parse(request.body) as Record<string, string>)
}

function refuse(error: string, status = 400): Answer {
  return { status, json: { error } }
}
