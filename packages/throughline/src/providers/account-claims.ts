/*
 * What is kept of a person's claims: known names only, as bounded data. Somebody else wrote all of it, and pages escape
 * it as they escape everything.
 */
import { toShownText } from '../oauth/oauth-error.ts'

/**
 * What a provider said of an account, in the spelling of the wire; a record's own `account` may add further names.
 *
 * @see OpenID Connect Core §5.1
 */
export interface AccountClaims {
  /** At most 254 characters. It may belong to somebody else tomorrow: an account is known by its subject only. */
  readonly email?: string
  /** True only where the provider says so; a text such as `"true"` does not count. */
  readonly email_verified?: boolean
  /** At most 200 characters each. */
  readonly name?: string
  readonly given_name?: string
  readonly family_name?: string
  readonly middle_name?: string
  readonly nickname?: string
  readonly preferred_username?: string
  readonly locale?: string
  readonly zoneinfo?: string
  readonly phone_number?: string
  /** https URLs of at most 2,000 characters. */
  readonly picture?: string
  readonly profile?: string
  readonly website?: string
  readonly [name: string]: string | boolean | undefined
}

const MAXIMUM_TEXT_LENGTH = 200
/** RFC 5321 §4.5.3.1: longer addresses cannot be written to. */
const MAXIMUM_EMAIL_LENGTH = 254
const MAXIMUM_URL_LENGTH = 2_000

const TEXTS = [
  ...(['name', 'given_name', 'family_name', 'middle_name', 'nickname'] as const),
  ...(['preferred_username', 'locale', 'zoneinfo', 'phone_number'] as const),
]
const URLS = ['picture', 'profile', 'website'] as const

/**
 * Reads the standard claims. Texts are cleaned and cut; what would be another thing once cut (an address) is left out
 * where it does not fit, and so is what has the wrong type.
 */
export function toAccountClaims(claims: Readonly<Record<string, unknown>>): AccountClaims {
  const kept: Record<string, string | boolean> = {}
  const { email, email_verified } = claims
  if (isEmail(email)) {
    kept['email'] = email
    kept['email_verified'] = email_verified === true
  }
  for (const name of TEXTS) {
    const text = toBoundedText(claims[name])
    if (text !== '') kept[name] = text
  }
  for (const name of URLS) {
    const url = claims[name]
    if (isWebUrl(url)) kept[name] = url
  }
  return Object.freeze(kept)
}

/** Cleans and cuts a text by somebody else; empty for anything else. */
export function toBoundedText(value: unknown): string {
  if (typeof value !== 'string') return ''
  return Array.from(toShownText(value)).slice(0, MAXIMUM_TEXT_LENGTH).join('')
}

function isEmail(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= MAXIMUM_EMAIL_LENGTH &&
    /^[^@\s]+@[^@\s]+$/u.test(value) &&
    toShownText(value) === value &&
    // One that becomes another address where it is normalised, such as by a mail server.
    value.normalize('NFKC') === value
  )
}

function isWebUrl(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAXIMUM_URL_LENGTH) return false
  const url = URL.parse(value)
  return (
    url?.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    !/[\s\p{Cc}]/u.test(value)
  )
}
