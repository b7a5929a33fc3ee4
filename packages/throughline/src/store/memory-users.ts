/*
 * The user store in memory, for tests and for nothing that must stay: it ends with the process.
 */
import { answer, tokenSetName } from './memory-tables.ts'
import { listedAccounts } from './listed-accounts.ts'
import type { AccountKey, TokenSetRecord, UserRow, UserStore } from './user-store.ts'

/** Makes an empty user store. */
export function createMemoryUserStore(): UserStore {
  const tokenSets = new Map<string, TokenSetRecord>()
  const users = new Map<string, UserRow>()
  const secrets = new Map<string, string>()
  const userName = ({ provider, subjectIndex }: AccountKey) =>
    JSON.stringify([provider, subjectIndex])

  return {
    loadTokenSet: (key) => answer(() => tokenSets.get(tokenSetName(key))),
    saveTokenSet: (record, over) =>
      answer(() => {
        if (tokenSets.get(tokenSetName(record))?.generation !== over) return false
        tokenSets.set(tokenSetName(record), structuredClone(record))
        return true
      }),
    forgetTokenSet: (key, generation) =>
      answer(() => {
        if (tokenSets.get(tokenSetName(key))?.generation !== generation) return false
        return tokenSets.delete(tokenSetName(key))
      }),
    loadUser: (key) => answer(() => users.get(userName(key))),
    saveUser: (row, over) =>
      answer(() => {
        if (users.get(userName(row))?.version !== over) return false
        users.set(userName(row), { ...row })
        return true
      }),
    forgetUser: (key) => answer(() => void users.delete(userName(key))),
    listAccounts: (after, limit) =>
      answer(() =>
        listedAccounts([...users.values()], [...tokenSets.values()], after).slice(0, limit),
      ),
    loadSecret: (name) => answer(() => secrets.get(name)),
    saveSecret: (name, sealed, over) =>
      answer(() => {
        if (secrets.get(name) !== over) return false
        secrets.set(name, sealed)
        return true
      }),
    close: async () => {},
  }
}
