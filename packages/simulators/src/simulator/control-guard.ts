/*
 * Keeps other sites' pages away from the controls: a page that somebody visits must not be able to change or read
 * the simulator on their machine.
 */

/** Tells whether a request is for the controls. */
export function isControlPath(request: Request): boolean {
  return /^\/simulator(\/|$)/.test(new URL(request.url).pathname)
}

/** Tells why a request to the controls is refused; undefined where it may pass. */
export function refuseControl(request: Request): string | undefined {
  const { headers, method } = request
  const host = headers.get('host') ?? ''
  // A name that leads here but is not ours is another site's, which rebound it.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host))
    return `The controls answer at 127.0.0.1 and localhost alone, not at "${host}".`
  const isRead = method === 'GET' || method === 'HEAD'
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  // A link to the page may stand anywhere: following it changes nothing, and no other site sees where it leads.
  const isLink = isRead && headers.get('sec-fetch-dest') === 'document'
  const isOwnSite = site === 'same-origin' || (isRead && site === 'none') || isLink
  // Programs send neither header; browsers send Sec-Fetch-Site, and older ones Origin.
  const isOwn = site === null ? origin === null || origin === `http://${host}` : isOwnSite
  return isOwn ? undefined : 'The controls take nothing from the pages of other sites.'
}

/** Tells whether a body is declared to be JSON, which no form of another site can do unasked. */
export function isJson(request: Request): boolean {
  return /^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')
}
