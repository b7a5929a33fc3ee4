/*
 * What a script holds of a connected account: who it is, what was granted, and `fetch` with the token added.
 *
 * It shows no secret however it is printed: the token is looked up in the vault at each request and never kept here.
 */
import { inspect } from 'node:util'
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import { outsideRun } from '../context/run-context.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { toApiHeaders, toApiUrl } from '../providers/account-request.ts'
import type { Account, Provider } from '../providers/provider.ts'
import type { ConnectionRecord } from '../store/session-store.ts'
import type { TokenSetKey } from '../store/user-store.ts'
import { freshTokenSet, type RefreshOutcome } from '../vault/fresh-token-set.ts'
import { assertSameSession, type ConnectRun, type RegisteredProvider } from './connect-world.ts'
import { disconnect, endTokenSet } from './disconnect.ts'
import { accountIds } from './security-event.ts'
import { startAuthorization } from './start.ts'
import { unreachable } from './unreachable.ts'

/** One session's standing grant with one account. */
export interface Connection {
  /** The provider's name: `vimeo`. */
  readonly provider: string
  /** Whose account it is. */
  readonly account: Account
  /** What was granted. */
  readonly scope: readonly string[]
  /**
   * `fetch` with the token added, for the provider's own API origins only.
   *
   * @param path A path behind the API's base (`/me/videos?page=2`), or an absolute URL of an API origin.
   * @throws `providers.origin-refused`; `connect.foreign-connection`; `vault.needs-reconnect`, which `connect()` shows
   *   as a button in the next run; `connect.unreachable`, a sentence for the person, when the provider cannot be reached.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /**
   * Revokes the grant at the provider, drops the token set for all sessions, and what was cached of the account.
   *
   * @returns Whether the provider has confirmed that the access has ended; here it has in any case.
   */
  disconnect(): Promise<{ readonly revoked: boolean }>
  /**
   * Leaves for the provider, in a run that a press has begun. This account stays until somebody has consented there;
   * then `connect()` returns theirs.
   *
   * @throws `connect.switch-without-press`
   */
  switchAccount(): Promise<never>
}

interface Origin {
  readonly connectRun: ConnectRun
  readonly key: TokenSetKey
}

const origins = new WeakMap<Connection, Origin>()

/**
 * Tells whose token set a connection refers to; undefined for anything that `connect()` did not return.
 *
 * @throws `connect.foreign-connection`
 */
export function tokenSetKeyOf(value: unknown): TokenSetKey | undefined {
  const origin = origins.get(value as Connection)
  if (origin !== undefined) assertSameSession(origin.connectRun)
  return origin?.key
}

/** Not plain data, so that session state and the cache refuse a connection instead of keeping a husk of it. */
const connectionPrototype: object = Object.freeze({})

/** Makes the object that `connect()` returns. */
export function createConnection(
  connectRun: ConnectRun,
  registered: RegisteredProvider,
  record: ConnectionRecord,
  account: Account,
): Connection {
  const { provider } = registered
  const shown = { provider: provider.name, account, scope: record.scope }
  const connection = Object.assign(Object.create(connectionPrototype) as Connection, shown)
  Object.defineProperties(connection, {
    fetch: {
      value: (path: string, init?: RequestInit) =>
        requestApi(connectRun, registered, record, path, init),
    },
    disconnect: {
      value: async () => {
        assertSameSession(connectRun)
        return disconnect(connectRun, record)
      },
    },
    switchAccount: { value: () => switchAccount(connectRun, registered, record) },
    [inspect.custom]: {
      value: () =>
        `Connection { ${provider.name}, ${account.name}, scope: ${record.scope.join(' ')} }`,
    },
  })
  const { clientId, subjectIndex } = record
  const key = { provider: provider.name, clientId, subjectIndex }
  origins.set(connection, { connectRun, key })
  return Object.freeze(connection)
}

async function requestApi(
  connectRun: ConnectRun,
  { provider, client, authorizationServer, keysOf, outage }: RegisteredProvider,
  record: ConnectionRecord,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const { world, run } = connectRun
  assertSameSession(connectRun)
  run.checkpointIfInside()
  const url = toApiUrl(provider, path)
  const grant = {
    title: provider.title,
    authorizationServer,
    keysOf,
    outage,
    client,
    fetch: world.fetch,
    quirks: provider.quirks,
    scopeSeparator: provider.scopeSeparator,
    report: world.report,
    endOrphan: (tokenSet: TokenSet) => endTokenSet(world, record, tokenSet),
    note: (outcome: RefreshOutcome) =>
      world.note({ event: `grant.${outcome}`, ...accountIds(record) }),
  }
  let rejected: number | undefined
  for (;;) {
    const { tokenSet, generation } = await freshTokenSet(
      world.vault,
      record,
      grant,
      rejected,
    ).catch((error: unknown) => {
      throw isThroughlineError(error, 'oauth.unavailable') ? unreachable(provider, error) : error
    })
    const headers = toApiHeaders(provider, tokenSet)
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
    headers.set('authorization', `Bearer ${tokenSet.accessToken}`)
    const response = await outsideRun(() => world.fetch(url, { ...init, headers })).catch(
      (error: unknown) => {
        throw isBrokenConnection(error) ? unreachable(provider, error) : error
      },
    )
    run.checkpointIfInside()
    const isRepeatable =
      init.body === undefined || init.body === null || typeof init.body === 'string'
    if (!isTokenRefused(response, provider) || rejected !== undefined || !isRepeatable)
      return response
    await response.body?.cancel()
    rejected = generation
  }
}

/** The platform's `fetch` gives the cause of a network error, and none for a wrong argument. */
function isBrokenConnection(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error
}

/**
 * RFC 6750 §3.1; some APIs say 401 without the header. On a way through other origins the token was dropped, and nobody
 * there may end the access: after a redirect only the API itself refuses, in so many words.
 */
function isTokenRefused({ status, headers, redirected, url }: Response, api: Provider): boolean {
  if (status !== 401) return false
  const challenge = headers.get('www-authenticate')
  if (challenge === null) return !redirected
  const isOfApi = !redirected || api.apiOrigins.includes(new URL(url).origin)
  return isOfApi && challenge.includes('invalid_token')
}

async function switchAccount(
  connectRun: ConnectRun,
  registered: RegisteredProvider,
  { scope, slot }: ConnectionRecord,
): Promise<never> {
  const { run } = connectRun
  assertSameSession(connectRun)
  run.checkpoint()
  if (run.parts.press === undefined || run.unclaimedPress !== undefined) {
    throw new ThroughlineError(
      'connect.switch-without-press',
      "switchAccount() stands where a run reaches it without a press, and nobody is sent away unasked. Call it behind a button: if (button('Use another account')) await connection.switchAccount().",
      { attribution: 'script' },
    )
  }
  const url = await startAuthorization(connectRun, registered, { scope, slot, isSwitch: true })
  return run.signal({ kind: 'left', url, providerTitle: registered.provider.title })
}
