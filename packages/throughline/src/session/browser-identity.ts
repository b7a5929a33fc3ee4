/*
 * Who is this browser: from its cookie to its session, and how the one becomes the other's.
 *
 *   no cookie, or none of ours ──────────────→ new   a fresh id is set; no row
 *   an id of ours without a row ─────────────→ new   the same id; no row before something meaningful happens
 *   an id in force ──────────────────────────→ known
 *   an id that was rotated a moment ago ─────→ retired   nothing is set: the browser is about to send the new one
 *   an id that ended (signed out, expired) ──→ new   a fresh id is set
 *
 * A cookie id that was never ours is never adopted; one that has ended is never used again: its end is remembered for
 * longer than an id without a row counts, and a session's row is believed only under the id that is in force.
 */
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { hashOf, mac, type MacKey } from '../crypto/mac.ts'
import type { SessionRecord, SessionStore } from '../store/session-store.ts'
import { tooManySessions, type Admission } from './admission.ts'
import { createCookieId, issuedAt, readCookie, type CookieKind } from './cookie.ts'

/** A session that was not seen for this long has ended. */
export const SESSION_IDLE_MS = 30 * 24 * 3600_000
/** No session lives longer than this. */
const SESSION_ABSOLUTE_MS = 180 * 24 * 3600_000
/** An id without a row counts this long after it was issued. */
const UNUSED_ID_MS = 24 * 3600_000
/** An id that was rotated or signed out is remembered for longer than that, whatever two nodes' clocks differ. */
export const REMEMBER_ENDED_MS = UNUSED_ID_MS + 3600_000
/** `seenAt` is written at most this often. */
const SEEN_STEP_MS = 3600_000

/** Who a request comes from. */
export type BrowserIdentity =
  | { readonly kind: 'known'; readonly cookieId: string; readonly session: SessionRecord }
  /** `isFresh`: the id must be set by this answer; the browser has not shown that it keeps cookies. */
  | { readonly kind: 'new'; readonly cookieId: string; readonly isFresh: boolean }
  | { readonly kind: 'retired'; readonly cookieId: string }

/** A browser that has not just been given another cookie. */
export type PresentBrowser = Exclude<BrowserIdentity, { kind: 'retired' }>

/** What telling browsers apart needs. */
export interface IdentityContext {
  readonly sessions: SessionStore
  readonly ring: KeyRing
  readonly clock: Clock
  readonly random: Random
  readonly admission: Admission
  readonly cookie: CookieKind
}

/** Tells who a request comes from; writes nothing but, now and then, that the session is alive. */
export async function identifyBrowser(
  context: IdentityContext,
  cookieHeader: string | undefined,
): Promise<BrowserIdentity> {
  const { sessions, ring, clock, random, cookie } = context
  const fresh = (): BrowserIdentity => ({
    kind: 'new',
    cookieId: createCookieId(clock, random),
    isFresh: true,
  })
  const cookieId = readCookie(ring, cookieHeader, cookie)
  if (cookieId === undefined) return fresh()

  const now = clock()
  const session = await sessions.loadSession(hashOf(cookieId))
  if (session === undefined) {
    const ended = await sessions.loadEnded(hashOf(cookieId), now)
    if (ended === 'rotated') return { kind: 'retired', cookieId }
    if (ended === 'ended' || now - issuedAt(cookieId) > UNUSED_ID_MS) return fresh()
    return { kind: 'new', cookieId, isFresh: false }
  }
  if (now - session.seenAt > SESSION_IDLE_MS || now - session.createdAt > SESSION_ABSOLUTE_MS) {
    await sessions.forgetSession(session.key, now + REMEMBER_ENDED_MS)
    return fresh()
  }
  if (now - session.seenAt > SEEN_STEP_MS) await sessions.touchSession(session.key, now)
  return { kind: 'known', cookieId, session }
}

/**
 * The session of a browser; for a new one, the session it would get. The inner key comes from the first cookie id
 * by a secret of ours, so that two requests at once mean the same session before either has a row.
 */
export function toSession(
  { ring, clock }: IdentityContext,
  browser: PresentBrowser,
): SessionRecord {
  if (browser.kind === 'known') return browser.session
  const { cookieId } = browser
  const now = clock()
  return {
    key: mac(ring, 'session-key', cookieId),
    cookieHash: hashOf(cookieId),
    createdAt: now,
    seenAt: now,
  }
}

/**
 * Gives a browser its row, now that something meaningful happens. Two requests at once get the same one.
 *
 * @param network Whom it counts for, where that is known.
 * @returns The row; undefined when the id came out of force since the request arrived.
 * @throws `session.too-many`, a sentence for the person, when there is no room for one more.
 */
export async function establishSession(
  context: IdentityContext,
  browser: PresentBrowser,
  network?: string,
): Promise<SessionRecord | undefined> {
  if (browser.kind === 'known') return browser.session
  const session = toSession(context, browser)
  const isAdmitted = await context.admission.admits(network)
  if (isAdmitted && (await context.sessions.createSession(session))) return session
  // Whoever came first has the row. That the inner key is taken proves nothing: only the id in force opens a session.
  const stored = await context.sessions.loadSession(session.cookieHash)
  if (stored === undefined && !isAdmitted) throw tooManySessions()
  return stored
}

/** The form token of a cookie id: proves that a form came from a page that this browser was given. */
export function formToken(ring: MacKey, cookieId: string): string {
  return mac(ring, 'form-token', cookieId)
}
