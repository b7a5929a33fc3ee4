/*
 * The account of somebody who has signed in, for records that do not say otherwise.
 */
import { ThroughlineError } from '../base/error.ts'
import { toAccountClaims, toBoundedText } from './account-claims.ts'
import type { Account, AccountSource } from './provider.ts'

/**
 * Reads the account from the claims of a sign-in: `sub` is the subject, the name is the first of `name`,
 * `preferred_username`, `nickname` and `email` that is there.
 *
 * @throws `providers.account-unreadable` where nobody has signed in.
 */
export async function readOpenIdAccount({ claims }: AccountSource): Promise<Account> {
  if (claims === undefined) {
    throw new ThroughlineError(
      'providers.account-unreadable',
      'Nobody has signed in, so it is not known whose account it is. Ask for the scope "openid", or give the record an "account" function.',
      { attribution: 'provider' },
    )
  }
  const subject = String(claims['sub'])
  const kept = toAccountClaims(claims)
  const name = kept.name ?? kept.preferred_username ?? kept.nickname ?? kept.email
  return { subject, name: name ?? (toBoundedText(subject) || 'Somebody'), claims: kept }
}
