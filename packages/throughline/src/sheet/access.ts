/*
 * An access token for the service account: a signed assertion for a token, kept until shortly before it ends.
 */
import { sign } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { ThroughlineError } from '../base/error.ts'
import type { BoundedFetch } from '../oauth/bounded-fetch.ts'
import { isTransient, toShownText } from '../oauth/oauth-error.ts'
import { memberOf, readJsonBody } from '../oauth/plain-json.ts'
import { unavailable } from './sheet-error.ts'
import type { ServiceAccount } from './service-account.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** Nothing of the person's Drive: the one sheet is shared by hand. */
const SCOPE = 'https://www.googleapis.com/auth/spreadsheets'
const LIFE_SECONDS = 3600
/** A token is asked for anew this long before it ends. */
const MARGIN_MS = 5 * 60_000

/** Gives an access token that can be used now; all who ask at once share one request. */
export interface SheetAccess {
  /**
   * @throws `sheet.key-refused` when Google does not know the key, or this machine's clock is wrong;
   *   `sheet.unavailable`.
   */
  token(): Promise<string>
  /** Says that a token was refused: the next one is another. */
  refuse(token: string): void
}

interface Held {
  readonly token: string
  readonly endsAt: number
}

/** Makes access for one service account. */
export function createSheetAccess(
  account: ServiceAccount,
  fetch: BoundedFetch,
  clock: Clock,
): SheetAccess {
  let held: Held | undefined
  let asking: Promise<Held> | undefined
  return {
    token: async () => {
      if (held !== undefined && held.endsAt - MARGIN_MS > clock()) return held.token
      asking ??= requestToken(account, fetch, clock()).finally(() => {
        asking = undefined
      })
      held = await asking
      return held.token
    },
    refuse: (token) => {
      if (held?.token === token) held = undefined
    },
  }
}

/** @see RFC 7523 §2.1, https://developers.google.com/identity/protocols/oauth2/service-account */
async function requestToken(
  account: ServiceAccount,
  fetch: BoundedFetch,
  now: number,
): Promise<Held> {
  const assertion = toAssertion(account, now)
  const body = new URLSearchParams({ grant_type: GRANT_TYPE, assertion })
  const response = await fetch(account.tokenUri, { method: 'POST', body }).catch(unavailable)
  if (isTransient(response.status)) return unavailable(undefined, response.status)
  const read = await readJsonBody(response)
  const object = 'object' in read ? read.object : {}
  const token = memberOf(object, 'access_token')
  const seconds = memberOf(object, 'expires_in')
  if (response.ok && typeof token === 'string' && typeof seconds === 'number') {
    return { token, endsAt: now + seconds * 1000 }
  }
  const said = ['error', 'error_description'].map((name) =>
    toText(memberOf(object, name), assertion),
  )
  throw keyRefused(account, said.join(': '))
}

function toAssertion({ email, tokenUri, privateKey }: ServiceAccount, now: number): string {
  const issuedAt = Math.floor(now / 1000)
  const claims = {
    ...{ iss: email, scope: SCOPE, aud: tokenUri },
    ...{ iat: issuedAt, exp: issuedAt + LIFE_SECONDS },
  }
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims]
  const text = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
}

function keyRefused({ email }: ServiceAccount, said: string) {
  // Google has no code of its own for a wrong clock.
  const isClock = said.includes('reasonable timeframe')
  const advice = isClock
    ? "This machine's clock is wrong: set it."
    : 'Was the key deleted, or the service account? Make a new key file in the Google Cloud console.'
  const message = `Google does not accept the key of the service account ${email} (${said}). ${advice}`
  return new ThroughlineError('sheet.key-refused', message, {
    attribution: 'operator',
    details: { isClock },
  })
}

function toText(value: unknown, assertion: string): string {
  return typeof value === 'string' ? toShownText(value, [assertion]) : 'no reason'
}
