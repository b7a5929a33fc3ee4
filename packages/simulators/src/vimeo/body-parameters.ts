/*
 * Reads the body of a request to an OAuth endpoint. Official libraries send a form, the guide shows JSON.
 */

/** Parameters by name. */
export type BodyParameters = Readonly<Record<string, string | undefined>>

/** Reads a form or JSON body into strings; undefined where it is neither. */
export async function readBodyParameters(request: Request): Promise<BodyParameters | undefined> {
  const type = request.headers.get('content-type') ?? ''
  const text = await request.text()
  if (type.startsWith('application/x-www-form-urlencoded') || text === '')
    return Object.fromEntries(new URLSearchParams(text))
  if (!/^application\/([\w.*+-]+\+)?json\b/i.test(type)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    )
  } catch {
    return undefined
  }
}
