/*
 * An authorization server's metadata, read from the well-known URLs of its issuer.
 *
 * What is read decides where codes, secrets and tokens go, so that little of it is believed: the issuer must be the
 * one that was asked for, and every endpoint be its own.
 */
import { getDomain } from 'tldts'
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import { assertEndpoint, ENDPOINT_NAMES, type AuthorizationServer } from './authorization-server.ts'
import { createBoundedFetch, type BoundedFetch } from './bounded-fetch.ts'
import { createAwayError, isTransient, toPlace, toShownText } from './oauth-error.ts'
import { readJsonBody, type ReadJson } from './plain-json.ts'

/** Longest metadata that is read, in bytes; those of large vendors have 10 kB. */
const MAXIMUM_BYTES = 262_144
/** Longest URL in metadata, in characters. */
const MAXIMUM_URL_LENGTH = 2_000

/** What {@link discoverServer} is asked. */
export interface DiscoveryRequest {
  /** The issuer as the provider record has it. */
  readonly issuer: string
  /** Origins besides those of the issuer's domain at which endpoints may be. */
  readonly endpointOrigins: readonly string[]
  readonly fetch: typeof globalThis.fetch
}

/**
 * Reads the metadata of an issuer: OpenID Connect Discovery first, then RFC 8414. The first of the two that is a JSON
 * object is the one that counts.
 *
 * @throws `oauth.metadata-invalid`, `oauth.endpoint-foreign`, `oauth.endpoint-refused`; `oauth.unavailable`,
 *   `oauth.answer-too-large`.
 * @see OpenID Connect Discovery §4, RFC 8414 §3
 */
export async function discoverServer(request: DiscoveryRequest): Promise<AuthorizationServer> {
  const fetch = createBoundedFetch(request.fetch, { maximumBytes: MAXIMUM_BYTES })
  const found: string[] = []
  for (const url of wellKnownUrls(request.issuer)) {
    const read = await readMetadata(fetch, url)
    if ('object' in read) return toAuthorizationServer(read.object, request)
    found.push(`${toPlace(url)} (${read.fault})`)
  }
  throw invalid(request.issuer, `looked for it at ${found.join(' and at ')}`)
}

/**
 * The URLs at which an issuer's metadata may be. A final slash of its path is left out; a path stands before OpenID's
 * suffix and after that of RFC 8414.
 *
 * @throws `oauth.endpoint-refused`; `oauth.metadata-invalid` where the issuer has a query.
 * @see OpenID Connect Discovery §4.1, RFC 8414 §3.1
 */
export function wellKnownUrls(issuer: string): readonly string[] {
  const { origin, pathname } = assertEndpoint(issuer, 'issuer')
  if (issuer.includes('?')) throw invalid(issuer, 'an issuer has no query')
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

async function readMetadata(fetch: BoundedFetch, url: string): Promise<ReadJson> {
  const response = await fetch(url, { headers: { accept: 'application/json' } }).catch(
    (error: unknown) => {
      // A server may send whoever asks for a page that it does not have to its front door.
      if (isThroughlineError(error, 'oauth.redirect-refused')) return undefined
      throw error
    },
  )
  if (response === undefined) return { fault: 'a redirect, which is not followed' }
  const { status } = response
  if (isTransient(status)) throw createAwayError(response, url)
  if (status !== 200) return { fault: `status ${status}` }
  return readJsonBody(response)
}

function toAuthorizationServer(
  metadata: Readonly<Record<string, unknown>>,
  { issuer, endpointOrigins }: DiscoveryRequest,
): AuthorizationServer {
  // Character by character: whoever compares less takes one issuer for another (RFC 8414 §3.3).
  if (metadata['issuer'] !== issuer) {
    const received = metadata['issuer']
    const shown = typeof received === 'string' ? `\`${toShownText(received)}\`` : 'no text'
    throw invalid(issuer, `its "issuer" is ${shown}. Write the issuer as the server does`)
  }
  const endpoints: Partial<Record<(typeof ENDPOINT_NAMES)[number], string>> = {}
  for (const name of ENDPOINT_NAMES) {
    const url = metadata[name]
    if (url === undefined || url === null) continue
    if (typeof url !== 'string' || url.length > MAXIMUM_URL_LENGTH) {
      throw invalid(issuer, `its "${name}" is no URL of at most ${MAXIMUM_URL_LENGTH} characters`)
    }
    assertOwn(assertEndpoint(url, name), name, issuer, endpointOrigins)
    endpoints[name] = url
  }
  const { authorization_endpoint, token_endpoint } = endpoints
  if (authorization_endpoint === undefined) {
    throw invalid(issuer, 'it names no "authorization_endpoint"')
  }
  if (token_endpoint === undefined) throw invalid(issuer, 'it names no "token_endpoint"')
  const algorithms = metadata['id_token_signing_alg_values_supported']
  const isNaming = metadata['authorization_response_iss_parameter_supported'] === true
  return Object.freeze({
    issuer,
    ...endpoints,
    authorization_endpoint,
    token_endpoint,
    ...(Array.isArray(algorithms) && {
      id_token_signing_alg_values_supported: algorithms
        .filter((name) => typeof name === 'string')
        .slice(0, 50),
    }),
    ...(isNaming && { authorization_response_iss_parameter_supported: true }),
  })
}

/**
 * Checks that an endpoint is on the issuer's registrable domain (`example.co.uk`, also `ada.github.io`), or where the
 * record says. An issuer without such a domain (an address, a name of one part) has its own host only, so that no
 * public issuer can point at a machine in here.
 */
function assertOwn(
  url: URL,
  name: string,
  issuer: string,
  endpointOrigins: readonly string[],
): void {
  const host = new URL(issuer).hostname
  const domain = domainOf(host)
  const isOwn =
    url.hostname === host ||
    (domain !== null && domainOf(url.hostname) === domain) ||
    endpointOrigins.includes(url.origin)
  if (isOwn) return
  throw new ThroughlineError(
    'oauth.endpoint-foreign',
    `The metadata of ${issuer} places "${name}" at ${url.origin}, which is not of the issuer's domain. Nothing was ` +
      `sent there. If the provider's documentation names that origin, add it to the record: endpointOrigins: ['${url.origin}'].`,
    { attribution: 'operator', details: { endpoint: name, received: url.origin } },
  )
}

/** Null for addresses, and for names that no one can register below a public suffix. */
function domainOf(hostname: string): string | null {
  return getDomain(hostname, { allowPrivateDomains: true })
}

function invalid(issuer: string, reason: string): ThroughlineError {
  return new ThroughlineError(
    'oauth.metadata-invalid',
    `The metadata of ${toShownText(issuer)} cannot be used: ${reason}. Correct the issuer in the provider record, or state the endpoints there.`,
    { attribution: 'operator', details: { issuer: toShownText(issuer), reason } },
  )
}
