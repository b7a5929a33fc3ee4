/*
 * Why an answer is as it is, for the log of requests: said beside the answer, never in it.
 */
const reasons = new WeakMap<Response, string>()

/** Notes why an answer is as it is, and returns that answer. */
export function explain(response: Response, reason: string): Response {
  reasons.set(response, reason)
  return response
}

/** Tells why an answer is as it is: what was noted, else what an error body says for developers. */
export async function reasonOf(response: Response): Promise<string | undefined> {
  const noted = reasons.get(response)
  const isError = response.status >= 400 && /json/.test(response.headers.get('content-type') ?? '')
  if (noted !== undefined || !isError) return noted
  const body = (await response.clone().json()) as ErrorBody
  const fields = body.invalid_parameters ?? []
  if (fields.length > 0)
    return fields.map(({ field, developer_message: text }) => `${field}: ${text}`).join(' ')
  return body.developer_message ?? body.error_description ?? body.error
}

/** The error bodies of Vimeo together. */
interface ErrorBody {
  readonly error?: string
  readonly error_description?: string
  readonly developer_message?: string
  readonly invalid_parameters?: readonly {
    readonly field: string
    readonly developer_message: string
  }[]
}
