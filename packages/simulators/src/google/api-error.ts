/*
 * The errors of Google's APIs: their body, and the ones that several routes answer.
 */

/** The status names, by HTTP status. */
const statusNames = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
} as const

/** One entry of `details`. */
export type ErrorDetail = { readonly '@type': string } & Readonly<Record<string, unknown>>

/** An error that a call ends with. */
export class GoogleError extends Error {
  /** HTTP status. */
  readonly code: keyof typeof statusNames
  /** What programs read beside the message. */
  readonly details: readonly ErrorDetail[]

  constructor(
    code: keyof typeof statusNames,
    message: string,
    details: readonly ErrorDetail[] = [],
  ) {
    super(message)
    this.code = code
    this.details = details
  }

  /** The body that is sent. */
  toBody(): { readonly error: Readonly<Record<string, unknown>> } {
    const { code, message, details } = this
    const status = statusNames[code]
    return { error: { code, message, status, ...(details.length > 0 && { details }) } }
  }
}

/** Makes the error of an argument that is wrong. */
export function invalid(message: string): GoogleError {
  return new GoogleError(400, message)
}

/** Makes the error of a body that does not have the shape that is expected, with the member it is about. */
export function invalidField(field: string, message: string): GoogleError {
  const violation = { ...(field !== '' && { field }), description: message }
  return new GoogleError(400, message, [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] },
  ])
}

/** Makes the `ErrorInfo` of `details`. */
export function errorInfo(reason: string, metadata: Readonly<Record<string, string>>): ErrorDetail {
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata,
  }
}

/** Makes the error of a token that is not, or no longer, good. */
export function unauthenticated(): GoogleError {
  return new GoogleError(
    401,
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
      'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  )
}

/** Makes the error of a spreadsheet, or a part of it, that is not there. */
export function notFound(): GoogleError {
  return new GoogleError(404, 'Requested entity was not found.')
}

/** Makes the error of somebody with whom a spreadsheet is not shared, or shared for reading alone. */
export function permissionDenied(): GoogleError {
  return new GoogleError(403, 'The caller does not have permission')
}

/**
 * Says before an error of an entry which entry it is.
 *
 * @throws `GoogleError` as `act` does, with the place in front of its message.
 */
export function failingAs<Result>(place: string, act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof GoogleError) || error.code !== 400) throw error
    throw new GoogleError(400, `Invalid ${place}: ${error.message}`, error.details)
  }
}
