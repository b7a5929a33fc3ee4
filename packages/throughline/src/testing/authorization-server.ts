/*
 * A small authorization server over real HTTP on 127.0.0.1: right by default, wrong on demand.
 *
 * It consents at once, so that whole journeys run without a person: /authorize redirects with a code, /token checks
 * PKCE and lets a code work once, /me is the resource. A test scripts the next answer of a path with `next`. What it
 * has of OpenID Connect is in `openid-issuer.ts`.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { wallClock, type Clock } from '../base/clock.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import { isDiscovered, type Provider } from '../providers/provider.ts'
import { createTranslator, type Translator } from './emulation.ts'
import { emulations } from './emulations.ts'
import { sendAnswer, type Answer, type Behaviour } from './misbehaviour.ts'
import { createOpenIdIssuer, type BentIdToken, type OpenIdSettings } from './openid-issuer.ts'
import { bearerOf, clientIdOf, recordRequest, type RecordedRequest } from './recorded-request.ts'
import { tellSecrets } from './told.ts'

export type { Behaviour } from './misbehaviour.ts'
export type { RecordedRequest } from './recorded-request.ts'
export type { BentIdToken, OpenIdSettings } from './openid-issuer.ts'

/** How a choice on the consent page travels; no parameter of OAuth has such a name. */
const CHOICE = { as: 'choice-as', scope: 'choice-scope', deny: 'choice-deny' } as const

/** How the server is when it is not told to misbehave. */
export interface AuthorizationServerSettings {
  /** Whether responses carry `iss`, and the metadata says so (no). */
  readonly iss?: boolean
  /** `expires_in` and whether there are refresh tokens (absent: neither, or as the vendor has it). */
  readonly expiresIn?: number
  /**
   * What a refresh token is after its use: `strict`: a second use ends the grant; `grace`: good for one more use;
   * `none`: the same token for ever (`strict`, or as the vendor has it).
   */
  readonly rotation?: 'strict' | 'grace' | 'none'
  /** Whether it looks at code verifiers, or knows nothing of PKCE (`checked`). */
  readonly pkce?: 'checked' | 'ignored'
  /** What is granted (what was asked). */
  readonly grantedScope?: string
  /** What /me answers, and what the token response has as `user`. */
  readonly account?: Readonly<Record<string, unknown>>
  /** Further people with accounts there; the choice of a person names one. */
  readonly people?: readonly Readonly<Record<string, unknown>>[]
  /**
   * The record in whose shape the server stands: its endpoints' paths (its own: /authorize, /token, /revoke), and the
   * vendor's ways where it is one of the catalogue.
   */
  readonly provider?: Provider
  /** Whether it is one of OpenID Connect: metadata, ID tokens, UserInfo (where `provider` may be one). */
  readonly openId?: OpenIdSettings
  /** What its ID tokens have the time from (the wall clock). */
  readonly clock?: Clock
}

/** What a person chooses on the consent page. */
export interface ConsentChoice {
  /** The name of the account (the first person's). */
  readonly as?: string
  /** What is granted of what was asked (all, or what the server is set to). */
  readonly scope?: readonly string[]
  /** Whether the person declines (no). */
  readonly deny?: boolean
}

/** A running server. */
export interface TestAuthorizationServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string
  readonly metadata: AuthorizationServer
  /** Every request so far, oldest first. */
  readonly requests: readonly RecordedRequest[]
  /** The requests of one path. */
  readonly requestsTo: (path: string) => readonly RecordedRequest[]
  /** Scripts the next answer of `behaviour.path` (the token endpoint's). Several wait in line. */
  readonly next: (behaviour: Behaviour) => void
  /** Scripts the next ID token. Several wait in line. */
  readonly nextIdToken: (bent: BentIdToken) => void
  /** Puts a new key in the place of the one that ID tokens are signed with. */
  readonly rotateKeys: () => void
  /** Ends every access token; refresh tokens go on. */
  readonly endAccessTokens: () => void
  /** Ends every grant, as a person does in their account. */
  readonly endGrants: () => void
  /**
   * Opens an authorization URL as a person who chooses.
   *
   * @returns Where the browser is sent then.
   * @throws `Error` where nobody has the name that is chosen, or the request is refused.
   */
  readonly consent: (url: URL, choice?: ConsentChoice) => Promise<URL>
  readonly close: () => Promise<void>
}

