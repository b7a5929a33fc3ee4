/*
 * Ending a session: everything it remembers goes, and its event streams with it.
 */
import type { PresentBrowser } from '../page-request.ts'
import type { Program } from '../program.ts'

/** How long an ended cookie id is remembered as ended: as long as one without a row would count. */
const REMEMBER_ENDED_MS = 24 * 3600_000

/** Ends the session of a browser, if it has one. */
export async function endSession(program: Program, browser: PresentBrowser): Promise<void> {
  if (browser.kind !== 'known') return
  const { sessions, clock } = program.identity
  const { key } = browser.session
  await sessions.announce(key)
  await sessions.forgetSession(key, clock() + REMEMBER_ENDED_MS)
}
