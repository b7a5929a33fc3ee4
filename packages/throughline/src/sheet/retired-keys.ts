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

/** Whether a note says that a key was dropped. */
export function isRetiredName(name: string): boolean {
  return name.startsWith(RETIRED)
}

/** The ids of the keys that were dropped. */
export function retiredIdsIn({ notes }: Pick<SheetTable, 'notes'>): ReadonlySet<string> {
  const names = notes.map(({ id }) => noteNameOf(id)).filter(isRetiredName)
  return new Set(names.map((name) => name.slice(RETIRED.length)))
}

/** @throws `store.retired-key` where one of these envelopes is sealed by a key that was dropped. */
export function refuseRetired(
  table: Pick<SheetTable, 'notes'>,
  envelopes: readonly string[],
): void {
  const retired = retiredIdsIn(table)
  if (envelopes.some((envelope) => retired.has(keyIdOf(envelope)))) throw retiredKey()
}
