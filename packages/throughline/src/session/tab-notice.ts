/*
 * A sentence that waits for a tab's next run, as it rests: it may name a person's files, and what an API said of them.
 */
import type { Random } from '../base/random.ts'
import type { SealingKeys } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'
import type { SessionStore } from '../store/session-store.ts'

/** Whose sentence it is. */
export interface NoticePlace {
  readonly sessionKey: string
  readonly tabId: string
}

interface Sealing {
  readonly ring: SealingKeys
  readonly random: Random
}

/** Keeps a sentence for a tab's next run. */
export function tellTab(
  sealing: Sealing & { readonly sessions: SessionStore },
  place: NoticePlace,
  text: string,
): Promise<void> {
  const { sessionKey, tabId } = place
  return sealing.sessions.tellTab(sessionKey, tabId, sealNotice(sealing, place, text))
}

/** Seals a sentence for its tab. */
export function sealNotice({ ring, random }: Sealing, place: NoticePlace, text: string): string {
  return seal(ring, 'tab-values', contextOf(place), text.toWellFormed(), random)
}

/** Opens it again. */
export function openNotice(ring: SealingKeys, place: NoticePlace, sealed: string): string {
  return open(ring, 'tab-values', contextOf(place), sealed)
}

function contextOf({ sessionKey, tabId }: NoticePlace): readonly string[] {
  return [sessionKey, tabId, 'notice']
}
