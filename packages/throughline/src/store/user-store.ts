/*
 * What an app keeps about people: user records and sealed token sets; and the secrets that its processes share. Written
 * rarely, kept.
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
  /** Rises by one with each write. A set's first is the time: none of a set that was forgotten comes again. */
  readonly generation: number
  readonly sealed: string
  readonly scope: readonly string[]
  readonly status: 'good' | 'needs-reconnect'
  /** Why to reconnect: the provider refuses the grant, or a process was killed while it refreshed. Null while good. */
  readonly cause: 'refused' | 'interrupted' | null
  readonly savedAt: number
}

/** What the app keeps about one account, sealed. */
export interface UserRow extends AccountKey {
  /** Rises by one with each write. A record's first is the time: none of a record that was forgotten comes again. */
  readonly version: number
  readonly sealed: string
  readonly createdAt: number
  readonly savedAt: number
}

/** Keeps what must stay. One contract suite runs against every implementation. */
export interface UserStore {
  /**
   * Reads a token set. A store that keeps copies for a while asks for the present one where it must be fresh, and
   * answers with it from then on.
   */
  loadTokenSet(
    key: TokenSetKey,
    how?: { readonly fresh: boolean },
  ): Promise<TokenSetRecord | undefined>
  /** Writes over generation `over`, without it where none is stored; false, and nothing written, where that is not so. */
  saveTokenSet(record: TokenSetRecord, over?: number): Promise<boolean>
  /** Drops a token set of this generation; false, and nothing dropped, where there is none, or another by now. */
  forgetTokenSet(key: TokenSetKey, generation: number): Promise<boolean>

  loadUser(key: AccountKey): Promise<UserRow | undefined>
  /** Writes over version `over`, without it where none is stored; false, and nothing written, where that is not so. */
  saveUser(row: UserRow, over?: number): Promise<boolean>
  forgetUser(key: AccountKey): Promise<void>

  /** Reads a secret that all processes share, sealed. */
  loadSecret(name: string): Promise<string | undefined>
  /** Writes over what is sealed there, without it where nothing is; false, and nothing written, where that is not so. */
  saveSecret(name: string, sealed: string, over?: string): Promise<boolean>

  close(): Promise<void>
}
