/*
 * What an app keeps about people: user records and sealed token sets. Written rarely, kept.
 *
 * A store keeps rows and compares generations. It never opens what is sealed. Every promise resolves after its
 * writes survive a loss of power. Times are epoch milliseconds.
 */

/** Names one account at a provider, without saying who it is. */
export interface AccountKey {
  readonly provider: string
  /** Blind index of the provider's subject. */
  readonly subjectIndex: string
}

/** Names one token set: an account as one OAuth client sees it. */
export interface TokenSetKey extends AccountKey {
  readonly clientId: string
}

/** One account's tokens, sealed. */
export interface TokenSetRecord extends TokenSetKey {
  /** Rises by one with each write. */
  readonly generation: number
  readonly sealed: string
  readonly scope: readonly string[]
  /** `needs-reconnect` once the provider has said that the grant is dead. */
  readonly status: 'good' | 'needs-reconnect'
  readonly savedAt: number
}

/** What the app keeps about one account, sealed. */
export interface UserRow extends AccountKey {
  /** Rises by one with each write. */
  readonly version: number
  readonly sealed: string
  readonly createdAt: number
  readonly savedAt: number
}

/** Keeps what must stay. One contract suite runs against every implementation. */
export interface UserStore {
  loadTokenSet(key: TokenSetKey): Promise<TokenSetRecord | undefined>
  /** Writes generation n when n − 1 is stored (1: none is stored); false, and nothing written, when it is not. */
  saveTokenSet(record: TokenSetRecord): Promise<boolean>
  forgetTokenSet(key: TokenSetKey): Promise<void>

  loadUser(key: AccountKey): Promise<UserRow | undefined>
  /** Writes version n when n − 1 is stored (1: none is stored); false, and nothing written, when it is not. */
  saveUser(row: UserRow): Promise<boolean>
  forgetUser(key: AccountKey): Promise<void>

  close(): Promise<void>
}
