/*
 * A view made by a press without JavaScript, kept until the document that the 303 leads to has shown it, on whatever
 * node. It is shown once, and only while no other run of the tab has followed: a reload runs the script.
 */
import { open, seal } from '../crypto/seal.ts'
import type { Play, TabRequest } from '../script/tab-request.ts'
import type { IdentityContext } from '../session/browser-identity.ts'

/** A browser follows a redirect at once. */
const HELD_MS = 60_000

/** A view that waits for its document. */
export interface HeldView extends Play {
  /** The elements in order, as HTML. */
  readonly markup: string
  readonly hasInputs: boolean
  /** A sentence to the person that is not part of the view. */
  readonly notice?: string | undefined
}

/** Keeps the view that a press has made. */
export async function holdView(
  { sessions, ring, random, clock }: IdentityContext,
  { session, tabId }: TabRequest,
  { run, page, nextNumber, news, markup, hasInputs, notice }: HeldView,
): Promise<void> {
  const text = JSON.stringify({ run, page, nextNumber, news, markup, hasInputs, notice })
  await sessions.saveCached({
    scope: session.key,
    key: keyOf(tabId),
    sealed: seal(ring, 'cache', contextOf(session.key, tabId), text, random),
    expiresAt: clock() + HELD_MS,
  })
}

/** Takes the view that is held for a page of a tab; undefined when there is none, or it has been shown. */
export async function takeHeldView(
  { sessions, ring, clock }: IdentityContext,
  sessionKey: string,
  tabId: string,
  page: string,
): Promise<HeldView | undefined> {
  const key = keyOf(tabId)
  const record = await sessions.loadCached(sessionKey, key, clock())
  if (record === undefined) return undefined
  await sessions.saveCached({ ...record, sealed: '', expiresAt: 0 })
  const text = open(ring, 'cache', contextOf(sessionKey, tabId), record.sealed)
  const held = JSON.parse(text) as HeldView
  const tab = await sessions.loadTab(sessionKey, tabId)
  return held.page === page && held.run === tab?.run ? held : undefined
}

/** No result of `cached()` has such a key: those have a slash. */
function keyOf(tabId: string): string {
  return `held-view:${tabId}`
}

function contextOf(sessionKey: string, tabId: string): readonly string[] {
  return [sessionKey, keyOf(tabId)]
}
