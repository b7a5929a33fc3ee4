/*
 * Rows as the framework hands them to a store: sealed texts that a store does not open.
 */
import type { TokenSetRecord, UserRow } from '../../src/store/user-store.ts'

/** The record of an account, its first version. */
export function userOf(name: string, more: Partial<UserRow> = {}): UserRow {
  return {
    ...{
      provider: 'vimeo',
      subjectIndex: `index-${name}`,
      version: 1,
      sealed: `record of ${name}`,
    },
    ...{ createdAt: 1_000_000, savedAt: 1_000_000 },
    ...more,
  }
}

/** The token set of an account, its first generation. */
export function tokensOf(name: string, more: Partial<TokenSetRecord> = {}): TokenSetRecord {
  return {
    ...{ provider: 'vimeo', clientId: 'client', subjectIndex: `index-${name}`, generation: 1 },
    ...{ sealed: `tokens of ${name}`, scope: ['public'], status: 'good', cause: null },
    savedAt: 1_000_000,
    ...more,
  }
}
