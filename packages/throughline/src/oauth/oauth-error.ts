/*
 * What went wrong at an authorization server, as our one error class.
 *
 * Errors of oauth4webapi hold the raw answer, tokens and code included: none is ever kept as `cause`. What the
 * provider says is cleaned, cut and searched for the secrets of the request before it stands in `details`.
 */
import * as oauth from 'oauth4webapi'
import { ThroughlineError, type Attribution } from '../base/error.ts'
import { REDACTED } from './redacted.ts'
import { meaningOf, type TokenQuirks } from './token-quirks.ts'

/** Longest text of a provider that is shown, in characters. */
const MAXIMUM_TEXT_LENGTH = 300

/** Shorter secrets are no secrets, and replacing them would garble the text. */
const MINIMUM_SECRET_LENGTH = 6

/** What was being asked when it went wrong. */
export interface RequestContext {
  /** What was sent: an authorization code, a refresh token, a token to revoke; or what was asked for. */
  readonly kind: 'code' | 'refresh' | 'revocation' | 'user-info'
  /** The URL that was asked; only its origin and path are shown. */
  readonly endpoint: string
  /** Everything the request carried that must not be shown, should the answer echo it. */
  readonly secrets: readonly string[]
  /** What the server's own words for errors mean. */
  readonly errorsMean?: TokenQuirks['errorsMean']
}

/**
 * Cleans a text that somebody else wrote: no control, format or bidirectional characters, no secrets, 300
 * characters at most. It is still text, to be escaped by the page.
 */
export function toShownText(text: string, secrets: readonly string[] = []): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  return Array.from(withoutSecrets(clean, secrets)).slice(0, MAXIMUM_TEXT_LENGTH).join('')
}

/**
 * Turns whatever a token or revocation request threw into an error that is safe to print:
 * `oauth.grant-dead` (the person must connect again), `oauth.code-rejected`, `oauth.client-rejected`,
 * `oauth.request-rejected`, `oauth.unavailable` (may be tried again later), `oauth.answer-invalid`.
 *
 * @see RFC 6749 §5.2
 */
export function toOAuthError(thrown: unknown, context: RequestContext): ThroughlineError {
  if (thrown instanceof ThroughlineError) return thrown
  if (thrown instanceof oauth.ResponseBodyError) {
    const { error, error_description: description, status } = thrown
    return createAnswerError({ error, description, status, context })
  }
  if (thrown instanceof oauth.UnsupportedOperationError) {
    return createInvalidAnswerError(context, 'its token_type is not Bearer')
  }
  if (thrown instanceof oauth.OperationProcessingError) {
    return createInvalidAnswerError(context, toReason(thrown))
  }
  // Whatever else there is (a broken argument, a bug): its message and cause may quote the request.
  return new ThroughlineError(
    'oauth.request-failed',
    `The request to ${toPlace(context.endpoint)} could not be made. This is a fault of the program.`,
    {
      attribution: 'framework',
      details: { name: thrown instanceof Error ? thrown.name : undefined },
    },
  )
}

/** An error that the server reported in the body of its answer. */
export interface AnswerError {
  readonly error: string
  readonly description: unknown
  readonly status: number
  readonly context: RequestContext
}

/** Creates the error for an `error` member in an answer; who must act follows from its code. */
function createAnswerError({ error, description, status, context }: AnswerError) {
  const meaning = meaningOf(error, context.errorsMean)
  const [code, attribution, advice] = classify(meaning, status, context)
  const shown =
    typeof description === 'string' ? toShownText(description, context.secrets) : undefined
  const shownError = toShownText(error, context.secrets)
  const message = `${toPlace(context.endpoint)} answered \`${shownError}\`. ${advice}`
  return new ThroughlineError(code, message, {
    attribution,
    details: { error: shownError, description: shown, status },
  })
}

/** Whether a status says no more than that the server cannot answer now. */
export function isTransient(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429
}

/** Creates the error for an answer that may be another one later. */
export function createAwayError(response: Response, endpoint: string) {
  const { status } = response
  const message = `${toPlace(endpoint)} answered with status ${status}. Try again later.`
  return new ThroughlineError('oauth.unavailable', message, {
    attribution: 'provider',
    details: { reason: 'status', status, retryAfterSeconds: toRetryAfter(response) },
  })
}

/** `Retry-After` in seconds, where it is a number of seconds; at most an hour. */
function toRetryAfter({ headers }: Response): number | undefined {
  const value = headers.get('retry-after')
  return value !== null && /^\d{1,9}$/.test(value) ? Math.min(Number(value), 3_600) : undefined
}

/** Creates the error for an answer whose status says all: no use trying again. */
export function createStatusError(status: number, context: RequestContext) {
  if (status === 401) {
    const place = `${toPlace(context.endpoint)} answered with status ${status}`
    return new ThroughlineError('oauth.client-rejected', `${place}. ${CHECK_CLIENT}`, {
      attribution: 'operator',
      details: { status },
    })
  }
  return createInvalidAnswerError(context, `its status is ${status}, without an OAuth error`)
}

/** Creates the error for an answer that is not what the RFC asks for. `reason` must be our own words. */
export function createInvalidAnswerError(context: RequestContext, reason: string) {
  return new ThroughlineError(
    'oauth.answer-invalid',
    `The answer of ${toPlace(context.endpoint)} cannot be used: ${reason}. Nothing was kept of it.`,
    { attribution: 'provider', details: { reason } },
  )
}

/** Names an endpoint for a message: origin and path, without the query. */
export function toPlace(endpoint: string): string {
  const url = URL.parse(endpoint)
  return url === null ? 'the server' : `${url.origin}${url.pathname}`
}

const CHECK_CLIENT = 'Check the client id, the client secret and how the provider expects them.'

function classify(
  error: string,
  status: number,
  context: RequestContext,
): [string, Attribution, string] {
  if (context.kind === 'code' && error === 'invalid_grant') {
    return ['oauth.code-rejected', 'person', 'The code is used up or too old. Connect again.']
  }
  if (context.kind === 'refresh' && error === 'unsupported_grant_type') {
    // It gave a refresh token and takes none: whatever the operator does, this one is of no use.
    return ['oauth.grant-dead', 'person', 'The access cannot be renewed. Connect again.']
  }
  switch (error) {
    case 'invalid_grant':
      return ['oauth.grant-dead', 'person', 'The consent has ended. Connect again.']
    case 'invalid_client':
    case 'unauthorized_client':
      return ['oauth.client-rejected', 'operator', CHECK_CLIENT]
    case 'server_error':
    case 'slow_down':
    case 'temporarily_unavailable':
      return ['oauth.unavailable', 'provider', 'Try again later.']
    default:
      // RFC 6749 §5.2 keeps 401 for failed client authentication, and some servers have words of their own for it.
      if (status === 401) return ['oauth.client-rejected', 'operator', CHECK_CLIENT]
      return [
        'oauth.request-rejected',
        'operator',
        'Look the error up in the provider’s documentation.',
      ]
  }
}

/** The library's messages are fixed sentences about members; what it quotes it puts in `cause`. */
function toReason(thrown: oauth.OperationProcessingError): string {
  const { message } = thrown
  return message.replaceAll('"response" body ', '').replaceAll('"', '`')
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) {
    if (secret.length < MINIMUM_SECRET_LENGTH) continue
    for (const spelling of [secret, encodeURIComponent(secret.toWellFormed())]) {
      clean = clean.replaceAll(spelling, REDACTED)
    }
  }
  return clean
}
