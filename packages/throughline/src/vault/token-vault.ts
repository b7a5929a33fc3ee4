/*
 * Where token sets rest, sealed: one per provider, account and OAuth client, bound to its place and generation.
 *
 * Sessions hold references only. A consent replaces a good token set only by one of equal or wider scope, whichever
 * browser it was given in: the others go on with what they had.
 */
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import {
  isScopeWithin,
  parseTokenSet,
  serializeTokenSet,
  type TokenSet,
} from '../oauth/token-set.ts'
import type { SessionStore } from '../store/session-store.ts'
import {
  tokenSetContextOf,
  type TokenSetKey,
  type TokenSetRecord,
  type UserStore,
} from '../store/user-store.ts'

/** What the vault stands on. Leases and notes of refreshes are the session store's, whatever keeps the token sets. */
export interface Vault {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly ring: SealingKeys
  readonly random: Random
  readonly clock: Clock
  /** Names this process in leases. */
  readonly owner: string
  /** Refreshes under way in this process, by account: a lease tells processes apart, not callers. */
  readonly refreshes: Map<string, Promise<OpenedTokenSet | undefined>>
  /** What came and could not be kept, by account: the refresh token for it is used up. */
  readonly unsaved: Map<string, UnsavedTokenSet>
}

/** A token set that waits to be kept, and the generation that it comes after. */
export interface UnsavedTokenSet {
  readonly tokenSet: TokenSet
  readonly over: number
}

/** A token set taken out of the vault. */
export interface OpenedTokenSet {
  readonly tokenSet: TokenSet
  readonly generation: number
  readonly status: TokenSetRecord['status']
  readonly cause: TokenSetRecord['cause']
}

/**
 * Opens a token set; undefined when there is none.
 *
 * @param how As the user store is asked: `fresh` where a copy that it keeps will not do.
 */
export async function loadTokenSet(
  vault: Vault,
  key: TokenSetKey,
  how?: { readonly fresh: boolean },
): Promise<OpenedTokenSet | undefined> {
  const record = await vault.users.loadTokenSet(key, how)
  if (record === undefined) return undefined
  const text = open(vault.ring, 'token-set', tokenSetContextOf(record), record.sealed)
  const { generation, status, cause } = record
  return { tokenSet: parseTokenSet(text), generation, status, cause }
}

/** Whether an account can be used, and for what. */
export type Standing = Pick<TokenSetRecord, 'scope' | 'status' | 'cause'>

/** Tells whether an account can be used, and for what, without opening its tokens. */
export async function loadStanding(vault: Vault, key: TokenSetKey): Promise<Standing | undefined> {
  return vault.users.loadTokenSet(key)
}

/**
 * Keeps what a person has just consented to.
 *
 * @returns The scope that the account now has: the new one, or the one that is kept because the new one lacks of it.
 */
export async function saveConsent(
  vault: Vault,
  key: TokenSetKey,
  tokenSet: TokenSet,
): Promise<readonly string[]> {
  for (;;) {
    const present = await vault.users.loadTokenSet(key, { fresh: true })
    if (
      present !== undefined &&
      present.status === 'good' &&
      !isScopeWithin(present.scope, tokenSet.scope)
    ) {
      return present.scope
    }
    if (await saveGeneration(vault, key, tokenSet, present?.generation)) return tokenSet.scope
  }
}

/**
 * Writes the generation after `over`, or a first one, dead where there is a cause for it; false when another was
 * written meanwhile, or dropped.
 */
export function saveGeneration(
  vault: Vault,
  key: TokenSetKey,
  tokenSet: TokenSet,
  over: number | undefined,
  cause: TokenSetRecord['cause'] = null,
): Promise<boolean> {
  const text = serializeTokenSet(tokenSet)
  const savedAt = vault.clock()
  const generation = over === undefined ? savedAt : over + 1
  const place = tokenSetContextOf({ ...key, generation })
  const record: TokenSetRecord = {
    provider: key.provider,
    clientId: key.clientId,
    subjectIndex: key.subjectIndex,
    generation,
    sealed: seal(vault.ring, 'token-set', place, text, vault.random),
    scope: tokenSet.scope,
    status: cause === null ? 'good' : 'needs-reconnect',
    cause,
    savedAt,
  }
  return vault.users.saveTokenSet(record, over)
}

/** Notes that only the person can mend this generation; a newer one stays as it is. */
export async function markDead(
  vault: Vault,
  key: TokenSetKey,
  { tokenSet, generation }: OpenedTokenSet,
  cause: 'refused' | 'interrupted',
): Promise<void> {
  // What is dead need not be kept: the scope alone tells what to ask for again.
  const husk: TokenSet = { accessToken: '-', scope: tokenSet.scope }
  await saveGeneration(vault, key, husk, generation, cause)
}
