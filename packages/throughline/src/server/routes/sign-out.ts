/*
 * Ending a session: everything it remembers goes, and its event streams with it.
 */
import { sessionId } from '../../connect/security-event.ts'
import { REMEMBER_ENDED_MS, type PresentBrowser } from '../../session/browser-identity.ts'
import type { Program } from '../program.ts'

/** Ends the session of a browser, if it has one, and those that are connected to an account of it if asked to. */
export async function endSession(
  program: Program,
  browser: PresentBrowser,
  everywhere: boolean,
): Promise<void> {
  if (browser.kind !== 'known') return
  const { sessions, clock } = program.identity
  const own = browser.session.key
  const related = everywhere ? await sessions.relatedSessions(own) : []
  for (const key of new Set([own, ...related])) {
    await sessions.announce(key)
    await sessions.forgetSession(key, clock() + REMEMBER_ENDED_MS)
    program.connect.note({ event: 'session.ended', session: sessionId(key) })
  }
}
