/*
 * What accounts are called where several stand side by side.
 */
import type { Account } from '../providers/provider.ts'

/** Names each account. Several may have one name: then what else is known of them tells them apart. */
export function namesOf(accounts: readonly Account[]): readonly string[] {
  return accounts.map(({ name, subject, claims }) => {
    const isShared = accounts.filter((other) => other.name === name).length > 1
    return isShared ? `${name} (${claims.email ?? subject})` : name
  })
}
