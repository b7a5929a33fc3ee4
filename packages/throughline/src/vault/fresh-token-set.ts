/*
 * A token set that can be used now: refreshed when it must be, once, whoever asks.
 *
 *   usable → return it
 *   due    → join the refresh under way here, or take the lease of the account → note that the generation is
 *            presented → look again → one refresh request → write the next generation → take the note back
 *            (lease held elsewhere: wait until it is free)
 *
 * The look comes after the note, so that a holder who was held up in between presents nothing that another has used.
 * The write compares generations, so that a holder who was slower than its lease overwrites nothing.
 *
 * A process that is killed between the note and the write leaves the note behind. The provider may have used the
 * refresh token up by then, so the generation is presented once more and never a third time. Where the write fails, the
 * process has what came: whoever asks next writes it, and nothing is presented again.
 */
import { isThroughlineError, ThroughlineError } from '../base/error.ts'
import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import type { KeySet } from '../oauth/key-set.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import type { Outage } from '../oauth/outage.ts'
import type { TokenQuirks } from '../oauth/token-quirks.ts'
import { requestFreshTokenSet } from '../oauth/token-request.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { Lease } from '../store/session-store.ts'
import type { TokenSetKey, TokenSetRecord } from '../store/user-store.ts'
import {
  loadTokenSet,
  markDead,
  saveGeneration,
  type OpenedTokenSet,
  type UnsavedTokenSet,
  type Vault,
} from './token-vault.ts'

/** A token is refreshed this long before it ends. */
const MARGIN_SECONDS = 60
const LEASE_MS = 15_000
const ASK_AGAIN_MS = 25
const GIVE_UP_MS = 45_000
/** How often a generation goes to the provider while no answer to it has come back here. */
const MOST_PRESENTATIONS = 2

/** What a refresh has come to; `ended`: only the person can give access again. */
export type RefreshOutcome = 'refreshed' | 'refresh-failed' | 'ended'

/** Where and as whom to refresh. */
export interface RefreshGrant {
  readonly title: string
  /** Asked for only where there is something to refresh. */
  readonly authorizationServer: () => Promise<AuthorizationServer>
  readonly client: OAuthClient
  /** The keys of an authorization server, where people sign in. */
  readonly keysOf?: (authorizationServer: AuthorizationServer) => KeySet | undefined
  /** What is known of how the server is: it is left alone for as long as it asks for. */
  readonly outage: Outage
  readonly fetch: typeof globalThis.fetch
  readonly quirks?: TokenQuirks
  readonly scopeSeparator?: string | undefined
  /** Tells the operator of an answer that cannot be believed: the person is only asked to connect again. */
  readonly report: (error: unknown) => void
  /** Ends what came for an account that was disconnected meanwhile: nobody else knows of it. */
  readonly endOrphan: (tokenSet: TokenSet) => Promise<void>
  /** Hears what each refresh of this process has come to. */
  readonly note: (outcome: RefreshOutcome) => void
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
      throw needsReconnect(grant.title, opened?.cause)
    if (opened.generation !== rejected && isUsable(opened, vault.clock())) return opened
    if (opened.tokenSet.refreshToken === undefined) {
      await markDead(vault, key, opened, 'refused')
      throw needsReconnect(grant.title)
    }
    const fresh = await joinRefresh(vault, key, grant, opened.generation, rejected)
    if (fresh !== undefined && fresh.generation !== rejected) return fresh
  }
}

