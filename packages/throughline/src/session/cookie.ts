/*
 * The cookie that carries a cookie id: its name, its text, and how it is found among others.
 *
 * A cookie id is `<issued, base 36 seconds>.<128 random bits>`; the cookie holds the id and its MAC, so that an id
 * that we never issued is never adopted. On https the name has the `__Host-` prefix; on loopback http, where cookies
 * know no ports, it has the port, or each of two programs would throw the other's sessions away. No other name is read.
 */
import type { Clock } from '../base/clock.ts'
import { createId, type Random } from '../base/random.ts'
import { isMac, mac, type MacKey } from '../crypto/mac.ts'

/** How long a browser keeps the cookie: as long as a session may live; when it ends earlier the server decides. */
const COOKIE_SECONDS = 180 * 24 * 3600

const COOKIE_ID = /^[0-9a-z]{1,10}\.[A-Za-z0-9_-]{22,43}$/

/** How a program's session cookie is called, and whether it travels over https alone. */
export interface CookieKind {
  readonly name: string
  readonly secure: boolean
}

/** Tells the kind of cookie by the address that people use. */
export function cookieKindAt({ protocol, port }: URL): CookieKind {
  const secure = protocol === 'https:'
  return { name: secure ? '__Host-tl-session' : `tl-session-${port || 80}`, secure }
}

/** Makes a fresh cookie id. */
export function createCookieId(clock: Clock, random: Random): string {
  return cookieIdOf(clock, createId(random))
}

/** Makes a cookie id with a given unguessable part. */
export function cookieIdOf(clock: Clock, unguessable: string): string {
  return `${Math.floor(clock() / 1000).toString(36)}.${unguessable}`
}

/** Tells when a cookie id was issued, in epoch milliseconds. */
export function issuedAt(cookieId: string): number {
  return Number.parseInt(cookieId.slice(0, cookieId.indexOf('.')), 36) * 1000
}

/** Writes the `Set-Cookie` value that gives a browser this cookie id. */
export function serializeCookie(ring: MacKey, cookieId: string, kind: CookieKind): string {
  const value = `${cookieId}.${mac(ring, 'cookie', cookieId)}`
  return (
    `${kind.name}=${value}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax` +
    (kind.secure ? '; Secure' : '')
  )
}

/**
 * Reads the cookie id from a `Cookie` header.
 *
 * Two different genuine ids at once are a planted cookie beside the person's own: neither is believed.
 *
 * @returns The id, or undefined when there is none that we issued.
 */
export function readCookie(
  ring: MacKey,
  header: string | undefined,
  { name }: CookieKind,
): string | undefined {
  const genuine = new Set<string>()
  for (const value of cookieValues(header, name)) {
    const dot = value.lastIndexOf('.')
    const cookieId = value.slice(0, dot)
    if (COOKIE_ID.test(cookieId) && isMac(ring, 'cookie', cookieId, value.slice(dot + 1))) {
      genuine.add(cookieId)
    }
  }
  return genuine.size === 1 ? [...genuine][0] : undefined
}

/** Lists the values of a cookie name, exactly as sent; at most 100 cookies are looked at. */
export function cookieValues(header: string | undefined, name: string): readonly string[] {
  if (header === undefined) return []
  return header
    .split(';', 100)
    .map(trimBlanks)
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}

/** A pattern for what stands at the end takes seconds over a header of blanks. */
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