interface Grant {
  readonly account: Readonly<Record<string, unknown>>
  readonly clientId: string
  readonly scope: string
  /** The authorization request. */
  readonly asked: URLSearchParams
  readonly nonce: string | null
  isAlive: boolean
}

interface Code {
  readonly grant: Grant
  readonly challenge: string | null
  readonly redirectUri: string
  isUsed: boolean
}

/** Starts a server on a free port. */
export async function startAuthorizationServer(
  settings: AuthorizationServerSettings = {},
): Promise<TestAuthorizationServer> {
  const { account = { uri: '/users/1', name: 'Ada Example' }, people: others = [] } = settings
  const people = [account, ...others]
  const { provider } = settings
  const paths = pathsOf(provider)
  const openId = settings.openId ?? openIdOf(provider)
  const emulation = provider && emulations[provider.name]
  const translator = emulation ? createTranslator(emulation, paths) : PLAIN
  const { expiresIn = emulation?.expiresIn } = settings
  const { rotation = emulation?.refresh === 'stays' ? 'none' : 'strict' } = settings
  const codes = new Map<string, Code>()
  const accessTokens = new Map<string, Grant>()
  const refreshTokens = new Map<string, { readonly grant: Grant; uses: number }>()
  const mostUses = { strict: 1, grace: 2, none: Infinity }[rotation]
  const grants: Grant[] = []
  const requests: RecordedRequest[] = []
  const script: Behaviour[] = []

  const grantTokens = (grant: Grant, presented?: string): Answer => {
    const accessToken = createToken('access')
    accessTokens.set(accessToken, grant)
    const members = {
      access_token: accessToken,
      token_type: 'Bearer',
      scope: grant.scope,
      user: grant.account,
      ...(issuer &&
        /\bopenid\b/.test(grant.scope) && { id_token: issuer.idToken({ ...grant, accessToken }) }),
    }
    if (expiresIn === undefined) return { status: 200, json: members, grant }
    const isKept = presented !== undefined && mostUses === Infinity
    const refreshToken = isKept ? presented : createToken('refresh')
    if (!isKept) refreshTokens.set(refreshToken, { grant, uses: 0 })
    const json = { ...members, refresh_token: refreshToken, expires_in: expiresIn }
    return { status: 200, json, grant }
  }

  const routes: Readonly<Record<string, (request: RecordedRequest) => Answer>> = {
    [`GET ${paths.authorize}`]: ({ query }) => {
      const redirectUri = query.get('redirect_uri') ?? ''
      if (query.get('response_type') !== 'code' || !URL.canParse(redirectUri)) {
        return refuse('invalid_request')
      }
      const location = new URL(redirectUri)
      location.searchParams.set('state', query.get('state') ?? '')
      if (settings.iss) location.searchParams.set('iss', metadata.issuer)
      if (query.has(CHOICE.deny)) {
        location.searchParams.set('error', 'access_denied')
        return { status: 302, headers: { location: location.href } }
      }
      const as = query.get(CHOICE.as)
      const chosen = as === null ? people[0] : people.find(({ name }) => name === as)
      if (chosen === undefined) return refuse('invalid_request')
      const scope = query.get(CHOICE.scope) ?? settings.grantedScope ?? query.get('scope') ?? ''
      const grant = {
        account: chosen,
        clientId: query.get('client_id') ?? '',
        scope,
        asked: query,
        nonce: query.get('nonce'),
        isAlive: true,
      }
      grants.push(grant)
      const code = createToken('code')
      codes.set(code, { grant, challenge: query.get('code_challenge'), redirectUri, isUsed: false })
      location.searchParams.set('code', code)
      return { status: 302, headers: { location: location.href }, grant }
    },
    [`POST ${paths.token}`]: (request) => {
      const { form } = request
      if (form.get('grant_type') === 'authorization_code') {
        const code = codes.get(form.get('code') ?? '')
        if (!code) return refuse('invalid_grant')
        // Presenting a code twice ends what the first time gave (RFC 6749 §4.1.2).
        if (code.isUsed) code.grant.isAlive = false
        code.isUsed = true
        const isRight =
          code.grant.isAlive &&
          code.redirectUri === form.get('redirect_uri') &&
          code.grant.clientId === clientIdOf(request) &&
          (settings.pkce === 'ignored' || code.challenge === toChallenge(form.get('code_verifier')))
        return isRight ? grantTokens(code.grant) : refuse('invalid_grant')
      }
      if (form.get('grant_type') !== 'refresh_token') return refuse('unsupported_grant_type')
      const presented = form.get('refresh_token') ?? ''
      const refresh = refreshTokens.get(presented)
      if (!refresh) return refuse('invalid_grant')
      refresh.uses += 1
      // Used too often, it was stolen, or refreshes were not coordinated: both end the grant.
      if (refresh.uses > mostUses) refresh.grant.isAlive = false
      return refresh.grant.isAlive ? grantTokens(refresh.grant, presented) : refuse('invalid_grant')
    },
    [`POST ${paths.revoke}`]: ({ form }) => {
      const token = form.get('token') ?? ''
      const refresh = refreshTokens.get(token)
      const grant = refresh?.grant ?? accessTokens.get(token)
      const unknown = form.get('unknown')
      if (unknown !== null && !grant?.isAlive) {
        return { ...refuse('invalid_token'), status: Number(unknown) }
      }
      if (grant && (refresh || form.has('whole-grant'))) grant.isAlive = false
      accessTokens.delete(token)
      return { status: 200 }
    },
    // Where a record revokes by a request with the token itself, as Vimeo's does.
    [`${provider?.quirks.revokesBy?.method ?? 'DELETE'} ${provider?.quirks.revokesBy?.path ?? '/tokens'}`]:
      ({ headers }) => {
        accessTokens.delete(bearerOf(headers))
        return { status: 204 }
      },
    [`GET ${paths.userInfo}`]: ({ headers }) =>
      asOwner(headers, (account) => issuer?.claimsOf(account) ?? {}),
    [`GET ${paths.account}`]: ({ headers }) => asOwner(headers, (account) => account),
  }
  const asOwner = (
    headers: IncomingHttpHeaders,
    read: (of: Grant['account']) => Answer['json'] & {},
  ): Answer => {
    const grant = accessTokens.get(bearerOf(headers))
    if (grant?.isAlive) return { status: 200, json: read(grant.account) }
    const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' }
    return { status: 401, headers: challenge, json: { error: 'invalid_token' } }
  }

  const answerTo = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    try {
      const request = await recordRequest(incoming)
      requests.push(request)
      tellSecrets(request.form)
      const at = script.findIndex(({ path = paths.token }) => path === request.path)
      const behaviour = at < 0 ? undefined : script.splice(at, 1)[0]
      const own = () => {
        const read = translator.read(request)
        if ('answer' in read) return read.answer
        const { method, path } = read.request
        const route = routes[`${method} ${path}`]
        return route?.(read.request) ?? issuer?.answer(path, metadata) ?? { status: 404 }
      }
      const answer = behaviour?.isPlain ? { status: 200 } : translator.write(own(), request)
      tellSecrets(Object.entries(answer.json ?? {}))
      await sendAnswer(outgoing, answer, behaviour)
    } catch {
      // The client went away, which is what half of these tests are about.
      outgoing.destroy()
    }
  }
  // A test that failed before it could close the server must end all the same.
  const server = createServer((incoming, outgoing) => void answerTo(incoming, outgoing)).unref()
  // Else a busy machine may send into a connection that is just being closed for having been idle.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer =
    openId &&
    createOpenIdIssuer(openId, {
      origin,
      jwksPath: paths.jwks,
      userInfoPath: paths.userInfo,
      clock: settings.clock ?? wallClock,
    })
  const metadata: AuthorizationServer = {
    issuer: origin,
    authorization_endpoint: `${origin}${paths.authorize}`,
    token_endpoint: `${origin}${paths.token}`,
    revocation_endpoint: `${origin}${paths.revoke}`,
    ...(settings.iss && { authorization_response_iss_parameter_supported: true }),
    ...issuer?.metadata,
  }
  return {
    origin,
    metadata,
    nextIdToken: (bent) => issuer?.nextIdToken(bent),
    rotateKeys: () => issuer?.rotateKeys(),
    requests,
    requestsTo: (path) => requests.filter((request) => request.path === path),
    next: (behaviour) => void script.push(behaviour),
    endAccessTokens: () => accessTokens.clear(),
    endGrants: () => grants.forEach((grant) => (grant.isAlive = false)),
    consent: async (url, { as, scope, deny = false } = {}) => {
      if (as !== undefined && !people.some(({ name }) => name === as))
        throw nobodyCalled(as, people)
      const chosen = new URL(url)
      if (as !== undefined) chosen.searchParams.set(CHOICE.as, as)
      if (scope !== undefined) chosen.searchParams.set(CHOICE.scope, scope.join(' '))
      if (deny) chosen.searchParams.set(CHOICE.deny, '1')
      const answer = await fetch(chosen, { redirect: 'manual' })
      const location = answer.headers.get('location')
      if (location !== null) return new URL(location)
      throw new Error(`The authorization server sends nobody back: ${await answer.text()}`)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A server without a vendor's ways. */
const PLAIN: Translator = { read: (request) => ({ request }), write: (answer) => answer }

function pathsOf(provider: Provider | undefined) {
  const stated = provider?.authorizationServer
  const at = stated && !isDiscovered(stated) ? stated : undefined
  const pathOf = (url: string | undefined, own: string) =>
    url === undefined ? own : new URL(url).pathname
  return {
    authorize: pathOf(at?.authorization_endpoint, '/authorize'),
    token: pathOf(at?.token_endpoint, '/token'),
    revoke: pathOf(at?.revocation_endpoint, '/revoke'),
    jwks: pathOf(at?.jwks_uri, '/jwks'),
    userInfo: pathOf(at?.userinfo_endpoint, '/userinfo'),
    account: `${pathOf(provider?.api, '').replace(/\/$/, '')}/me`,
  }
}

/** What a record is, or may be, of OpenID Connect. */
function openIdOf(provider: Provider | undefined): OpenIdSettings | undefined {
  const server = provider?.authorizationServer
  if (server === undefined) return undefined
  if (!isDiscovered(server) && server.jwks_uri === undefined) return undefined
  const [algorithm] =
    (isDiscovered(server) ? undefined : server.id_token_signing_alg_values_supported) ?? []
  return {
    ...(algorithm !== undefined && { algorithm }),
    issuerPath: server.issuer.slice(new URL(server.issuer).origin.length),
  }
}

function toChallenge(verifier: string | null): string | null {
  return verifier === null ? null : createHash('sha256').update(verifier).digest('base64url')
}

function createToken(kind: string): string {
  return `${kind}-${randomBytes(16).toString('hex')}`
}

function nobodyCalled(as: string, people: readonly Readonly<Record<string, unknown>>[]): Error {
  const names = people.map(({ name }) => JSON.stringify(name)).join(', ')
  return new Error(
    `Nobody with an account there is called ${JSON.stringify(as)}, but ${names}. Name one of them, or add { people: [ … ] }.`,
  )
}

function refuse(error: string): Answer {
  return { status: 400, json: { error } }
}