/** All callers of this process share one refresh, and what comes of it. */
function joinRefresh(
  vault: Vault,
  key: TokenSetKey,
  grant: RefreshGrant,
  due: number,
  rejected: number | undefined,
): Promise<OpenedTokenSet | undefined> {
  const name = leaseOf(key)
  const underWay = vault.refreshes.get(name)
  if (underWay !== undefined) return underWay
  const refreshing = refreshAlone(vault, key, grant, due, rejected).finally(() => {
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
  due: number,
  rejected: number | undefined,
): Promise<OpenedTokenSet | undefined> {
  // By a clock that nobody sets: the wait must not grow by what the other is set back.
  const giveUpAt = performance.now() + GIVE_UP_MS
  for (;;) {
    const now = vault.clock()
    const lease = await vault.sessions.takeLease(leaseOf(key), vault.owner, now, now + LEASE_MS)
    if (lease !== undefined) return refreshUnder(lease, vault, key, grant, due, rejected)
    if (performance.now() > giveUpAt) throw busy(grant.title)
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
}

async function refreshUnder(
  lease: Lease,
  vault: Vault,
  key: TokenSetKey,
  grant: RefreshGrant,
  due: number,
  rejected: number | undefined,
): Promise<OpenedTokenSet | undefined> {
  const renewal = setInterval(() => {
    // A lease that could not be prolonged lapses; the write of the generation still overwrites nothing.
    vault.sessions.renewLease(lease, vault.clock() + LEASE_MS).catch(() => {})
  }, LEASE_MS / 3)
  try {
    const presented = await vault.sessions.notePresented(key, due, vault.clock())
    const takeBack = () => vault.sessions.noteAnswered(key, due)
    const opened = await loadTokenSet(vault, key, { fresh: true }).catch(async (error: unknown) => {
      await takeBack()
      throw error
    })
    if (opened?.generation === due)
      return await refresh(vault, key, grant, opened, presented, rejected)
    vault.unsaved.delete(leaseOf(key))
    await takeBack()
    return opened?.status === 'good' && isUsable(opened, vault.clock()) ? opened : undefined
  } finally {
    clearInterval(renewal)
    await vault.sessions.releaseLease(lease)
  }
}

async function refresh(
  vault: Vault,
  key: TokenSetKey,
  { title: _title, keysOf, report, endOrphan, note, outage, ...grant }: RefreshGrant,
  opened: OpenedTokenSet,
  presented: number,
  rejected: number | undefined,
): Promise<OpenedTokenSet | undefined> {
  const { generation } = opened
  const unsaved = vault.unsaved.get(leaseOf(key))
  if (unsaved?.over === generation) {
    // Not presented this time.
    await vault.sessions.noteAnswered(key, generation)
    return keep(vault, key, unsaved, { endOrphan, note })
  }
  if (presented > MOST_PRESENTATIONS) {
    await markDead(vault, key, opened, 'interrupted')
    note('ended')
    return undefined
  }
  const request = async () => {
    const authorizationServer = await grant.authorizationServer()
    return requestFreshTokenSet({
      ...grant,
      authorizationServer,
      keys: keysOf?.(authorizationServer),
      tokenSet: opened.tokenSet,
      now: vault.clock,
    })
  }
  let tokenSet: TokenSet
  try {
    tokenSet = await outage.ask(request)
  } catch (error) {
    const isUnbelievable = isThroughlineError(error, 'oauth.id-token-invalid')
    if (isUnbelievable) report(error)
    if (isUnbelievable || isThroughlineError(error, 'oauth.grant-dead')) {
      // Another process may have written a newer one meanwhile; then the look at the store decides.
      await markDead(vault, key, opened, presented > 1 ? 'interrupted' : 'refused')
      note('ended')
      return undefined
    }
    await vault.sessions.noteAnswered(key, generation)
    note('refresh-failed')
    const endsAt = opened.tokenSet.expiresAt ?? 0
    if (generation !== rejected && endsAt * 1000 > vault.clock()) return opened
    throw error
  }
  return keep(vault, key, { tokenSet, over: generation }, { endOrphan, note })
}

async function keep(
  vault: Vault,
  key: TokenSetKey,
  unsaved: UnsavedTokenSet,
  { endOrphan, note }: Pick<RefreshGrant, 'endOrphan' | 'note'>,
): Promise<OpenedTokenSet | undefined> {
  const { tokenSet, over: generation } = unsaved
  vault.unsaved.set(leaseOf(key), unsaved)
  const isSaved = await saveGeneration(vault, key, tokenSet, generation)
  vault.unsaved.delete(leaseOf(key))
  if (isSaved) {
    await vault.sessions.noteAnswered(key, generation)
    note('refreshed')
    return { tokenSet, generation: generation + 1, status: 'good', cause: null }
  }
  if ((await vault.users.loadTokenSet(key, { fresh: true })) === undefined)
    await endOrphan(tokenSet)
  return undefined
}

function isUsable({ tokenSet }: OpenedTokenSet, now: number): boolean {
  return tokenSet.expiresAt === undefined || tokenSet.expiresAt - MARGIN_SECONDS > now / 1000
}

function leaseOf(key: TokenSetKey): string {
  return `refresh/${key.provider}/${key.clientId}/${key.subjectIndex}`
}

/** The error that `connect()` turns into a button. */
function needsReconnect(title: string, cause?: TokenSetRecord['cause']): ThroughlineError {
  return new ThroughlineError('vault.needs-reconnect', reconnectSentence(title, cause), {
    attribution: 'person',
    details: { cause: cause ?? 'refused' },
  })
}

/** Says to the person why only they can give access again. */
export function reconnectSentence(title: string, cause?: TokenSetRecord['cause']): string {
  return cause === 'interrupted'
    ? `The access to your ${title} account was being renewed when this program was stopped, and ${title} does not give it out twice. Please connect again.`
    : `${title} no longer accepts this program's access to your account. Please connect again.`
}

function busy(title: string): ThroughlineError {
  return new ThroughlineError(
    'vault.refresh-busy',
    `The access to ${title} is being renewed elsewhere, and that takes too long. Please try again.`,
    { attribution: 'provider' },
  )
}
