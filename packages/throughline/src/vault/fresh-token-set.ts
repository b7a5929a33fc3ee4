/*
 * A token set that can be used now: refreshed when it must be, once, whoever asks.
 *
 *   usable → return it
 *   due    → join the refresh under way here, or take the lease of the account → look again → one refresh request
 *            → write the next generation → look again
 *            (lease held elsewhere: wait until it is free)
 *
 * The write compares generations, so that a holder who was slower than its lease overwrites nothing.
 */
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import { requestFreshTokenSet, type TokenQuirks } from '../oauth/token-request.ts'
import type { Lease } from '../store/session-store.ts'
import type { TokenSetKey } from '../store/user-store.ts'
import {
  loadTokenSet,
  markDead,
  saveGeneration,
  type OpenedTokenSet,
  type Vault,
} from './token-vault.ts'

/** A token is refreshed this long before it ends. */
const MARGIN_SECONDS = 60
const LEASE_MS = 15_000
const ASK_AGAIN_MS = 25
const GIVE_UP_MS = 45_000

/** Where and as whom to refresh. */
export interface RefreshGrant {
  readonly title: string
  readonly authorizationServer: AuthorizationServer
  readonly client: OAuthClient
  readonly fetch: typeof globalThis.fetch
  readonly quirks?: TokenQuirks
  readonly scopeSeparator?: string | undefined
}

/**
 * Returns a token set that can be used now.
 *
 * @param rejected The generation that the API has just refused with 401, if any: it counts as ended.
 * @throws `vault.needs-reconnect` when only the person can give a new one; `oauth.unavailable` and the other codes
 *   of `requestFreshTokenSet` when the provider could not be asked.
 * @see RFC 6749 §6, RFC 9700 §4.14
 */
export async function freshTokenSet(
  vault: Vault,
  key: TokenSetKey,
  grant: RefreshGrant,
  rejected?: number,
): Promise<OpenedTokenSet> {
  for (;;) {
    const opened = await loadTokenSet(vault, key)
    if (opened === undefined || opened.status === 'needs-reconnect')
      throw needsReconnect(grant.title)
    if (opened.generation !== rejected && isUsable(opened, vault.clock())) return opened
    if (opened.tokenSet.refreshToken === undefined) {
      await markDead(vault, key, opened)
      throw needsReconnect(grant.title)
    }
    const fresh = await joinRefresh(vault, key, grant, rejected)
    if (fresh !== undefined && fresh.generation !== rejected) return fresh
  }
}

/** All callers of this process share one refresh, and what comes of it. */
function joinRefresh(
  vault: Vault,
  key: TokenSetKey,
  grant: RefreshGrant,
  rejected: number | undefined,
): Promise<OpenedTokenSet | undefined> {
  const name = leaseOf(key)
  const underWay = vault.refreshes.get(name)
  if (underWay !== undefined) return underWay
  const refreshing = refreshAlone(vault, key, grant, rejected).finally(() => {
    vault.refreshes.delete(name)
  })
  vault.refreshes.set(name, refreshing)
  return refreshing
}

/** Takes the lease, waiting for another process if need be; undefined when the token set changed or is gone. */
async function refreshAlone(
  vault: Vault,
  key: TokenSetKey,
  grant: RefreshGrant,
  rejected: number | undefined,
): Promise<OpenedTokenSet | undefined> {
  const giveUpAt = vault.clock() + GIVE_UP_MS
  for (;;) {
    const now = vault.clock()
    const lease = await vault.sessions.takeLease(leaseOf(key), vault.owner, now, now + LEASE_MS)
    if (lease !== undefined) return refreshUnder(vault, key, grant, lease, rejected)
    if (now > giveUpAt) throw busy(grant.title)
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
}

async function refreshUnder(
  vault: Vault,
  key: TokenSetKey,
  grant: RefreshGrant,
  lease: Lease,
  rejected: number | undefined,
): Promise<OpenedTokenSet | undefined> {
  const renewal = setInterval(() => {
    // A lease that could not be prolonged lapses; the write of the generation still overwrites nothing.
    vault.sessions.renewLease(lease, vault.clock() + LEASE_MS).catch(() => {})
  }, LEASE_MS / 3)
  try {
    const opened = await loadTokenSet(vault, key)
    if (opened === undefined || opened.status === 'needs-reconnect') return undefined
    if (opened.generation !== rejected && isUsable(opened, vault.clock())) return opened
    return await refresh(vault, key, grant, opened, rejected)
  } finally {
    clearInterval(renewal)
    await vault.sessions.releaseLease(lease)
  }
}

async function refresh(
  vault: Vault,
  key: TokenSetKey,
  grant: RefreshGrant,
  opened: OpenedTokenSet,
  rejected: number | undefined,
): Promise<OpenedTokenSet | undefined> {
  const { title: _title, ...request } = grant
  try {
    const tokenSet = await requestFreshTokenSet({
      ...request,
      tokenSet: opened.tokenSet,
      now: vault.clock,
    })
    const generation = opened.generation + 1
    if (await saveGeneration(vault, key, tokenSet, generation, 'good')) {
      return { tokenSet, generation, status: 'good' }
    }
    return undefined
  } catch (error) {
    if (isThroughlineError(error, 'oauth.grant-dead')) {
      // Another process may have written a newer one meanwhile; then the look at the store decides.
      await markDead(vault, key, opened)
      return undefined
    }
    const endsAt = opened.tokenSet.expiresAt ?? 0
    if (opened.generation !== rejected && endsAt * 1000 > vault.clock()) return opened
    throw error
  }
}

function isUsable({ tokenSet }: OpenedTokenSet, now: number): boolean {
  return tokenSet.expiresAt === undefined || tokenSet.expiresAt - MARGIN_SECONDS > now / 1000
}

function leaseOf(key: TokenSetKey): string {
  return `refresh/${key.provider}/${key.clientId}/${key.subjectIndex}`
}

/** The error that `connect()` turns into a button. */
function needsReconnect(title: string): ThroughlineError {
  return new ThroughlineError('vault.needs-reconnect', reconnectSentence(title), {
    attribution: 'person',
  })
}

/** Says to the person that only they can give access again. */
export function reconnectSentence(title: string): string {
  return `${title} no longer accepts this program's access to your account. Please connect again.`
}

function busy(title: string): ThroughlineError {
  return new ThroughlineError(
    'vault.refresh-busy',
    `The access to ${title} is being renewed elsewhere, and that takes too long. Please try again.`,
    { attribution: 'provider' },
  )
}
