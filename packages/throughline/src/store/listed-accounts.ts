/*
 * Rows of several tables put together by account, for whoever goes over all of them.
 */
import type { AccountKey, AccountRecords, TokenSetRecord, UserRow } from './user-store.ts'

/** Puts rows together, in the order of the accounts, of those behind `after`. */
export function listedAccounts(
  users: readonly UserRow[],
  tokenSets: readonly TokenSetRecord[],
  after: AccountKey | undefined,
): readonly AccountRecords[] {
  const accounts = new Map<string, AccountRecords>()
  const of = ({ provider, subjectIndex }: AccountKey): AccountRecords =>
    accounts.get(nameOf({ provider, subjectIndex })) ?? { provider, subjectIndex, tokenSets: [] }
  for (const user of users) accounts.set(nameOf(user), { ...of(user), user })
  for (const set of tokenSets.toSorted((one, other) => (one.clientId < other.clientId ? -1 : 1))) {
    const present = of(set)
    accounts.set(nameOf(set), { ...present, tokenSets: [...present.tokenSets, set] })
  }
  return [...accounts]
    .filter(([name]) => after === undefined || name > nameOf(after))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, records]) => records)
}

/** Ordered as the pair is: no provider's name holds the character in between. */
function nameOf({ provider, subjectIndex }: AccountKey): string {
  return `${provider}\0${subjectIndex}`
}
