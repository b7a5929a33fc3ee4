/*
 * An authorization server of plain OAuth 2 by other people: `@node-oauth/oauth2-server`. No OpenID, no metadata, no
 * `iss` and no endpoint for revocation; it checks PKCE, and a used refresh token ends without the others.
 *
 * The protocol is all theirs. Ours are the two things that the package leaves to whoever uses it: where rows are kept
 * (in memory), and a page to consent on.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import OAuth2Server from '@node-oauth/oauth2-server'
import { listen, type Ending } from './listening.ts'
import { Visitor } from './visitor.ts'

/** How the peer differs from the ordinary. */
export interface OAuthPeerOptions {
  readonly redirectUri: string
  /** Whether the client has no secret (no). */
  readonly isPublic?: boolean
  /** What the client's secret begins with, for characters that encodings change (nothing). */
  readonly secretPrefix?: string
}

/** A running server, at which one program is registered. */
export interface OAuthPeer {
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
  /** Consents, or declines; the path and query at the program that it leads to. */
  readonly visit: (url: URL, decision?: { declines?: boolean }) => Promise<string>
}

/** Long enough to be used, short enough to be due for a refresh soon. */
const ACCESS_TOKEN_SECONDS = 120
const USER = { id: 'ada', name: 'Ada Example' }

/** Starts the server; it ends with `t`. */
export async function startOAuthPeer(
  t: Ending,
  { redirectUri, isPublic = false, secretPrefix = '' }: OAuthPeerOptions,
): Promise<OAuthPeer> {
  const { server, origin } = await listen(t)
  const clientId = 'throughline'
  const clientSecret = `${secretPrefix}_-${randomBytes(16).toString('base64url')}`
  const client = {
    id: clientId,
    redirectUris: [redirectUri],
    grants: ['authorization_code', 'refresh_token'],
  }
  const isKnown = (id: string, secret: string | null) =>
    id === clientId && (isPublic || secret === null || secret === clientSecret)
  const protocol = new OAuth2Server({
    model: createModel((id, secret) => isKnown(id, secret) && client),
    accessTokenLifetime: ACCESS_TOKEN_SECONDS,
    requireClientAuthentication: isPublic
      ? { authorization_code: false, refresh_token: false }
      : {},
    authenticateHandler: { handle: () => USER },
  })
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', origin)
    const form = Object.fromEntries(new URLSearchParams(await text(incoming)))
    const request = new OAuth2Server.Request({
      headers: incoming.headers as Record<string, string>,
      method: incoming.method ?? '',
      query: Object.fromEntries(searchParams),
      body: form,
    })
    const response = new OAuth2Server.Response()
    const route = `${request.method} ${pathname}`
    try {
      if (route === 'GET /authorize') return showConsent(outgoing)
      if (route === 'POST /authorize') await protocol.authorize(request, response)
      else if (route === 'POST /token') await protocol.token(request, response)
      else if (route === 'GET /me') {
        response.body = (await protocol.authenticate(request, response)).user
      } else response.status = 404
    } catch (error) {
      // Where the error belongs to the person's way back, the response has its redirect already.
      if (!(error instanceof OAuth2Server.OAuthError)) throw error
      if (response.get('location') === undefined) {
        response.status = error.code
        response.body = { error: error.name, error_description: error.message }
      }
    }
    outgoing.writeHead(response.status ?? 200, {
      'content-type': 'application/json',
      ...response.headers,
    })
    outgoing.end(JSON.stringify(response.body ?? {}))
  }
  server.on('request', (incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => outgoing.writeHead(500).end(String(error)))
  })
  return {
    origin,
    clientId,
    clientSecret,
    async visit(url, { declines = false } = {}) {
      const visitor = new Visitor(origin)
      await visitor.go(url.href)
      await visitor.submit({ allowed: String(!declines) })
      return visitor.left ?? visitor.html
    },
  }
}

/** Submits to the very URL that is shown, so that the request is in its query. */
function showConsent(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { 'content-type': 'text/html' })
  outgoing.end(`<!doctype html><html lang="en"><title>Consent</title>
    <form method="post" action=""><p>Ada Example, may Throughline see your account?</p>
    <button name="allowed" value="true">Allow</button>
    <button name="allowed" value="false">Deny</button></form>`)
}

type Client = OAuth2Server.Client
type FindClient = (id: string, secret: string | null) => Client | false

/** Rows in memory, as the package asks for them. */
function createModel(
  findClient: FindClient,
): OAuth2Server.AuthorizationCodeModel & OAuth2Server.RefreshTokenModel {
  const codes = new Map<string, OAuth2Server.AuthorizationCode>()
  const tokens = new Map<string, OAuth2Server.Token>()
  const refreshTokens = new Map<string, OAuth2Server.RefreshToken>()
  return {
    getClient: async (id, secret) => findClient(id, secret),
    async saveAuthorizationCode(code, client, user) {
      const row = { ...code, client, user }
      codes.set(code.authorizationCode, row)
      return row
    },
    getAuthorizationCode: async (code) => codes.get(code),
    revokeAuthorizationCode: async ({ authorizationCode }) => codes.delete(authorizationCode),
    async saveToken(token, client, user) {
      const row = { ...token, client, user }
      tokens.set(token.accessToken, row)
      const { refreshToken } = token
      if (refreshToken !== undefined) refreshTokens.set(refreshToken, { ...row, refreshToken })
      return row
    },
    getAccessToken: async (token) => tokens.get(token),
    getRefreshToken: async (token) => refreshTokens.get(token),
    revokeToken: async ({ refreshToken }) => refreshTokens.delete(refreshToken),
    validateScope: async (_user, _client, scope) => scope ?? [],
    verifyScope: async () => true,
  }
}
