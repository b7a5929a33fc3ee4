/*
 * Keys that were dropped, as notes of the sheet: whoever plans a change has read them, so that nothing sealed by one comes
 * in behind the back of whoever has counted that there is none.
 */
import { keyIdOf } from '../crypto/seal.ts'
import { retiredKey } from '../store/store-error.ts'
import { noteNameOf } from './sealed-cell.ts'
import type { SheetTable } from './table.ts'

const RETIRED = 'retired-'

/** Names the note that says that a key was dropped. */
export function retiredNameOf(keyId: string): string {
  return `${RETIRED}${keyId}`
}

/** What that note says. */
export function retiredTextOf(keyId: string): string {
  return `Nothing is sealed by the key ${keyId} any more: it was dropped.`
}

/** The ids of the keys that were dropped. What else somebody has typed there says nothing. */
export function retiredIdsIn({ notes }: Pick<SheetTable, 'notes'>): ReadonlySet<string> {
  const retired = notes
    .map(({ id, text }) => ({ name: noteNameOf(id), text }))
    .filter(({ name }) => name.startsWith(RETIRED))
    .map(({ name, text }) => ({ keyId: name.slice(RETIRED.length), text }))
    .filter(({ keyId, text }) => text === retiredTextOf(keyId))
  return new Set(retired.map(({ keyId }) => keyId))
}

/** @throws `store.retired-key` where one of these envelopes is sealed by a key that was dropped. */
export function refuseRetired(
  table: Pick<SheetTable, 'notes'>,
  envelopes: readonly string[],
): void {
  const retired = retiredIdsIn(table)
  if (envelopes.some((envelope) => retired.has(keyIdOf(envelope)))) throw retiredKey()
}
