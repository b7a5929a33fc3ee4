/*
 * An account as a vendor's API, or its token response, tells of it: read by one function per record, checked here.
 */
import { ThroughlineError } from '../base/error.ts'
import { readJsonObject } from '../oauth/plain-json.ts'
import { toAccountClaims, toBoundedText } from './account-claims.ts'
import type { Account, AccountSource } from './provider.ts'

/** Characters. */
const MAXIMUM_SUBJECT_LENGTH = 255

type Members = Readonly<Record<string, unknown>>

/** What a record finds in an answer; nothing in it has been checked. */
export interface FoundAccount {
  /** The vendor's stable id: a text, or a whole number. */
  readonly subject: unknown
  readonly name: unknown
  /** What else there is, under the names that OpenID Connect gives it. */
  readonly claims?: Members
}

/** Reads the members of an answer; `answer` is the token response, without its tokens. */
export type FindAccount = (found: Members, answer: Members) => FoundAccount

/**
 * Makes the `account` of a record whose API has a page about the account.
 *
 * @param path Behind the API's base.
 */
export function accountAt(
  title: string,
  path: string,
  find: FindAccount,
  method: 'GET' | 'POST' = 'GET',
): (source: AccountSource) => Promise<Account> {
  return async ({ answer, request }) => {
    const response = await request(path, { method })
    if (!response.ok) throw unreadable(title, response.status)
    const read = readJsonObject(new Uint8Array(await response.arrayBuffer()))
    if ('fault' in read) throw unreadable(title, response.status)
    return toAccount(title, find(read.object, answer))
  }
}

/** Makes the `account` of a record whose token response says whose account it is. */
export function accountInAnswer(
  title: string,
  find: (answer: Members) => FoundAccount,
): (source: AccountSource) => Promise<Account> {
  return async ({ answer }) => toAccount(title, find(answer))
}

/** Joins ids that only together name an account; undefined where one is missing. */
export function joinIds(...ids: readonly unknown[]): string | undefined {
  const known = ids.filter((id) => typeof id === 'string' && id !== '')
  return known.length === ids.length ? known.join('/') : undefined
}

function toAccount(title: string, { subject, name, claims = {} }: FoundAccount): Account {
  const id = Number.isSafeInteger(subject) ? String(subject) : subject
  if (typeof id !== 'string' || id.length > MAXIMUM_SUBJECT_LENGTH || !/^[\x21-\x7e]+$/.test(id)) {
    throw unreadable(title)
  }
  return { subject: id, name: toBoundedText(name) || id, claims: toAccountClaims(claims) }
}

function unreadable(title: string, status?: number): ThroughlineError {
  return new ThroughlineError(
    'providers.account-unreadable',
    `${title} did not say whose account was connected. Connect again.`,
    { attribution: 'provider', details: { status } },
  )
}
