/*
 * Ending a session: everything it remembers goes, and its event streams with it.
 */
import { REMEMBER_ENDED_MS, type PresentBrowser } from '../../session/browser-identity.ts'
import type { Program } from '../program.ts'

/** Ends the session of a browser, if it has one. */
export async function endSession(program: Program, browser: PresentBrowser): Promise<void> {
  if (browser.kind !== 'known') return
  const { sessions, clock } = program.identity
  const { key } = browser.session
  await sessions.announce(key)
  await sessions.forgetSession(key, clock() + REMEMBER_ENDED_MS)
}
