/*
 * An issuer by other people that can be bent at every joint: `oauth2-mock-server`. Right until it is bent, and right
 * again once it is straightened.
 */
import assert from 'node:assert/strict'
import {
  OAuth2Issuer,
  OAuth2Service,
  type MutableResponse,
  type MutableToken,
} from 'oauth2-mock-server'
import {
  forgeToken,
  signToken,
  type SigningKey,
  type TokenParts,
} from '../../src/testing/signed-token.ts'
import { listen, type Ending } from './listening.ts'

type Members = Record<string, unknown>

/** An issuer, and what can be done to it. */
export interface BentIssuer {
  readonly origin: string
  readonly clientSecret: string
  readonly service: OAuth2Service
  /** Makes one more key; tokens are signed by each in its turn. */
  readonly addKey: (algorithm?: string) => Promise<string>
  /** Changes header and claims of ID tokens before they are signed. */
  readonly idToken: (change: (header: Members, claims: Members) => void) => void
  /** Puts something else in the place of an ID token that is right. */
  readonly forged: (forge: (right: string) => string) => void
  /** Changes the answer of the token endpoint. */
  readonly tokens: (change: (body: Members) => void) => void
  readonly metadata: (change: (body: Members) => void) => void
  readonly userInfo: (change: (body: Members) => void) => void
  /** Changes the parameters with which the person is sent back. */
  readonly redirect: (change: (parameters: URLSearchParams) => void) => void
  /** Ends all bending. */
  readonly straighten: () => void
  /** Goes there, as a person who consents at once; the path and query that it leads to. */
  readonly visit: (url: URL) => Promise<string>
}

/** How a fresh access token ends: due for a refresh soon. */
const ACCESS_TOKEN_SECONDS = 120

/** Starts the issuer; it ends with `t`. */
export async function startBentIssuer(t: Ending, clientSecret: string): Promise<BentIssuer> {
  const { server, origin } = await listen(t)
  const issuer = new OAuth2Issuer()
  issuer.url = origin
  const service = new OAuth2Service(issuer)
  server.on('request', service.requestHandler)
  const addKey = async (algorithm = 'RS256') => (await issuer.keys.generate(algorithm)).kid
  await addKey()
  const onBody = (event: string, change: (body: Members) => void) =>
    void service.on(event, ({ body }: MutableResponse) => {
      if (body !== '') change(body)
    })
  const straighten = () => {
    service.removeAllListeners()
    // Of itself it grants the scope `dummy`, whatever was asked, and nobody has a name.
    onBody('beforeResponse', (body) => {
      Object.assign(body, { scope: undefined, expires_in: ACCESS_TOKEN_SECONDS })
    })
    onBody('beforeUserinfo', (body) => {
      body['name'] = 'Ada Example'
    })
  }
  straighten()
  return {
    origin,
    clientSecret,
    service,
    addKey,
    idToken: (change) =>
      void service.on('beforeTokenSigning', ({ header, payload }: MutableToken) => {
        // Its access tokens are signed as well; they have no audience.
        if ('aud' in payload) change(header, payload)
      }),
    forged: (forge) =>
      onBody('beforeResponse', (body) => {
        body['id_token'] = forge(String(body['id_token']))
      }),
    tokens: (change) => onBody('beforeResponse', change),
    metadata: (change) => onBody('beforeWellKnownOpenIdConfiguration', change),
    userInfo: (change) => onBody('beforeUserinfo', change),
    redirect: (change) =>
      void service.on('beforeAuthorizeRedirect', ({ url }: { url: URL }) =>
        change(url.searchParams),
      ),
    straighten,
    async visit(url) {
      const answer = await fetch(url, { redirect: 'manual' })
      const said = await answer.text()
      const back = new URL(answer.headers.get('location') ?? assert.fail(said))
      return back.pathname + back.search
    },
  }
}

/** The same claims under another header, signed by another key. */
export function signedAnew(right: string, header: TokenParts['header'], key: SigningKey): string {
  return signToken({ header: { ...headerOf(right), ...header }, claims: claimsOf(right) }, key)
}

/** The same claims under another header, with a MAC, or with nothing at all. */
export function unsigned(right: string, header: TokenParts['header'], secret?: string): string {
  return forgeToken({ header: { ...headerOf(right), ...header }, claims: claimsOf(right) }, secret)
}

/** The same token with a bit of its signature turned. */
export function withBrokenSignature(right: string): string {
  const [header, claims, signature = ''] = right.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)
  return [header, claims, bytes.toString('base64url')].join('.')
}

function headerOf(token: string): Members {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Members
}

function claimsOf(token: string): string {
  return Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
}
