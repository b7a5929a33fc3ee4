/*
 * The user store in memory, for tests and for nothing that must stay: it ends with the process.
 */
import { answer } from './memory-tables.ts'
import type { AccountKey, TokenSetKey, TokenSetRecord, UserRow, UserStore } from './user-store.ts'

/** Makes an empty user store. */
export function createMemoryUserStore(): UserStore {
  const tokenSets = new Map<string, TokenSetRecord>()
  const presented = new Map<string, number>()
  const users = new Map<string, UserRow>()
  const secrets = new Map<string, string>()
  const tokenSetName = ({ provider, clientId, subjectIndex }: TokenSetKey) =>
    JSON.stringify([provider, clientId, subjectIndex])
  const userName = ({ provider, subjectIndex }: AccountKey) =>
    JSON.stringify([provider, subjectIndex])

  return {
    loadTokenSet: (key) => answer(() => tokenSets.get(tokenSetName(key))),
    saveTokenSet: (record, over) =>
      answer(() => {
        if (tokenSets.get(tokenSetName(record))?.generation !== over) return false
        tokenSets.set(tokenSetName(record), structuredClone(record))
        presented.delete(tokenSetName(record))
        return true
      }),
    forgetTokenSet: (key, generation) =>
      answer(() => {
        if (tokenSets.get(tokenSetName(key))?.generation !== generation) return false
        presented.delete(tokenSetName(key))
        return tokenSets.delete(tokenSetName(key))
      }),
    notePresented: (key, generation) =>
      answer(() => {
        const name = tokenSetName(key)
        if (tokenSets.get(name)?.generation !== generation) return 0
        const times = (presented.get(name) ?? 0) + 1
        presented.set(name, times)
        return times
      }),
    noteAnswered: (key, generation) =>
      answer(() => {
        const name = tokenSetName(key)
        const times = presented.get(name) ?? 0
        if (tokenSets.get(name)?.generation === generation && times > 0)
          presented.set(name, times - 1)
      }),
    loadUser: (key) => answer(() => users.get(userName(key))),
    saveUser: (row, over) =>
      answer(() => {
        if (users.get(userName(row))?.version !== over) return false
        users.set(userName(row), { ...row })
        return true
      }),
    forgetUser: (key) => answer(() => void users.delete(userName(key))),
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
