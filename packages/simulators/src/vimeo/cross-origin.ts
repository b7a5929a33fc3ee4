/*
 * What the pages of other sites may ask of the REST API: to read it with a token, as they do after the implicit grant.
 * Any page may, for there are no cookies. The preflight was seen to allow no User-Agent.
 *
 * @see https://github.com/vimeo/vimeo.js/issues/38, https://github.com/vimeo/vimeo.js/issues/78
 */
const ANY_ORIGIN = { 'access-control-allow-origin': '*' }

/** Answers a browser that asks beforehand; undefined for every other request. */
export function answerPreflight({ method, headers }: Request): Response | undefined {
  if (method !== 'OPTIONS' || !headers.has('access-control-request-method')) return undefined
  return new Response(null, {
    status: 204,
    headers: {
      ...ANY_ORIGIN,
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'Accept, Authorization, Content-Type',
    },
  })
}

/** Lets any page read an answer. */
export function allowAnyOrigin({ headers }: Response): void {
  for (const [name, value] of Object.entries(ANY_ORIGIN)) headers.set(name, value)
}
