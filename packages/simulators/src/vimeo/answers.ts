/*
 * The shapes in which Vimeo answers: JSON with a media type, and the four kinds of error body.
 * Knows nothing of routes.
 */

/** The header that official clients compare byte for byte to learn that a token is dead. */
const INVALID_TOKEN_CHALLENGE = 'Bearer error="invalid_token"'

/** Headers of answers that hold a secret or speak of one. */
const secretHeaders = { 'cache-control': 'no-store', pragma: 'no-cache' }

const commonHeaders = {
  'cache-control': 'private, no-store, no-cache',
  vary: 'Accept,Vimeo-Client-Id,Accept-Encoding',
}

/** Answers JSON under the given media type. */
export function jsonAnswer(
  body: unknown,
  type: string,
  init: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  return new Response(JSON.stringify(body), {
    status: init.status ?? 200,
    headers: { ...commonHeaders, ...init.headers, 'content-type': type },
  })
}

/** Answers JSON that holds a secret, which nothing on the way may keep. */
export function secretAnswer(body: unknown, type = 'application/json', status = 200): Response {
  return jsonAnswer(body, type, { status, headers: secretHeaders })
}

/** Answers an error of an OAuth endpoint: `error` and `error_description`, with 400 unless said otherwise. */
export function authErrorAnswer(error: string, description: string, status = 400): Response {
  return secretAnswer({ error, error_description: description }, 'application/json', status)
}

/** An answer that a route gives up with; the REST server catches it. */
export class VimeoRefusal extends Error {
  /** What is sent. */
  readonly response: Response
  /** The `error_code` of a full body. */
  readonly code: number | undefined

  constructor(response: Response, code?: number) {
    super('refused')
    this.response = response
    this.code = code
  }
}

/** One entry of `invalid_parameters`. */
export interface InvalidParameter {
  /** Name of the parameter. */
  readonly field: string
  /** What is wrong with it. */
  readonly message: string
}

/** Makes a refusal with the full error body. */
export function createFullError(options: {
  readonly status: number
  readonly code: number
  readonly error: string
  readonly developerMessage: string
  readonly invalidParameters?: readonly InvalidParameter[]
  readonly headers?: Readonly<Record<string, string>>
}): VimeoRefusal {
  const { status, code, error, developerMessage, invalidParameters, headers = {} } = options
  const body = {
    error,
    link: null,
    developer_message: developerMessage,
    error_code: code,
    ...(invalidParameters && {
      invalid_parameters: invalidParameters.map(({ field, message }) => ({
        field,
        error_code: code,
        error,
        developer_message: message,
      })),
    }),
  }
  return new VimeoRefusal(errorAnswer(status, body, headers), code)
}

/** Makes a refusal with the legacy error body, `{"error": …}` alone. */
export function createLegacyError(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): VimeoRefusal {
  return new VimeoRefusal(errorAnswer(status, { error }, headers))
}

/** Makes the refusal of bad parameters (2204). */
export function createInvalidParameters(
  invalidParameters: readonly InvalidParameter[],
): VimeoRefusal {
  return createFullError({
    status: 400,
    code: 2204,
    error: 'You have provided an invalid parameter. Please contact developer of this application.',
    developerMessage:
      "The parameters passed to this API endpoint didn't pass Vimeo's validation. Please check the " +
      'invalid_parameters list for more information.',
    invalidParameters,
  })
}

/** Makes the refusal of a parameter that is none of the values that it can have (2204). */
export function createNoneOf(field: string, values: readonly string[]): VimeoRefusal {
  return createInvalidParameters([{ field, message: `Expected one of ${values.join(', ')}.` }])
}

/** Makes the refusal of a request without credentials (8003). */
export function createMissingCredentials(): VimeoRefusal {
  return createFullError({
    status: 401,
    code: 8003,
    error: "Something strange occurred. Please get in touch with the app's creator.",
    developerMessage: "The app didn't receive the user's credentials.",
    headers: { 'www-authenticate': INVALID_TOKEN_CHALLENGE },
  })
}

/** Makes the refusal of a token that is unknown, revoked or too old: with the legacy body, or the full one (8000). */
export function createInvalidToken(body: 'legacy' | 'full'): VimeoRefusal {
  const headers = { 'www-authenticate': INVALID_TOKEN_CHALLENGE }
  if (body === 'legacy')
    return createLegacyError(401, 'You must provide a valid authenticated access token.', headers)
  return createFullError({
    status: 401,
    code: 8000,
    error: "Something strange occurred. Please get in touch with the app's creator.",
    developerMessage: 'The user credentials are invalid.',
    headers,
  })
}

function errorAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Response {
  return jsonAnswer(body, 'application/vnd.vimeo.error+json', { status, headers })
}
