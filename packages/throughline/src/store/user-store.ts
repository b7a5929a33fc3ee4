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
  /**
   * What a store that people open shows of it in clear, by column; others keep nothing of it. `loadUser`
   * does not give it back.
   */
  readonly readable?: Readonly<Record<string, string>>
}

/** All that is kept about one account. */
export interface AccountRecords extends AccountKey {
  readonly user?: UserRow
  /** By client, in order. */
  readonly tokenSets: readonly TokenSetRecord[]
}

/** Headers of a store's own columns, where people open it: no readable field may be called so. */
export const OWN_COLUMNS: ReadonlySet<string> = new Set(['id', 'record', 'tokens'])

/** The place that a user record's envelope is bound to. */
export function userContextOf(
  row: Pick<UserRow, 'provider' | 'subjectIndex' | 'version'>,
): readonly string[] {
  return ['users', row.provider, row.subjectIndex, String(row.version)]
}

/** The place that a token set's envelope is bound to. */
export function tokenSetContextOf(
  record: TokenSetKey & Pick<TokenSetRecord, 'generation'>,
): readonly string[] {
  const { provider, clientId, subjectIndex, generation } = record
  return ['token_sets', provider, clientId, subjectIndex, String(generation)]
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

  /**
   * Reads accounts in an order that stays, others writing meanwhile or not.
   *
   * @param after Those behind this account; undefined: from the first on.
   */
  listAccounts(after: AccountKey | undefined, limit: number): Promise<readonly AccountRecords[]>

  /** Reads a secret that all processes share, sealed. */
  loadSecret(name: string): Promise<string | undefined>
  /** Writes over what is sealed there, without it where nothing is; false, and nothing written, where that is not so. */
  saveSecret(name: string, sealed: string, over?: string): Promise<boolean>

  close(): Promise<void>
}
